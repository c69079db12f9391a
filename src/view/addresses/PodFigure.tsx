import type { PodRange } from '../../engine/protocol.ts';
import { useAddressesT } from '../i18n/useAddressesT.ts';
import { Cells, type Cell } from './Cells.tsx';
import css from './Addresses.module.css';

/** More blocks than a page has room for: the first are like the others. */
const MOST_BLOCKS = 512;
export const TINTS = 8;

/** The pod network in blocks, filling up. */
export function PodFigure({ pods }: { readonly pods: PodRange }) {
  const words = useAddressesT();
  const { cidr, blocks, blockBits, next, full, isGiven } = pods;
  const text =
    next === undefined
      ? (full ?? '')
      : isGiven
        ? words.pods.given(next.cidr)
        : words.pods.notGiven(next.cidr);
  return (
    <section className={css['figure']} aria-label={words.pods.title}>
      <h3 className={css['title']}>{words.pods.title}</h3>
      <Cells
        label={words.pods.grid(cidr, blocks, blockBits)}
        cells={cellsOf(pods, words.pods.block, words.next)}
        rest={words.pods.grid(cidr, blocks, blockBits)}
      />
      {blocks > MOST_BLOCKS ? <p className={css['more']}>{words.pods.more(blocks - MOST_BLOCKS)}</p> : null}
      <p className={css['text']}>{text}</p>
    </section>
  );
}

function cellsOf(
  { taken, next, blocks, blockBits, cidr }: PodRange,
  block: (cidr: string, node: string) => string,
  nextWord: string,
): readonly Cell[] {
  const ownerOf = new Map(
    taken.flatMap((owner, nth) =>
      Array.from(
        { length: owner.to - owner.from + 1 },
        (_, i) => [owner.from + i, { ...owner, nth }] as const,
      ),
    ),
  );
  const base = cidr.split('/')[0]?.split('.').map(Number) ?? [];
  return Array.from({ length: Math.min(blocks, MOST_BLOCKS) }, (_, index): Cell => {
    const id = index;
    const text = partOf(base, index, blockBits);
    const owner = ownerOf.get(index);
    if (owner)
      return {
        id,
        text,
        kind: 'taken',
        label: block(owner.cidr, owner.node),
        tint: (owner.nth % TINTS) + 1,
        ref: owner.ref,
      };
    if (next?.index === index) return { id, text, kind: 'next', label: `${nextWord}: ${next.cidr}` };
    return { id, text, kind: 'free' };
  });
}

/** The part of a block's address that tells it from its neighbours: the third number of a /24. */
function partOf(base: readonly number[], index: number, bits: number): string {
  const [a = 0, b = 0, c = 0] = base;
  if (bits > 24) return String(index);
  const at = (a * 256 + b) * 256 + c + index * 2 ** (24 - bits);
  return String(at % 256);
}
