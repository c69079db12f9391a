/** Tuples: what makes two packets the same flow. @see net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_icmp.c */
import { printIpv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import type { Quoted } from '../../wire/quote.ts';
import type { CtTuple } from './types.ts';

export const ECHO_REQUEST = 8 << 8;
export const ECHO_REPLY = 0;

/** The ports of a whole TCP or UDP packet; undefined for other protocols and for fragments. */
export function portsOf({ payload }: Packet): { readonly sport: number; readonly dport: number } | undefined {
  return payload.kind === 'tcp' || payload.kind === 'udp' ? payload : undefined;
}

/** The tuple of a packet; 'untrackable' for ICMP that asks nothing (errors, unknown types) and for fragments. */
export function tupleOf(packet: Packet): CtTuple | 'untrackable' {
  const { protocol, src, dst, payload } = packet;
  switch (payload.kind) {
    case 'tcp':
    case 'udp':
      return { protocol, src, dst, sport: payload.sport, dport: payload.dport };
    case 'icmp-echo':
      return { protocol, src, dst, sport: payload.id, dport: payload.reply ? ECHO_REPLY : ECHO_REQUEST };
    case 'icmp-error':
      return 'untrackable';
    case 'bytes': {
      const known: readonly number[] = [PROTOCOL.icmp, PROTOCOL.tcp, PROTOCOL.udp];
      if (packet.mf || packet.offset > 0 || known.includes(protocol)) return 'untrackable';
      return { protocol, src, dst, sport: 0, dport: 0 };
    }
  }
}

/** The tuple of the packet that an ICMP error quotes. */
export function quotedTuple(quoted: Quoted): CtTuple | 'untrackable' {
  const { protocol, src, dst } = quoted;
  if (protocol !== PROTOCOL.icmp) {
    return { protocol, src, dst, sport: quoted.sport ?? 0, dport: quoted.dport ?? 0 };
  }
  if (quoted.icmpId === undefined || quoted.icmpType === undefined) return 'untrackable';
  return { protocol, src, dst, sport: quoted.icmpId, dport: quoted.icmpType << 8 };
}

/** nf_ct_invert_tuple: what the answer to a packet of this tuple looks like. */
export function invert({ protocol, src, dst, sport, dport }: CtTuple): CtTuple {
  if (protocol !== PROTOCOL.icmp) return { protocol, src: dst, dst: src, sport: dport, dport: sport };
  const answer = dport === ECHO_REQUEST ? ECHO_REPLY : ECHO_REQUEST;
  return { protocol, src: dst, dst: src, sport, dport: answer };
}

export function tupleKey({ protocol, src, dst, sport, dport }: CtTuple): string {
  return `${protocol} ${src} ${dst} ${sport} ${dport}`;
}

export function sameTuple(a: CtTuple, b: CtTuple): boolean {
  return tupleKey(a) === tupleKey(b);
}

/** As `conntrack -L` prints one direction. */
export function printTuple({ protocol, src, dst, sport, dport }: CtTuple): string {
  const addresses = `src=${printIpv4(src)} dst=${printIpv4(dst)}`;
  if (protocol === PROTOCOL.icmp) return `${addresses} type=${dport >> 8} code=${dport & 0xff} id=${sport}`;
  return protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp
    ? `${addresses} sport=${sport} dport=${dport}`
    : addresses;
}
