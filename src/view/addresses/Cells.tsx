import { useState, type KeyboardEvent } from 'react';
import type { ObjectRef } from '../../trace/types.ts';
import { useAddressesT } from '../i18n/useAddressesT.ts';
import { useBoard } from '../page.ts';
import css from './Addresses.module.css';

/** What a cell of a range is. */
export interface Cell {
  /** its place in the range */
  readonly id: number;
  /** what stands in it: the last part of the address */
  readonly text: string;
  readonly kind: 'free' | 'taken' | 'next' | 'device' | 'leaked' | 'broadcast';
  /** who has it, in words; a free cell needs none */
  readonly label?: string;
  /** 1 to 8: which of several owners, as a colour beside the words */
  readonly tint?: number;
  /** the allocator's pointer stands here */
  readonly isLast?: boolean;
  readonly ref?: ObjectRef;
}

interface Props {
  readonly label: string;
  readonly cells: readonly Cell[];
  /** said while nothing is pointed at */
  readonly rest: string;
}

/** Of what is free only so many numbers are written, to find one's way: a wall of numbers is no picture. */
const LANDMARK = 32;
/** More owners than this are found by pointing. */
const MOST_OWNERS = 12;

/** The next cell that says something, from `at` by `step`. */
function saying(cells: readonly Cell[], at: number, step: number): number {
  for (let i = at + step; i >= 0 && i < cells.length; i += step) if (cells[i]?.label !== undefined) return i;
  return at;
}

/** A range, a cell for each part of it. The arrows go from one owner to the next; a press leads to the owner's YAML. */
export function Cells({ label, cells, rest }: Props) {
  const words = useAddressesT();
  const leaveFor = useBoard((state) => state.leaveFor);
  const [pointed, setPointed] = useState<number>();
  const first = saying(cells, -1, 1);
  const [focus, setFocus] = useState<number>();
  const stop = focus !== undefined && cells[focus]?.label !== undefined ? focus : first;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = saying(cells, stop, step);
    setFocus(to);
    event.currentTarget.parentElement?.querySelector<HTMLElement>(`[data-cell="${to}"]`)?.focus();
  };
  const told = pointed === undefined ? undefined : cells[pointed];
  return (
    <>
      <div role="group" aria-label={label} className={css['cells']}>
        {cells.map((cell, i) =>
          cell.label === undefined ? (
            <span key={cell.id} className={css['cell']} data-kind={cell.kind} aria-hidden="true">
              {cell.id % LANDMARK === 0 ? cell.text : ''}
            </span>
          ) : (
            <button
              key={cell.id}
              type="button"
              className={css['cell']}
              data-cell={i}
              data-kind={cell.kind}
              data-tint={cell.tint}
              data-last={cell.isLast === true}
              tabIndex={i === stop ? 0 : -1}
              onKeyDown={onKeyDown}
              aria-label={cell.ref ? words.toYaml(cell.label) : cell.label}
              aria-disabled={cell.ref === undefined}
              onFocus={() => {
                setPointed(i);
                setFocus(i);
              }}
              onBlur={() => {
                setPointed(undefined);
              }}
              onPointerEnter={() => {
                setPointed(i);
              }}
              onPointerLeave={() => {
                setPointed(undefined);
              }}
              onClick={() => {
                if (cell.ref) leaveFor(cell.ref);
              }}
            >
              {cell.text}
            </button>
          ),
        )}
      </div>
      <p className={css['pointed']}>{told?.label ?? rest}</p>
      <Legend cells={cells} />
    </>
  );
}

/** Whose the cells are, in words; a press leads to the owner's YAML. The cells themselves are the same to the keyboard. */
function Legend({ cells }: { readonly cells: readonly Cell[] }) {
  const leaveFor = useBoard((state) => state.leaveFor);
  const owned = cells.filter(({ kind }) => kind !== 'free' && kind !== 'broadcast');
  return (
    <ul className={css['legend']}>
      {owned.slice(0, MOST_OWNERS).map(({ id, text, kind, tint, label = '', ref }) => (
        <li key={id}>
          <span className={css['swatch']} data-kind={kind} data-tint={tint} aria-hidden="true">
            {text}
          </span>
          {ref === undefined ? (
            ownerIn(label)
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className={css['link']}
              onClick={() => {
                leaveFor(ref);
              }}
            >
              {ownerIn(label)}
            </button>
          )}
        </li>
      ))}
      {owned.length > MOST_OWNERS ? <li>+ {owned.length - MOST_OWNERS}</li> : null}
    </ul>
  );
}

/** `10.244.1.2: shop/web` -> `shop/web`: the number stands beside it. */
function ownerIn(label: string): string {
  return label.replace(/^[\d./]+[:：]\s*/, '');
}
