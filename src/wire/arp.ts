/** ARP for IPv4 over Ethernet. Left out: other hardware and protocol types, RARP. @see RFC 826 */
import { cutOff, failure, readIpv4, readMac, writeMac, type ParseError, type Span } from './bytes.ts';
import { ETHERTYPE, printEthertype } from './ethernet.ts';
import { asIpv4, asMac, asUint8, type FieldSpec } from './field.ts';
import type { ArpPacket } from './frame.ts';
import { ok, type Result } from '../lib/result.ts';

export const ARP_LENGTH = 28;
const HTYPE_ETHERNET = 1;
const OP = { request: 1, reply: 2 } as const;

/** Bytes after the 28 are Ethernet padding and are ignored. */
export function parseArp(span: Span): Result<ArpPacket, ParseError> {
  const cut = cutOff('arp', span, ARP_LENGTH);
  if (cut) return cut;
  const { view, from } = span;
  const htype = view.getUint16(from);
  if (htype !== HTYPE_ETHERNET)
    return failure('arp', from, `arp hardware type is ${htype}, not 1 (Ethernet)`);
  const ptype = view.getUint16(from + 2);
  if (ptype !== ETHERTYPE.ipv4)
    return failure('arp', from + 2, `arp protocol type is ${ptype}, not 2048 (IPv4)`);
  const [hlen, plen] = [view.getUint8(from + 4), view.getUint8(from + 5)];
  if (hlen !== 6 || plen !== 4) {
    return failure('arp', from + 4, `arp address lengths are ${hlen} and ${plen}, not 6 and 4`);
  }
  const op = view.getUint16(from + 6);
  if (op !== OP.request && op !== OP.reply) {
    return failure('arp', from + 6, `arp operation is ${op}, not 1 (request) or 2 (reply)`);
  }
  return ok({
    kind: 'arp',
    op: op === OP.request ? 'request' : 'reply',
    sha: readMac(view, from + 8),
    spa: readIpv4(view, from + 14),
    tha: readMac(view, from + 18),
    tpa: readIpv4(view, from + 24),
  });
}

export function emitArp(view: DataView, at: number, arp: ArpPacket): void {
  view.setUint16(at, HTYPE_ETHERNET);
  view.setUint16(at + 2, ETHERTYPE.ipv4);
  view.setUint8(at + 4, 6);
  view.setUint8(at + 5, 4);
  view.setUint16(at + 6, OP[arp.op]);
  writeMac(view, at + 8, arp.sha);
  view.setUint32(at + 14, arp.spa);
  writeMac(view, at + 18, arp.tha);
  view.setUint32(at + 24, arp.tpa);
}

export const ARP_FIELDS: readonly FieldSpec[] = [
  { name: 'htype', size: 2, print: () => 'Ethernet (1)' },
  { name: 'ptype', size: 2, print: (view, from) => printEthertype(view.getUint16(from)) },
  { name: 'hlen', size: 1, print: asUint8 },
  { name: 'plen', size: 1, print: asUint8 },
  {
    name: 'op',
    size: 2,
    print: (view, from) => (view.getUint16(from) === OP.request ? 'request (1)' : 'reply (2)'),
  },
  { name: 'sha', size: 6, print: asMac },
  { name: 'spa', size: 4, print: asIpv4 },
  { name: 'tha', size: 6, print: asMac },
  { name: 'tpa', size: 4, print: asIpv4 },
];
