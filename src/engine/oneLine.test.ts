/** Every board of the gallery with one line of its text spoilt: it opens or it is refused, and nothing in between. */
import { expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { createRandom, nextInRange, type Random } from '../lib/random.ts';
import { gallery } from '../scenario/gallery.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { validate } from '../trace/trace.ts';
import { Engine } from './engine.ts';
import type { Committed } from './protocol.ts';

const VALUES = [
  '0 -1 65536 1e400 null true "" [] {} | * &a !binary',
  '10.244.0.0/16 10.244.1.0/33 0.0.0.0/0 255.255.255.255 2001:db8::1 192.168.0.11',
  `TCP icmp None Local NodePort vxlan host-gw pod/shop/web ${'a'.repeat(300)}`,
].flatMap((line) => line.split(' '));

function pick<T>(random: Random, list: readonly T[]): T {
  return must(list[nextInRange(random, 0, list.length - 1)], 'a list with nothing in it');
}

/** One line with another value, gone, twice, or with another number. */
function spoil(random: Random, text: string): string {
  const lines = text.split('\n');
  const at = nextInRange(random, 0, lines.length - 1);
  const line = lines[at] ?? '';
  const way = nextInRange(random, 0, 9);
  if (way < 5) lines[at] = line.replace(/:.*$/, `: ${pick(random, VALUES)}`);
  else if (way < 7) lines.splice(at, 1);
  else if (way < 8) lines.splice(at, 0, line);
  else lines[at] = line.replace(/\d+/, String(nextInRange(random, 0, 300)));
  return lines.join('\n');
}

/** Everything a page may ask of a board. */
function use(engine: Engine, random: Random, { board, recording: columns }: Committed): readonly string[] {
  const ends = board.nodes.flatMap(({ name, pods }) => [
    `node/${name}`,
    ...pods.map(({ ns }) => `pod/${ns}`),
  ]);
  let recording = decodeColumns(EMPTY_RECORDING, columns);
  if (ends.length > 0) {
    const protocol = pick(random, ['icmp', 'tcp', 'udp'] as const);
    const port = protocol === 'icmp' ? {} : { port: pick(random, [53, 80, 8080]) };
    const sent = engine.handle('send', {
      from: pick(random, ends),
      to: pick(random, ends),
      protocol,
      ...port,
    });
    if (sent.status === 'sent') recording = decodeColumns(recording, sent.recording);
  }
  const atSeq = recording.entries.length;
  for (const { ns } of board.nodes) engine.handle('tables', { ns, atSeq });
  engine.handle('addresses', { atSeq });
  engine.handle('matrix', { atSeq });
  engine.handle('lab', {});
  return validate(recording);
}

it('a board with one spoilt line opens and can be used, or is refused with its place, and then the good text opens', () => {
  const random = createRandom(4);
  const problems: string[] = [];
  let opened = 0;
  for (const { id, text } of gallery) {
    const engine = new Engine();
    const spoilt = spoil(random, text);
    const result = engine.handle('open', { text: spoilt, revision: 0 });
    if (result.status === 'committed') opened++;
    const wrong =
      result.status === 'committed'
        ? use(engine, random, result)
        : result.diagnostics.length > 0
          ? []
          : ['refused without a word'];
    if (engine.handle('apply', { text, revision: 1 }).status !== 'committed')
      problems.push(`${id}: stays refused`);
    problems.push(...wrong.map((what) => `${id}: ${what}\n${spoilt}`));
  }
  expect(problems).toEqual([]);
  expect(opened).toBeGreaterThan(gallery.length / 4);
  expect(opened).toBeLessThan(gallery.length);
});
