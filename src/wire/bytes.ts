/** Reading and writing bytes in network order, and the error every parser answers with. */
import type { Ipv4, Mac } from './address.ts';
import { err, type Result } from '../lib/result.ts';

/** Why bytes are not what they should be. `offset` counts from the first byte given to the public parse function. */
export interface ParseError {
  /** the header that could not be read: 'ethernet', 'ipv4', … */
  readonly layer: string;
  readonly offset: number;
  /** an English sentence without a full stop: `ipv4 header cut off: 12 of 20 bytes` */
  readonly reason: string;
}

/** The stretch `from` .. `to` of `view` that a parser may look at. */
export interface Span {
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function spanOf(bytes: Uint8Array): Span {
  return { view: viewOf(bytes), from: 0, to: bytes.length };
}

/** What is left of the span after its first `length` bytes. */
export function after(span: Span, length: number): Span {
  return { view: span.view, from: span.from + length, to: span.to };
}

/** A copy, so a parsed value never keeps the whole capture alive (structured clone copies whole buffers). */
export function copyOf({ view, from, to }: Span): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice();
}

export function failure(layer: string, offset: number, reason: string): Result<never, ParseError> {
  return err({ layer, offset, reason });
}

/** The error for a header of `need` bytes in a span that is shorter; undefined when it fits. */
export function cutOff(layer: string, span: Span, need: number): Result<never, ParseError> | undefined {
  const have = span.to - span.from;
  return have < need
    ? failure(layer, span.to, `${layer} header cut off: ${have} of ${need} bytes`)
    : undefined;
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

export function readIpv4(view: DataView, at: number): Ipv4 {
  return view.getUint32(at) as Ipv4;
}

export function readMac(view: DataView, at: number): Mac {
  let text = '';
  for (let i = 0; i < 6; i++) {
    text +=
      (i === 0 ? '' : ':') +
      view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, '0');
  }
  return text as Mac;
}

export function writeMac(view: DataView, at: number, mac: Mac): void {
  for (let i = 0; i < 6; i++) view.setUint8(at + i, parseInt(mac.slice(3 * i, 3 * i + 2), 16));
}

export function writeBytes(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset + at, bytes.length).set(bytes);
}
