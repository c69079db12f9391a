import type { Entry } from './tell.ts';

/** One sign per kind of step, so that a list can be skimmed; the words beside it say the same. */
const signs = {
  made: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  move: 'M2.5 8h10.5M9 4l4 4-4 4',
  choice: 'M2.5 8H7l5.5-4.5M7 8l5.5 4.5',
  table: 'M3 4h10M3 8h10M3 12h10',
  hook: 'M5 3v6a3 3 0 0 0 6 0V7',
  rule: 'M3 4h6M3 8h10M3 12h4',
  swap: 'M3 5.5h9M9.5 3l2.5 2.5M13 10.5H4M6.5 13L4 10.5',
  less: 'M3 8h10',
  wrap: 'M8 3l5.5 10h-11z',
  unwrap: 'M8 13l5.5-10h-11z',
  many: 'M3 8h4M7 8l6-4.5M7 8h6M7 8l6 4.5',
  pieces: 'M2.5 8h3M6.5 8h3M10.5 8h3',
  wait: 'M4 2.5h8L4 13.5h8z',
  program: 'M3 3h10v10H3zM6 6l2 2-2 2',
  arrived: 'M3.5 3.5h9v9h-9z',
  dead: 'M8 1.5L14.5 8 8 14.5 1.5 8z',
  write: 'M3 13l1-3 7-7 2 2-7 7z',
  more: 'M8 3v10M3 8h10',
} as const;

const signOf: Readonly<Record<Entry['kind'] | 'fold', keyof typeof signs>> = {
  originate: 'made',
  rx: 'move',
  tx: 'move',
  hook: 'hook',
  conntrack: 'table',
  chain: 'rule',
  nat: 'swap',
  route: 'choice',
  ttl: 'less',
  neigh: 'table',
  fdb: 'table',
  encap: 'wrap',
  decap: 'unwrap',
  restore: 'swap',
  flood: 'many',
  fragment: 'pieces',
  reassemble: 'pieces',
  queue: 'wait',
  process: 'program',
  unsent: 'less',
  deliver: 'arrived',
  drop: 'dead',
  op: 'write',
  object: 'write',
  fold: 'more',
};

const filled: readonly string[] = ['made', 'wrap', 'unwrap', 'arrived', 'dead'];

export function Glyph({ kind }: { readonly kind: Entry['kind'] | 'fold' }) {
  const sign = signOf[kind];
  return (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      fill={filled.includes(sign) ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      aria-hidden="true"
      data-glyph={kind}
    >
      <path d={signs[sign]} />
    </svg>
  );
}
