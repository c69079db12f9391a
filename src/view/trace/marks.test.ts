import { describe, expect, it } from 'vitest';
import { place } from './marks.ts';

const at = (mark: number) => mark;
const size = () => 20;
const xs = (marks: readonly number[], width: number) => place(marks, width, at, size).map(({ x }) => x);

describe('place', () => {
  it('leaves marks where they belong when there is room', () => {
    expect(xs([20, 60, 180], 200)).toEqual([20, 60, 180]);
  });

  it('shifts marks that would overlap, and keeps their order', () => {
    expect(xs([50, 52, 54], 200)).toEqual([50, 70, 90]);
  });

  it('keeps more marks than fit on the line', () => {
    expect(xs([10, 20, 30], 40)).toEqual([10, 10, 30]);
  });

  it('keeps marks inside at both ends', () => {
    expect(xs([0, 1], 200)).toEqual([10, 30]);
    expect(xs([199, 200], 200)).toEqual([170, 190]);
  });
});
