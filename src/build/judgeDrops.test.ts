import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../e2e/kernel/compare.ts';
import type { JsonDrop, TraceJson } from '../trace/json.ts';

const KNOWN = new Set(['NOT_SPECIFIED', 'IP_INNOROUTES', 'IP_INADDRERRORS', 'QUEUE_PURGE', 'TCP_CSUM']);

const run = (drops: Readonly<Record<string, readonly JsonDrop[]>>): readonly TraceJson[] => [
  { result: 'timeout', frames: {}, rules: {}, conntrack: {}, drops },
];

const NO_ROUTE: JsonDrop = ['IP_INNOROUTES', 'ip_error'];

describe('the reason of a drop, simulator against kernel', () => {
  it('is compared', () => {
    const other = run({ n1: [['IP_INADDRERRORS', 'ip_error']] });
    expect(compareRuns(run({ n1: [NO_ROUTE] }), other, KNOWN)?.difference).toContain(
      'n1, reason of a drop 1',
    );
  });

  it('is not compared when the kernel tells none', () => {
    expect(compareRuns(run({ n1: [NO_ROUTE] }), run({}))).toBeUndefined();
  });

  it('is not compared of a probe whose drops the kernel may not have told all', () => {
    const unheard = { result: 'timeout', frames: {}, rules: {}, conntrack: {} };
    expect(compareRuns(run({ n1: [NO_ROUTE] }), [unheard], KNOWN)).toBeUndefined();
  });

  it('belongs to a namespace', () => {
    expect(compareRuns(run({ n1: [NO_ROUTE] }), run({ n2: [NO_ROUTE] }), KNOWN)).toBeDefined();
  });

  it('is told when no row knows it', () => {
    const other = run({ n1: [['TCP_CSUM', 'tcp_v4_rcv']] });
    expect(compareRuns(run({}), other, KNOWN)?.difference).toContain(
      'TCP_CSUM in tcp_v4_rcv, which no row of drops.ts knows',
    );
  });

  it('is no difference where a socket is closed, and is one where a neighbour is given up', () => {
    const purged = (where: string) => run({ n1: [['QUEUE_PURGE', where]] });
    expect(compareRuns(run({}), purged('skb_queue_purge_reason'), KNOWN)).toBeUndefined();
    expect(compareRuns(run({}), purged('neigh_invalidate'), KNOWN)).toBeDefined();
  });

  it('of a frame that the other end of a pair refuses may be told at either end', () => {
    const ours = run({ n1: [['NOT_SPECIFIED', '__dev_forward_skb']] });
    const at = (ns: string) => run({ [ns]: [['NOT_SPECIFIED', '__dev_forward_skb2']] });
    expect(compareRuns(ours, at('n2'), KNOWN)).toBeUndefined();
    expect(compareRuns(ours, run({}), KNOWN)).toBeDefined();
  });

  it('that this kernel does not have yet is none there', () => {
    const ours = run({ n1: [['LOCAL_MAC', 'vxlan_rcv']] });
    expect(compareRuns(ours, run({ n1: [['NOT_SPECIFIED', 'vxlan_rcv']] }), KNOWN)).toBeUndefined();
  });

  it('of a program is not looked for in the kernel', () => {
    expect(
      compareRuns(run({ n1: [['PROCESS_DISCARD', 'flanneld tun_to_udp']] }), run({}), KNOWN),
    ).toBeUndefined();
  });
});
