import { expect, it } from 'vitest';
import { completed } from './completed.ts';

it('takes the only word that fits, and goes on behind it', () => {
  expect(completed('ip ro', { start: 3, candidates: ['route'] })).toEqual({ line: 'ip route ', open: [] });
});

it('goes as far as all words agree, and shows them', () => {
  const candidates = ['net.ipv4.ip_forward', 'net.ipv4.icmp_ratelimit'];
  expect(completed('sysctl n', { start: 7, candidates })).toEqual({
    line: 'sysctl net.ipv4.i',
    open: candidates,
  });
});

it('leaves the line as it is when nothing fits', () => {
  expect(completed('ip frob', { start: 3, candidates: [] })).toEqual({ line: 'ip frob', open: [] });
});
