import { describe, expect, it } from 'vitest';
import type { FrameIndex, HopIndex, IfName, NetNsId, Seq, SimTime, Step } from '../../trace/types.ts';
import { ipv4, mac } from '../../wire/address.ts';
import type { EthernetFrame, Packet } from '../../wire/frame.ts';
import { twoNodes } from './fixture.testing.ts';
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
  it('is its door', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'tx', dev: eth0 };
    expect([...litBy([step], { frames: [inner] }, twoNodes)]).toEqual(['node1 eth0']);
  });
  it('is the gate of a hook beside its namespace', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'hook', hook: 'FORWARD', bridged: false };
    expect([...litBy([step], { frames: [inner] }, twoNodes)]).toEqual(['node1', 'node1 FORWARD']);
  });
  it('is both ends of the tunnel while its packet is on the wire', () => {
    const step: Step = { ...base, frame: 0 as FrameIndex, kind: 'tx', dev: eth0 };
    expect([...litBy([step], { frames: [outer] }, twoNodes)]).toEqual([
      'node1 eth0',
      'node1 flannel.1',
      'node2 flannel.1',
    ]);
  });
});
