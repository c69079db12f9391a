/**
 * REJECT: an ICMP error, or a reset for TCP, and then the packet is dropped. A packet that is being bridged is answered on the
 * bridge, straight out of the port it came by. @see net/ipv4/netfilter/nf_reject_ipv4.c, ipt_REJECT.c
 */
import { PROTOCOL, type Packet, type TcpSegment } from '../wire/frame.ts';
import { attached } from './conntrack/track.ts';
import { causedBy, originate, step, type Kernel } from './context.ts';
import { icmpSend } from './icmp.ts';
import type { RejectWith } from './netfilter/target/define.ts';
import { sysctl } from './netns.ts';
import { packetOf, type Skb } from './skb.ts';

/** ICMP codes of type 3. */
const CODE: Readonly<Record<Exclude<RejectWith, 'tcp-reset'>, number>> = {
  'icmp-net-unreachable': 0,
  'icmp-host-unreachable': 1,
  'icmp-proto-unreachable': 2,
  'icmp-port-unreachable': 3,
  'icmp-net-prohibited': 9,
  'icmp-host-prohibited': 10,
  'icmp-admin-prohibited': 13,
};

/** Tells the sender of `skb` that it was refused; the caller drops it. */
export function reject(k: Kernel, skb: Skb, how: RejectWith): void {
  if (how === 'tcp-reset') sendReset(k, skb);
  else icmpSend(k, skb, { type: 3, code: CODE[how], rest: 0 });
}

/** nf_send_reset */
function sendReset(k: Kernel, skb: Skb): void {
  const packet = packetOf(skb.frame);
  const segment = packet.payload;
  if (segment.kind !== 'tcp' || segment.flags.rst || packet.offset > 0) return;
  const route = k.path.routeOutput(k, { dst: packet.src, src: packet.dst });
  if ('errno' in route) return;
  const reset: Packet = {
    kind: 'ipv4',
    tos: 0,
    id: 0,
    df: true,
    mf: false,
    offset: 0,
    ttl: sysctl(k.ns, 'net.ipv4.ip_default_ttl'),
    protocol: PROTOCOL.tcp,
    src: packet.dst,
    dst: packet.src,
    payload: resetOf(segment),
  };
  if (skb.physdev !== undefined && skb.frame.kind === 'ethernet') {
    // nf_reject_iphdr_put and dev_queue_xmit on the bridge port: no hooks, no neighbour
    const link = { src: skb.frame.dst, dst: skb.frame.src };
    k.path.xmit(k, skb.physdev, originate(k, reset, { ...causedBy(k, skb, 'error'), by: 'REJECT', link }));
    return;
  }
  const made = attached(k, originate(k, reset, { ...causedBy(k, skb, 'error'), by: 'REJECT' }), skb);
  step(k, made, route.step);
  k.path.localOut(k, made, route);
}

/** nf_reject_ip_tcphdr_put */
function resetOf({ sport, dport, seq, ack, flags, data }: TcpSegment): TcpSegment {
  const length = data.length + (flags.syn ? 1 : 0) + (flags.fin ? 1 : 0);
  const none = { fin: false, syn: false, psh: false, urg: false };
  return {
    kind: 'tcp',
    sport: dport,
    dport: sport,
    ...(flags.ack
      ? { seq: ack, ack: 0, flags: { ...none, rst: true, ack: false } }
      : { seq: 0, ack: (seq + length) >>> 0, flags: { ...none, rst: true, ack: true } }),
    window: 0,
    options: [],
    data: new Uint8Array(0),
  };
}
