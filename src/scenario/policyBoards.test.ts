/** What the boards about policies expect comes to pass, with the rules that kube-router writes for them. */
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { policyBoards } from './policyBoards.ts';

it.each(policyBoards)('$id expects what happens', ({ text }) => {
  const engine = new Engine();
  engine.handle('open', { text, revision: 1 });
  const results = engine.handle('expect', { atSeq: Number.MAX_SAFE_INTEGER });
  expect(results.length).toBeGreaterThan(1);
  expect(results.filter(({ holds }) => !holds)).toEqual([]);
});

it('policy-inside-only: the way out ends at the node, and not at the machine outside', () => {
  const engine = new Engine();
  const text = policyBoards.find(({ id }) => id === 'policy-inside-only')?.text ?? '';
  engine.handle('open', { text, revision: 1 });
  const results = engine.handle('expect', { atSeq: Number.MAX_SAFE_INTEGER });
  const reasons = results.flatMap((result) =>
    result.to === 'client/client:80' && 'why' in result ? [`${result.from} ${result.why?.reason}`] : [],
  );
  expect(reasons).toEqual(['pod/default/client NETFILTER_DROP', 'pod/bob/client NO_SOCKET']);
});
