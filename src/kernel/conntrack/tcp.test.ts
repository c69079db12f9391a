import { describe, expect, it } from 'vitest';
import { kindOf, nextTcpState } from './tcp.ts';
import type { CtDirection } from '../recorder.ts';
import type { CtTcpState } from './types.ts';

const NONE = { fin: false, syn: false, rst: false, psh: false, ack: false, urg: false };
type Kind = ReturnType<typeof kindOf>;

function follow(segments: readonly (readonly [CtDirection, Kind])[]): readonly string[] {
  let state: CtTcpState = 'NONE';
  return segments.map(([direction, kind]) => {
    const next = nextTcpState(state, direction, kind);
    if (next !== 'invalid' && next !== 'ignored') state = next;
    return next;
  });
}

describe('a TCP connection, as conntrack follows it', () => {
  it('goes through the handshake and the farewell of the client', () => {
    expect(
      follow([
        ['original', 'syn'],
        ['reply', 'synack'],
        ['original', 'ack'],
        ['original', 'fin'],
        ['reply', 'ack'],
        ['reply', 'fin'],
        ['original', 'ack'],
      ]),
    ).toEqual(['SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK', 'TIME_WAIT']);
  });

  it('may be picked up in the middle, but does not begin with SYN-ACK, FIN or RST', () => {
    expect(nextTcpState('NONE', 'original', 'ack')).toBe('ESTABLISHED');
    for (const kind of ['synack', 'fin', 'rst', 'none'] as const)
      expect(nextTcpState('NONE', 'original', kind)).toBe('invalid');
  });

  it('is closed by a reset from either side, and a reset beats every other flag', () => {
    expect(kindOf({ ...NONE, rst: true, ack: true, syn: true })).toBe('rst');
    for (const direction of ['original', 'reply'] as const)
      expect(nextTcpState('ESTABLISHED', direction, 'rst')).toBe('CLOSE');
  });

  it('ignores a SYN while it is established and begins anew with one after TIME_WAIT', () => {
    expect(nextTcpState('ESTABLISHED', 'original', 'syn')).toBe('ignored');
    expect(nextTcpState('TIME_WAIT', 'original', 'syn')).toBe('SYN_SENT');
  });
});
