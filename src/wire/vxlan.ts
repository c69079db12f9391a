/** The VXLAN header: the I flag and a 24-bit network identifier. Left out: group policy and GPE. @see RFC 7348 §5 */
import { cutOff, failure, hex, type ParseError, type Span } from './bytes.ts';
import { asReserved, asUint24, type FieldSpec } from './field.ts';
import { ok, type Result } from '../lib/result.ts';

export const VXLAN_LENGTH = 8;
const FLAGS_I = 0x08000000;

/** The vni. Reserved bits must be zero: RFC 7348 ignores them, but then the bytes could not be emitted again. */
export function parseVxlan(span: Span): Result<number, ParseError> {
  const cut = cutOff('vxlan', span, VXLAN_LENGTH);
  if (cut) return cut;
  const { view, from } = span;
  const flags = view.getUint32(from);
  if ((flags & FLAGS_I) === 0) return failure('vxlan', from, 'vxlan I flag is not set');
  if (flags !== FLAGS_I) return failure('vxlan', from, `vxlan reserved bits are set: ${hex(flags, 8)}`);
  const word = view.getUint32(from + 4);
  if ((word & 0xff) !== 0) return failure('vxlan', from + 7, 'vxlan reserved byte is not zero');
  return ok(word >>> 8);
}

export function emitVxlan(view: DataView, at: number, vni: number): void {
  view.setUint32(at, FLAGS_I);
  view.setUint32(at + 4, (vni << 8) >>> 0);
}

export const VXLAN_FIELDS: readonly FieldSpec[] = [
  { name: 'flags', size: 1, print: (view, from) => `[I] (${hex(view.getUint8(from), 2)})` },
  { name: 'reserved', size: 3, print: asReserved },
  { name: 'vni', size: 3, print: asUint24 },
  { name: 'reserved', size: 1, print: asReserved },
];
