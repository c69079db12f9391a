import { useEffect, useRef } from 'react';
import { useT } from '../i18n/useT.ts';
import { IconButton } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useBoard } from '../page.ts';
import { useNarrow } from '../useNarrow.ts';
import { FoldMarks } from './FoldMarks.tsx';
import { Scrubber } from './Scrubber.tsx';
import { nameOf, tellBeat } from './tell.ts';
import css from './Timeline.module.css';

/** The bar at the bottom: where the story is, and how to move through it. */
export function Timeline() {
  const { ui } = useT();
  const drawer = useBoard((state) => state.drawer);
  const toggleDrawer = useBoard((state) => state.toggleDrawer);
  const isEmpty = useBoard((state) => state.beats.length === 0);
  const branch = useBoard((state) => state.branch);
  const showTab = useBoard((state) => state.showTab);
  const growPanel = useBoard((state) => state.growPanel);
  const isNarrow = useNarrow();
  const isStory = useBoard((state) => state.tab === 'story' && state.panelTall);
  const openStory = (): void => {
    showTab('story');
    growPanel(true);
  };
  return (
    <section aria-label={ui.timeline.label} className={css['bar']} data-branch={branch}>
      <Transport isEmpty={isEmpty} />
      <div className={css['middle']}>
        <Told />
        <FoldMarks />
        <Scrubber />
      </div>
      <Armed />
      <BranchSwitch />
      <Speed />
      <IconButton
        icon="list"
        label={ui.timeline.steps}
        className={css['steps']}
        aria-expanded={isNarrow ? isStory : drawer}
        onClick={isNarrow ? openStory : toggleDrawer}
      />
    </section>
  );
}

function Transport({ isEmpty }: { readonly isEmpty: boolean }) {
  const { ui } = useT();
  const playing = useBoard((state) => state.playing);
  const goToStart = useBoard((state) => state.goToStart);
  const goToEnd = useBoard((state) => state.goToEnd);
  const stepBack = useBoard((state) => state.stepBack);
  const stepForward = useBoard((state) => state.stepForward);
  const togglePlay = useBoard((state) => state.togglePlay);
  return (
    <div className={css['transport']}>
      <IconButton
        icon="start"
        label={ui.timeline.toStart}
        disabled={isEmpty}
        onClick={goToStart}
        className={css['far']}
      />
      <IconButton
        icon="back"
        label={ui.timeline.stepBack}
        disabled={isEmpty}
        onClick={stepBack}
        className={css['near']}
      />
      <IconButton
        icon={playing ? 'pause' : 'play'}
        label={playing ? ui.timeline.pause : ui.timeline.play}
        disabled={isEmpty}
        onClick={togglePlay}
        className={css['near']}
      />
      <IconButton
        icon="forward"
        label={ui.timeline.stepForward}
        disabled={isEmpty}
        onClick={stepForward}
        className={css['near']}
      />
      <IconButton
        icon="end"
        label={ui.timeline.toEnd}
        disabled={isEmpty}
        onClick={goToEnd}
        className={css['far']}
      />
    </div>
  );
}

/** The sentence of the present step; spoken as well, unless steps go by faster than they can be heard. */
function Told() {
  const t = useT();
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const recording = useBoard((state) => state.recording);
  const tooFast = useBoard((state) => state.playing && state.speed > 1);
  const now = beats[beat];
  const text = now === undefined ? t.ui.timeline.empty : tellBeat(now, recording, t);
  const kernel = nameOf(now, recording);
  return (
    <>
      <p className={css['told']}>
        {now === undefined ? null : (
          <span className={css['count']}>{t.ui.timeline.count(beat + 1, beats.length)}</span>
        )}
        <span>
          {text}
          {kernel === undefined ? null : <code> {kernel}</code>}
        </span>
      </p>
      <Spoken text={now === undefined || tooFast ? '' : text} />
    </>
  );
}

/** The polite live region. On the slider the same words are its value, so they are not said twice. */
function Spoken({ text }: { readonly text: string }) {
  const region = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (region.current === null) return;
    const onSlider = document.activeElement?.matches('[data-timeline]') === true;
    region.current.textContent = onSlider ? '' : text;
  }, [text]);
  return <p ref={region} className="visually-hidden" aria-live="polite" data-testid="spoken" />;
}

/** What was set by key or in the list and would surprise later: where playing pauses, and finer steps than usual. */
function Armed() {
  const { ui } = useT();
  const stops = useBoard((state) => state.breakpoints);
  const grain = useBoard((state) => state.grain);
  const fine = { hop: undefined, hook: ui.timeline.kinds.hook, header: ui.timeline.grains.header }[grain];
  return (
    <p role="status" className={css['armed']}>
      {fine === undefined ? null : <span>+ {fine}</span>}
      {stops.map((stop) => (
        <span key={stop} title={ui.timeline.pauseOn[stop]}>
          <Icon name="pause" />
          <span className="visually-hidden">{ui.timeline.pauseOn[stop]}</span>
          <span aria-hidden="true">{ui.timeline.marks[stop]}</span>
        </span>
      ))}
    </p>
  );
}

/** After a fork: the story as it would have gone on, to compare with. */
function BranchSwitch() {
  const { ui } = useT();
  const branch = useBoard((state) => state.branch);
  const hasOther = useBoard((state) => state.other !== undefined);
  const switchBranch = useBoard((state) => state.switchBranch);
  if (!hasOther) return null;
  return (
    <button
      type="button"
      className={css['branch']}
      aria-pressed={branch === 'before'}
      title={ui.timeline.branchHelp}
      onClick={switchBranch}
    >
      {branch === 'before' ? ui.timeline.toNow : ui.timeline.toBefore}
    </button>
  );
}

/** Speeds double from one notch to the next: 0.25 to 4. */
function Speed() {
  const { ui } = useT();
  const speed = useBoard((state) => state.speed);
  const setSpeed = useBoard((state) => state.setSpeed);
  const text = `${Number(speed.toPrecision(2))}×`;
  return (
    <label className={css['speed']}>
      <span className={css['speedName']}>{ui.timeline.speed}</span>
      <input
        type="range"
        min={-2}
        max={2}
        step={0.5}
        value={Math.log2(speed)}
        aria-valuetext={text}
        onChange={(event) => {
          setSpeed(2 ** event.target.valueAsNumber);
        }}
      />
      <output className={css['speedValue']}>{text}</output>
    </label>
  );
}
