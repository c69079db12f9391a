/** Reads iptables-measured.txt, which says at its top what it is. */
import { readFileSync } from 'node:fs';

export type Measured = readonly [table: string, chain: string, given: string, answer: string];

function read(): { readonly taken: readonly Measured[]; readonly refused: readonly Measured[] } {
  const taken: Measured[] = [];
  const refused: Measured[] = [];
  const text = readFileSync(new URL('./iptables-measured.txt', import.meta.url), 'utf8');
  for (const block of text.split(/^\$ /m).slice(1)) {
    const [first = '', ...answers] = block.trimEnd().split('\n');
    const [table = '', chain = '', ...given] = first.split(' ');
    const answer = answers.map((line) => line.slice(2)).join('\n');
    const list = answers[0]?.startsWith('=') ? taken : refused;
    list.push([table, chain, given.join(' '), answer]);
  }
  return { taken, refused };
}

/** TAKEN: as iptables-save prints it; REFUSED: what iptables says. */
export const { taken: TAKEN, refused: REFUSED } = read();
