import { describe, expect, it } from 'vitest';
import { flowHue, flowMark } from './flowMark.ts';

describe('the mark of a flow', () => {
  it('is a letter for what was sent and a number for running traffic', () => {
    expect([0, 1, 27].map((flow) => flowMark({ flow }))).toEqual(['A', 'B', 'B']);
    expect([0, 1, 27].map((flow) => flowMark({ flow, bare: true }))).toEqual(['1', '2', '28']);
  });
  it('is nothing for what belongs to no flow', () => {
    expect(flowMark({})).toBeUndefined();
    expect(flowHue(['red'], {})).toBeUndefined();
  });
  it('has another hue for the first send than for the first of the traffic', () => {
    const hues = ['blue', 'green', 'brown'];
    expect(flowHue(hues, { flow: 0 })).toBe('blue');
    expect(flowHue(hues, { flow: 0, bare: true })).toBe('brown');
  });
});
