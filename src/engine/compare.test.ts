import { expect, it } from 'vitest';
import { policyBoards } from '../scenario/policyBoards.ts';
import { Engine } from './engine.ts';

const textOf = (id: string): string => policyBoards.find((board) => board.id === id)?.text ?? '';
const END = Number.MAX_SAFE_INTEGER;

function compare(board: string, text: string) {
  const engine = new Engine();
  engine.handle('open', { text: textOf(board), revision: 1 });
  return engine.handle('compare', { atSeq: END, text });
}

it('a board is compared with another file, both ways', () => {
  expect(compare('policy-and', textOf('policy-or'))).toMatchObject({
    status: 'compared',
    isPoliciesOnly: false,
    diff: { opened: 0, closed: 2 },
  });
  expect(compare('policy-or', textOf('policy-and'))).toMatchObject({ diff: { opened: 2, closed: 0 } });
});

it('a file of policies alone is about the pods of the board', () => {
  const policy = textOf('policy-and')
    .split(/^---$/m)
    .filter((document) => /^kind: NetworkPolicy$/m.test(document))
    .join('---');
  expect(compare('policy-or', policy)).toMatchObject({
    isPoliciesOnly: true,
    diff: { opened: 2, closed: 0 },
  });
});

it('a file that cannot be read says why, and the board stays', () => {
  const answer = compare('policy-or', 'kind: [');
  expect(answer.status).toBe('rejected');
});
