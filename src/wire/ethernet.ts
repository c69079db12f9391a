/** Ethernet II. Left out: VLAN tags, the frame check sequence, and padding to 60 bytes (a receiver trims it anyway). */
import type { Mac } from './address.ts';
import { cutOff, hex, readMac, writeMac, type ParseError, type Span } from './bytes.ts';
import { asMac, type FieldSpec } from './field.ts';
import { ok, type Result } from '../lib/result.ts';

export const ETHERNET_LENGTH = 14;
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806 } as const;

export interface EthernetHeader {
  readonly dst: Mac;
  readonly src: Mac;
  readonly ethertype: number;
}

export function parseEthernet(span: Span): Result<EthernetHeader, ParseError> {
  const cut = cutOff('ethernet', span, ETHERNET_LENGTH);
  if (cut) return cut;
  const { view, from } = span;
  return ok({ dst: readMac(view, from), src: readMac(view, from + 6), ethertype: view.getUint16(from + 12) });
}

export function emitEthernet(view: DataView, at: number, header: EthernetHeader): void {
  writeMac(view, at, header.dst);
  writeMac(view, at + 6, header.src);
  view.setUint16(at + 12, header.ethertype);
}

/** As `tcpdump -e` names it: `IPv4 (0x0800)`. */
export function printEthertype(ethertype: number): string {
  const name = ethertype === ETHERTYPE.ipv4 ? 'IPv4' : ethertype === ETHERTYPE.arp ? 'ARP' : 'unknown';
  return `${name} (${hex(ethertype, 4)})`;
}

export const ETHERNET_FIELDS: readonly FieldSpec[] = [
  { name: 'dst', size: 6, print: asMac },
  { name: 'src', size: 6, print: asMac },
  { name: 'type', size: 2, print: (view, from) => printEthertype(view.getUint16(from)) },
];
