import type { KeyboardEvent } from 'react';

/** Up and down move the focus among the elements of a widget (`data-moves`, else the table) that match `selector`. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const here = event.currentTarget;
  const all = [...(here.closest('table, [data-moves]')?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const next = all[all.indexOf(here) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
