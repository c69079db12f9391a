/** Through a VXLAN device: encapsulation makes a packet of this host's own, decapsulation a frame that arrives on the device. */
import { must } from '../lib/assert.ts';
import type { Ipv4 } from '../wire/address.ts';
import type { Frame, UdpDatagram } from '../wire/frame.ts';
import { copyOf, drop, kernelChange, step, type Kernel } from './context.ts';
import type { Vxlan } from './device/index.ts';
import { encapsulate, flowHash, remotesOf, sourcePort } from './device/vxlan.ts';
import { fdbKey } from './neighKey.ts';
import { nextIpId, sysctl, update, withEntry, type FdbEntry } from './netns.ts';
import { BY_KERNEL } from './origin.ts';
import { fdbRow, printFdb } from './print.ts';
import { ethernetOf, packetOf, type Skb } from './skb.ts';

/** vxlan_xmit: fdb, outer header, and then a packet of this host's own. */
export function vxlanXmit(k: Kernel, vxlan: Vxlan, skb: Skb): void {
  const inner = ethernetOf(skb.frame);
  const remotes = remotesOf(k.ns, vxlan, inner.dst);
  if (remotes.length === 0) {
    step(k, skb, { kind: 'fdb', dev: vxlan.name, mac: inner.dst, result: 'miss' });
    drop(k, skb, 'NO_TX_TARGET', 'vxlan_xmit');
    return;
  }
  if (remotes.length > 1) step(k, skb, { kind: 'flood', dev: vxlan.name, ports: [], local: false });
  for (const entry of remotes) vxlanXmitOne(k, vxlan, remotes.length > 1 ? copyOf(k, skb) : skb, entry);
}

function vxlanXmitOne(k: Kernel, vxlan: Vxlan, skb: Skb, entry: FdbEntry): void {
  const inner = ethernetOf(skb.frame);
  const { name: dev } = vxlan;
  const dst = must(entry.dst, 'vxlan fdb row without destination');
  step(k, skb, { kind: 'fdb', dev, mac: inner.dst, result: 'remote', dst, row: fdbRow(entry) });
  const route = k.path.routeOutput(k, { dst, src: vxlan.local, oif: vxlan.lower });
  if ('errno' in route) {
    step(k, skb, route.step);
    drop(k, skb, 'IP_OUTNOROUTES', 'vxlan_xmit_one');
    return;
  }
  const packet = encapsulate(vxlan, inner, {
    src: vxlan.local,
    dst,
    ttl: sysctl(k.ns, 'net.ipv4.ip_default_ttl'),
    id: nextIpId(k.ns),
    sport: sourcePort(skb.hash ?? flowHash(inner)),
  });
  // skb_scrub_packet inside one namespace: conntrack and bridge info go, the mark stays
  const frame: Frame = { kind: 'raw', payload: packet };
  const outer: Skb = { ...skb, frame, iif: dev, ct: undefined, physdev: undefined };
  step(k, outer, { kind: 'encap', dev, by: 'vxlan', vni: vxlan.vni }, { before: skb.frame });
  step(k, outer, route.step);
  k.path.localOut(k, outer, route);
}

/** vxlan_rcv: is there a VXLAN device behind this UDP port? Then its inner frame arrives on that device. */
export function vxlanReceive(k: Kernel, skb: Skb, udp: UdpDatagram): boolean {
  const devices = [...k.ns.state.devices.values()].filter(
    (d): d is Vxlan => d.kind === 'vxlan' && d.up && d.port === udp.dport,
  );
  if (devices.length === 0) return false;
  if (udp.payload.kind !== 'vxlan') {
    drop(k, skb, 'VXLAN_INVALID_HDR', 'vxlan_rcv');
    return true;
  }
  const { vni, inner } = udp.payload;
  const vxlan = devices.find((d) => d.vni === vni);
  if (!vxlan) {
    drop(k, skb, 'VXLAN_VNI_NOT_FOUND', 'vxlan_rcv');
    return true;
  }
  if (inner.src === vxlan.mac) {
    drop(k, skb, 'LOCAL_MAC', 'vxlan_rcv');
    return true;
  }
  const { name: dev } = vxlan;
  const decapped: Skb = { ...skb, frame: inner, ct: undefined };
  step(k, decapped, { kind: 'decap', dev, by: 'vxlan', vni }, { before: skb.frame });
  if (vxlan.learning) learnRemote(k, vxlan, decapped, packetOf(skb.frame).src);
  const mark = skb.mark === 0 ? {} : { mark: skb.mark };
  k.emit({ kind: 'softirq', dev, frame: inner, hop: skb.hop, ...mark });
  return true;
}

/** vxlan_snoop */
function learnRemote(k: Kernel, vxlan: Vxlan, skb: Skb, dst: Ipv4): void {
  const { src: mac } = ethernetOf(skb.frame);
  const key = fdbKey(vxlan.name, mac);
  const old = k.ns.state.fdb.get(key)?.[0];
  if (old?.dst === dst || (old !== undefined && old.state !== 'learned')) return;
  const entry: FdbEntry = { dev: vxlan.name, mac, dst, state: 'learned', updated: k.now, origin: BY_KERNEL };
  update(k.ns, { fdb: withEntry(k.ns.state.fdb, key, [entry]) });
  const change = kernelChange(k, 'fdb', old ? 'change' : 'add', printFdb(entry));
  const learned = { kind: 'fdb', dev: vxlan.name, mac, result: 'learned', dst, row: fdbRow(entry) } as const;
  step(k, skb, learned, { changes: [change] });
}
