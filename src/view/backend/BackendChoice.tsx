import { Suspense, useId, useState } from 'react';
import type { Backend } from '../../store/slices/backend.ts';
import { Button, leaveAfterPointer } from '../controls/Button.tsx';
import { useBackendT } from '../i18n/useBackendT.ts';
import { PolicyBadge } from '../later.ts';
import { useBoard } from '../page.ts';
import { useNarrow } from '../useNarrow.ts';
import css from './BackendChoice.module.css';

const backends: readonly Backend[] = ['udp', 'vxlan', 'host-gw'];

/** One click changes how the pods' packets cross the wire, and what was sent last is sent again. */
export default function BackendChoice() {
  const words = useBackendT();
  const backend = useBoard((state) => state.board?.backend);
  const isBroken = useBoard((state) => state.textStatus === 'rejected');
  const isNone = useBoard((state) => state.board?.withoutFlannel === true);
  const isOff = isBroken || isNone;
  const whyOff = isBroken ? words.broken : words.noFlannel;
  const chooseBackend = useBoard((state) => state.chooseBackend);
  const [isUnreadable, setUnreadable] = useState(false);
  // what was clicked, while the engine reads it
  const [pending, setPending] = useState<Backend>();
  const name = useId();
  const why = useId();
  const isNarrow = useNarrow();
  const hasController = useBoard((state) => state.board?.policyController !== undefined);
  return (
    <div className={css['place']}>
      <fieldset className={css['choice']} aria-describedby={isOff ? why : undefined}>
        <legend className="visually-hidden">{words.choice}</legend>
        {backends.map((choice) => (
          <label key={choice} className={css['option']} title={isOff ? whyOff : words.help[choice]}>
            <input
              type="radio"
              name={name}
              className={css['radio']}
              checked={!isNone && (pending ?? backend) === choice}
              disabled={isOff}
              onClick={leaveAfterPointer}
              onChange={() => {
                setPending(choice);
                void chooseBackend(choice).then((outcome) => {
                  setPending(undefined);
                  setUnreadable(outcome === 'unreadable');
                });
              }}
            />
            <span className={css['text']}>{choice}</span>
          </label>
        ))}
        <span id={why} hidden>
          {whyOff}
        </span>
      </fieldset>
      <Figures />
      {hasController && isNarrow ? (
        <Suspense fallback={null}>
          <PolicyBadge />
        </Suspense>
      ) : null}
      <Outcome isUnreadable={isUnreadable} />
    </div>
  );
}

/** What opens over the board: the backends side by side, the addresses, the birth of a pod, the board as a script. */
function Figures() {
  const words = useBackendT();
  const isNone = useBoard((state) => state.board?.withoutFlannel === true);
  const openRace = useBoard((state) => state.openRace);
  const openBirth = useBoard((state) => state.openBirth);
  const openAddresses = useBoard((state) => state.openAddresses);
  const openLab = useBoard((state) => state.openLab);
  return (
    <div className={css['figures']}>
      <Button
        className={css['figure']}
        disabled={isNone}
        title={isNone ? words.noFlannel : words.raceHelp}
        onClick={() => {
          void openRace();
        }}
      >
        {words.race}
      </Button>
      <Button
        className={css['figure']}
        title={words.addressesHelp}
        onClick={() => {
          void openAddresses();
        }}
      >
        {words.addresses}
      </Button>
      <Button
        className={css['figure']}
        title={words.birthHelp}
        onClick={() => {
          void openBirth();
        }}
      >
        {words.birth}
      </Button>
      <Button
        className={css['figure']}
        title={words.labHelp}
        onClick={() => {
          void openLab();
        }}
      >
        {words.lab}
      </Button>
    </div>
  );
}

/** The last command that was given by a button, while the recording still has it. */
function useActed() {
  return useBoard(({ acted, recording, branch }) => {
    const entry = branch === 'now' && acted !== undefined ? recording.entries[acted.seq] : undefined;
    const isThere =
      entry !== undefined && 'text' in entry && entry.text === acted?.line && entry.ns === acted.ns;
    return isThere ? acted : undefined;
  });
}

/** What the last choice did, until the text is edited otherwise, and the way back. */
function Outcome({ isUnreadable }: { readonly isUnreadable: boolean }) {
  const words = useBackendT();
  const chosen = useBoard((state) => (state.chosen?.after === state.text ? state.chosen : undefined));
  const backend = useBoard((state) => state.board?.backend ?? '');
  const wasSent = useBoard((state) => state.sent !== undefined);
  const undoBackend = useBoard((state) => state.undoBackend);
  const showTab = useBoard((state) => state.showTab);
  const acted = useActed();
  const takeBack = useBoard((state) => state.takeBack);
  return (
    <div role="status" className={css['outcome']}>
      {acted === undefined ? null : (
        <Button
          className={css['undo']}
          title={`${words.takeBackOf(acted.line, acted.ns)}: ${words.takeBackHelp}`}
          aria-label={words.takeBackOf(acted.line, acted.ns)}
          onClick={(event) => {
            leaveAfterPointer(event);
            void takeBack();
          }}
        >
          ↶ {words.takeBack}
        </Button>
      )}
      {isUnreadable ? (
        <>
          <span>▲ {words.unreadable}</span>
          <Button
            onClick={() => {
              showTab('yaml');
            }}
          >
            {words.toYaml}
          </Button>
        </>
      ) : null}
      {chosen === undefined || isUnreadable ? null : (
        <>
          <span className="visually-hidden">{wasSent ? words.again(backend) : words.now(backend)}</span>
          <Button
            className={css['undo']}
            onClick={(event) => {
              leaveAfterPointer(event);
              void undoBackend();
            }}
          >
            ↶ {words.undo(chosen.was)}
          </Button>
        </>
      )}
    </div>
  );
}
