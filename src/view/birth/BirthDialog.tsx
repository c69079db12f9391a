import type { BirthResult } from '../../engine/protocol.ts';
import type { Birth } from '../../store/slices/birth.ts';
import { Dialog } from '../Dialog.tsx';
import { figureKeys, Transport } from '../figures/Transport.tsx';
import { usePlayhead } from '../figures/usePlayhead.ts';
import { useBirthT } from '../i18n/useBirthT.ts';
import { useBoard } from '../page.ts';
import { NodePicture } from './NodePicture.tsx';
import { BirthTold } from './BirthTold.tsx';
import { sentenceOf } from './sentence.ts';
import css from './Birth.module.css';

type Born = Extract<BirthResult, { readonly status: 'born' }>;

/** How a pod came to be: what kubelet, the runtime and the CNI plugins did, one step at a time. */
export default function BirthDialog() {
  const words = useBirthT();
  const birth = useBoard((state) => state.birth);
  const showDialog = useBoard((state) => state.showDialog);
  if (birth === undefined) return null;
  const { result, playback } = birth;
  const count = result?.status === 'born' ? result.steps.length : 0;
  return (
    <Dialog
      title={words.title}
      isWide
      onKeyDown={count > 0 ? figureKeys(playback, count) : undefined}
      onClose={() => {
        showDialog('none');
      }}
    >
      <PodChoice pod={birth.pod} />
      {result?.status === 'born' ? (
        <Story key={birth.pod} birth={birth} born={result} />
      ) : (
        <p role="status" className={css['wait']}>
          {result === undefined ? words.asking : words.none}
        </p>
      )}
    </Dialog>
  );
}

function PodChoice({ pod }: { readonly pod: string }) {
  const words = useBirthT();
  const nodes = useBoard((state) => state.board?.nodes);
  const openBirth = useBoard((state) => state.openBirth);
  return (
    <label className={css['choice']}>
      {words.pod}{' '}
      <select
        value={pod}
        onChange={(event) => {
          void openBirth(event.target.value);
        }}
      >
        {nodes?.map((node) => (
          <optgroup key={node.name} label={node.name}>
            {node.pods.map(({ ns }) => (
              <option key={ns}>{ns}</option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function Story({ birth, born }: { readonly birth: Birth; readonly born: Born }) {
  const words = useBirthT();
  const { playback, pod } = birth;
  const { steps, node } = born;
  const { beat } = usePlayhead(playback);
  const now = steps[Math.min(beat, steps.length - 1)];
  if (now === undefined) return null;
  const name = pod.slice(pod.indexOf('/') + 1);
  const callers = [...new Set(steps.flatMap((step) => step.callers))];
  return (
    <div className={css['story']}>
      <NodePicture
        step={now}
        before={steps[beat - 1]}
        segments={born.segments}
        label={words.picture(node, pod)}
      />
      <BirthTold step={now} sentence={sentenceOf(words, now, name, node)} callers={callers} />
      <ol className={css['steps']} aria-label={words.steps}>
        {steps.map((step, i) => (
          <li ref={i === beat ? showRow : undefined} key={`${step.stage} ${step.ns} ${step.text}`}>
            <button
              type="button"
              className={css['step']}
              aria-current={i === beat ? 'step' : undefined}
              data-failed={step.result !== 'ok'}
              style={{ paddingInlineStart: `${step.callers.length * 10}px` }}
              onClick={() => {
                playback.seek(i);
              }}
            >
              {step.result === 'ok' ? '' : '◆ '}
              {briefOf(step.text)}
            </button>
          </li>
        ))}
      </ol>
      <div className={css['transport']}>
        <Transport playback={playback} count={steps.length} text={sentenceOf(words, now, name, node)} />
      </div>
    </div>
  );
}

/** Brings the present row into sight. */
function showRow(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: 'nearest' });
}

/** A line of a list: the program that is run, without what it is given. */
function briefOf(text: string): string {
  const call = /^CNI_COMMAND=(\S+) .* (\S+)$/.exec(text);
  if (call) return `${call[2] ?? ''} ${call[1] ?? ''}`;
  return text.replace(/ for &PodSandboxMetadata.*?}/, '').replace(/"([0-9a-f]{12})[0-9a-f]+"/g, '$1');
}
