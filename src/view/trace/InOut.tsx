import type { ReactNode } from 'react';
import type { Thread } from '../../trace/threads.ts';
import type { DropReason, Step } from '../../trace/types.ts';
import { useT } from '../i18n/useT.ts';
import { commands, DecidingRow } from './DecidingRow.tsx';
import type { Inspected, LayerRow, Size } from './inspect.ts';
import { layerNames } from './layerNames.ts';
import { signs } from './signs.ts';
import css from './InOut.module.css';
import tiles from './tiles.module.css';

/** `Ethernet 14 + IPv4 84`: the second is what an MTU counts, and what the plate on the board says. */
export function printSize({ ethernet, counted }: Size): string {
  const behind = `${layerNames[counted.kind]} ${counted.length}`;
  return ethernet === 0 ? behind : `${layerNames.ethernet} ${ethernet} + ${behind}`;
}

interface Props {
  readonly step: Step;
  readonly inspected: Inspected;
  /** rows that were found on the way to this step, when it asked no table itself */
  readonly threads: readonly Thread[];
  /** netfilter hooks that it went through since the step before; the board lights them */
  readonly passed: readonly string[];
}

/** One step at a glance: the headers that came in, what decided, the headers that go out, with what changed marked. */
export function InOut({ step, inspected: { diffs, sizeIn, sizeOut }, threads, passed }: Props) {
  const { packet } = useT().ui;
  const ends =
    step.kind === 'drop' ? packet.goesNoFurther : step.kind === 'deliver' ? packet.taken : undefined;
  const isUnchanged = diffs.every(({ change }) => change === 'same');
  const row = 'row' in step ? step.row : undefined;
  const cameIn = diffs.filter(({ change }) => change !== 'added');
  return (
    <section aria-label={packet.inOut} className={css['inOut']}>
      <div className={css['parts']}>
        <Side name={packet.in} size={sizeIn} instead={sizeIn ? undefined : packet.madeHere}>
          <Tiles rows={cameIn} side="in" />
        </Side>
        <div className={css['part']}>
          <h2 className={css['name']}>{packet.decision}</h2>
          {step.kind === 'drop' ? <Gloss reason={step.reason} /> : null}
          {row === undefined ? (
            <Earlier threads={threads} isDrop={step.kind === 'drop'} />
          ) : (
            <DecidingRow row={row} />
          )}
          {passed.length === 0 ? null : (
            <p className={css['note']}>
              {packet.passed} <code>{passed.join(', ')}</code>
            </p>
          )}
        </div>
        <Side name={packet.out} size={ends === undefined ? sizeOut : undefined} instead={ends}>
          <Tiles rows={diffs} side="out" />
          {isUnchanged && sizeIn ? <p className={css['note']}>{packet.unchanged}</p> : null}
        </Side>
      </div>
    </section>
  );
}

/** What the kernel's name for a drop means. */
function Gloss({ reason }: { readonly reason: DropReason }) {
  const t = useT();
  return (
    <p className={css['note']}>
      <code>{reason}</code>: {t.drop[reason]}
    </p>
  );
}

/** A step that asks no table itself may use what was found before it: an encapsulation is the sum of three lookups. */
function Earlier({ threads, isDrop }: { readonly threads: readonly Thread[]; readonly isDrop: boolean }) {
  const { ui } = useT();
  if (threads.length === 0) return isDrop ? null : <p className={css['note']}>{ui.packet.noTable}</p>;
  return (
    <>
      <p className={css['note']}>{ui.packet.foundBefore}</p>
      <ul className={css['rows']}>
        {threads.map(({ seq, row }) => (
          <li key={seq}>
            <code className={css['command']}>{commands[row.table]}</code> <code>{row.line}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

interface SideProps {
  readonly name: string;
  readonly size: Size | undefined;
  /** a word in place of headers, when there are none */
  readonly instead: string | undefined;
  readonly children: ReactNode;
}

function Side({ name, size, instead, children }: SideProps) {
  return (
    <div className={css['part']}>
      <h2 className={css['name']}>
        {name}
        {size ? <span className={css['size']}>{printSize(size)} B</span> : null}
      </h2>
      {instead === undefined ? children : <p className={css['note']}>{instead}</p>}
    </div>
  );
}

/** Headers from the outside in. On the way out a sign and a hidden word say what became of each. */
function Tiles({ rows, side }: { readonly rows: readonly LayerRow[]; readonly side: 'in' | 'out' }) {
  const { ui } = useT();
  return (
    <ul className={css['tiles']}>
      {rows.map(({ key, layer, change }) => {
        const marked = side === 'out' ? change : 'same';
        return (
          <li
            key={key}
            className={`${tiles['kind']} ${css['tile']}`}
            data-kind={layer.kind}
            data-change={marked}
          >
            {marked === 'same' ? '' : `${signs[marked]}\u00a0`}
            {layerNames[layer.kind]}
            {marked === 'same' ? null : (
              <span className="visually-hidden"> {ui.packet.layerChange[marked]}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
