import { describe, expect, it } from 'vitest';
import type { Beat } from '../../trace/timeline.ts';
import type { Seq } from '../../trace/types.ts';
import { endingBeat } from './ending.ts';

const beats = [3, 7, 9, 12].map((last, index): Beat => {
  const seq = last as Seq;
  return { index, kind: 'step', seq, last: seq, seqs: [seq] };
});

describe('the end of a story', () => {
  it('is the beat after which the sender has its result, and not the one before', () => {
    expect(endingBeat({ endSeq: 10 as Seq }, beats)).toBe(2);
    expect(endingBeat({ endSeq: 9 as Seq }, beats)).toBe(2);
  });
  it('is the last beat when the sender gave up long after it', () => {
    expect(endingBeat({ endSeq: 40 as Seq }, beats)).toBe(3);
  });
  it('is at once when nothing is told', () => {
    expect(endingBeat({ endSeq: 40 as Seq }, [])).toBe(0);
  });
});
