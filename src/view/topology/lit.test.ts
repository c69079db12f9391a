import { describe, expect, it } from 'vitest';
import type { FrameIndex, HopIndex, IfName, NetNsId, Seq, SimTime, Step } from '../../trace/types.ts';
import { ipv4, mac } from '../../wire/address.ts';
import type { EthernetFrame, Packet } from '../../wire/frame.ts';
import { twoNodes, twoSegments } from './fixture.testing.ts';
import { litBy } from './lit.ts';

const [a, b] = [mac('0e:f1:a0:00:00:01'), mac('0e:f1:a0:00:00:02')];
function ip(src: string, dst: string, payload: Packet['payload']): EthernetFrame {
  const packet: Packet = {
    kind: 'ipv4',
    tos: 0,
    id: 0,
    df: false,
    mf: false,
    offset: 0,
    ttl: 64,
    protocol: 17,
    src: ipv4(src),
    dst: ipv4(dst),
    payload,
  };
  return { kind: 'ethernet', src: a, dst: b, payload: packet };
}
const inner = ip('10.244.1.2', '10.244.2.2', { kind: 'bytes', bytes: new Uint8Array(4) });
const outer = ip('192.168.0.11', '192.168.0.12', {
  kind: 'udp',
  sport: 1,
  dport: 8472,
  checksum: 'none',
  payload: { kind: 'vxlan', vni: 1, inner },
});
const base = { seq: 0 as Seq, at: 0 as SimTime, ns: 'node1' as NetNsId, hop: 0 as HopIndex };
const eth0 = 'eth0' as IfName;

describe('what a step lights', () => {
  const litIn = (step: Step, frame: EthernetFrame, board = twoNodes): readonly string[] => [
    ...litBy([step], { frames: [frame] }, board),
  ];

  it('is its door, and the other end of the wire that the packet is put on', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'tx', dev: eth0 };
    expect(litIn(step, inner)).toEqual(['node1 eth0', 'segment/a p-node1']);
  });
  it('is only its door when it is about a table', () => {
    const step: Step = {
      ...base,
      frame: 0 as FrameIndex,
      kind: 'neigh',
      dev: eth0,
      ip: ipv4('10.0.0.1'),
      result: 'incomplete',
    };
    expect(litIn(step, inner)).toEqual(['node1 eth0']);
  });
  it('is the gate of a hook beside its namespace', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'hook', hook: 'FORWARD', bridged: false };
    expect(litIn(step, inner)).toEqual(['node1', 'node1 FORWARD']);
  });
  it('is the overlay and the underlay of the tunnel while its packet is on the wire', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'tx', dev: eth0 };
    const lit = litIn(step, outer);
    expect(lit).toEqual(expect.arrayContaining(['node1 flannel.1', 'node2 flannel.1']));
    expect(lit).toEqual(
      expect.arrayContaining(['node1 eth0', 'segment/a p-node1', 'segment/a p-node2', 'node2 eth0']),
    );
    expect(lit.filter((key) => key.startsWith('rtr'))).toEqual([]);
  });
  it('is the way through the router as well when the tunnel ends are on different segments', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'tx', dev: eth0 };
    const [, , far] = twoSegments.nodes;
    const across = ip(
      '192.168.0.11',
      far?.ip ?? '',
      outer.payload.kind === 'ipv4' ? outer.payload.payload : { kind: 'bytes', bytes: new Uint8Array() },
    );
    const lit = litIn(step, across, twoSegments);
    expect(lit.filter((key) => key.startsWith('rtr'))).toEqual(['rtr eth0', 'rtr eth1']);
  });
});
