/**
 * How a header looks to a person: a list of fields in the order of their bytes. Each header file states its own list, and
 * layers.ts reads it. A field is whole bytes; bits that share a byte (ihl, the fragment offset) share a field.
 */
import { printIpv4 } from './address.ts';
import { hex, readIpv4, readMac } from './bytes.ts';

/** A field's value in a frame; `from` .. `to` are bytes of the emitted frame. */
export interface Field {
  /** the field's standard name: ttl, sport, vni … */
  readonly name: string;
  /** as tcpdump prints it */
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** Prints the bytes `from` .. `to` of `view`. */
export type FieldPrinter = (view: DataView, from: number, to: number) => string;

export interface FieldSpec {
  readonly name: string;
  /** bytes; 'rest' is all that is left of the header, and no field when nothing is left */
  readonly size: number | 'rest';
  readonly print: FieldPrinter;
}

/** The fields of the header in `from` .. `to`, which the specs fill completely. */
export function fieldsOf(
  specs: readonly FieldSpec[],
  view: DataView,
  from: number,
  to: number,
): readonly Field[] {
  const fields: Field[] = [];
  let at = from;
  for (const { name, size, print } of specs) {
    const end = size === 'rest' ? to : at + size;
    if (end > at) fields.push({ name, value: print(view, at, end), from: at, to: end });
    at = end;
  }
  return fields;
}

export const asUint8: FieldPrinter = (view, from) => `${view.getUint8(from)}`;
export const asUint16: FieldPrinter = (view, from) => `${view.getUint16(from)}`;
export const asUint24: FieldPrinter = (view, from) => `${view.getUint32(from) >>> 8}`;
export const asUint32: FieldPrinter = (view, from) => `${view.getUint32(from)}`;
export const asHex8: FieldPrinter = (view, from) => hex(view.getUint8(from), 2);
export const asHex16: FieldPrinter = (view, from) => hex(view.getUint16(from), 4);
export const asMac: FieldPrinter = (view, from) => readMac(view, from);
export const asIpv4: FieldPrinter = (view, from) => printIpv4(readIpv4(view, from));

/** Reserved bytes: `0` however many there are. */
export const asReserved: FieldPrinter = (view, from, to) => {
  for (let at = from; at < to; at++) if (view.getUint8(at) !== 0) return 'not zero';
  return '0';
};
