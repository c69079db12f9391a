/** Rewriting a packet as a tuple says. Checksums follow when the bytes are made. @see net/netfilter/nf_nat_proto.c */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet, type Segment } from '../../wire/frame.ts';
import { rewriteQuote } from '../../wire/quote.ts';
import { portsOf } from '../conntrack/tuple.ts';
import type { CtTuple } from '../conntrack/types.ts';
import type { Manip } from './unique.ts';

function withPorts(payload: Segment, manip: Manip, target: CtTuple): Segment {
  switch (payload.kind) {
    case 'tcp':
    case 'udp':
      return manip === 'src' ? { ...payload, sport: target.sport } : { ...payload, dport: target.dport };
    case 'icmp-echo':
      return { ...payload, id: target.sport };
    case 'icmp-error':
    case 'bytes':
      return payload;
  }
}

/** The packet with the source (or destination) of `target`; the same object when it had it already. */
export function rewrite(packet: Packet, manip: Manip, target: CtTuple): Packet {
  const payload = withPorts(packet.payload, manip, target);
  const changed: Packet = { ...packet, [manip]: target[manip], payload };
  const same = changed.src === packet.src && changed.dst === packet.dst && samePorts(payload, packet.payload);
  return same ? packet : changed;
}

function samePorts(a: Segment, b: Segment): boolean {
  if (a.kind === 'icmp-echo') return b.kind === 'icmp-echo' && a.id === b.id;
  const [x, y] = [a, b].map((s) => (s.kind === 'tcp' || s.kind === 'udp' ? `${s.sport} ${s.dport}` : ''));
  return x === y;
}

/** The packet with another address only: what becomes of the outside of an ICMP error. */
export function rewriteAddress(packet: Packet, manip: Manip, address: Ipv4): Packet {
  return packet[manip] === address ? packet : { ...packet, [manip]: address };
}

/** An ICMP error whose quoted packet has the source (or destination) of `target`. */
export function rewriteQuoted(packet: Packet, manip: Manip, target: CtTuple): Packet {
  const { payload } = packet;
  if (payload.kind !== 'icmp-error') return packet;
  const port =
    target.protocol === PROTOCOL.icmp
      ? { icmpId: target.sport }
      : manip === 'src'
        ? { sport: target.sport }
        : { dport: target.dport };
  const quote = rewriteQuote(payload.quote, { [manip]: target[manip], ...port });
  return { ...packet, payload: { ...payload, quote } };
}

/** `address:port` of one half of a packet, as the step says it. */
export function endOf(packet: Packet, manip: Manip): string {
  const ports = portsOf(packet);
  const { payload } = packet;
  if (ports) return `${printIpv4(packet[manip])}:${manip === 'src' ? ports.sport : ports.dport}`;
  return payload.kind === 'icmp-echo'
    ? `${printIpv4(packet[manip])} id ${payload.id}`
    : printIpv4(packet[manip]);
}
