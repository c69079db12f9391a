/**
 * TCP options. The canonical form is a list whose byte length is a multiple of 4: a shorter one is padded with 'end' when it
 * is emitted, and parsing answers those 'end' entries too. @see RFC 793 §3.1, RFC 7323, RFC 2018
 */
import { after, copyOf, failure, writeBytes, type ParseError, type Span } from './bytes.ts';
import type { TcpOption } from './frame.ts';
import { assertUnreachable } from '../lib/assert.ts';
import { ok, type Result } from '../lib/result.ts';

/** Kind and whole length of the options we take apart. */
const KIND = { end: 0, nop: 1, mss: 2, 'window-scale': 3, 'sack-permitted': 4, timestamps: 8 } as const;
const LENGTH = { end: 1, nop: 1, mss: 4, 'window-scale': 3, 'sack-permitted': 2, timestamps: 10 } as const;

function lengthOf(option: TcpOption): number {
  return option.kind === 'other' ? 2 + option.bytes.length : LENGTH[option.kind];
}

/** Bytes on the wire, padding included. */
export function tcpOptionsLength(options: readonly TcpOption[]): number {
  const length = options.reduce((sum, option) => sum + lengthOf(option), 0);
  return Math.ceil(length / 4) * 4;
}

/** Takes the whole span apart; after an 'end' there may only be more of them. */
export function parseTcpOptions(span: Span): Result<readonly TcpOption[], ParseError> {
  const options: TcpOption[] = [];
  let rest = span;
  let ended = false;
  while (rest.from < rest.to) {
    const kind = rest.view.getUint8(rest.from);
    if (ended && kind !== KIND.end)
      return failure('tcp', rest.from, `tcp option ${kind} after the end of the options`);
    const option = parseOption(rest, kind);
    if (!option.ok) return option;
    ended = option.value.kind === 'end';
    options.push(option.value);
    rest = after(rest, lengthOf(option.value));
  }
  return ok(options);
}

function parseOption(span: Span, kind: number): Result<TcpOption, ParseError> {
  const { view, from, to } = span;
  if (kind === KIND.end) return ok({ kind: 'end' });
  if (kind === KIND.nop) return ok({ kind: 'nop' });
  const have = to - from;
  if (have < 2) return failure('tcp', to, `tcp option ${kind} cut off: 1 of 2 bytes`);
  const length = view.getUint8(from + 1);
  if (length < 2) return failure('tcp', from + 1, `tcp option ${kind} has length ${length}, less than 2`);
  if (length > have) return failure('tcp', to, `tcp option ${kind} cut off: ${have} of ${length} bytes`);
  const option = readOption({ view, from, to: from + length }, kind);
  return lengthOf(option) === length
    ? ok(option)
    : failure('tcp', from + 1, `tcp option ${option.kind} has length ${length}, not ${lengthOf(option)}`);
}

/** Reads only as much as `span` has; a wrong length is found by the caller. */
function readOption(span: Span, type: number): TcpOption {
  const { view, from, to } = span;
  const length = to - from;
  switch (type) {
    case KIND.mss:
      return { kind: 'mss', mss: length === LENGTH.mss ? view.getUint16(from + 2) : 0 };
    case KIND['window-scale']:
      return { kind: 'window-scale', shift: length === LENGTH['window-scale'] ? view.getUint8(from + 2) : 0 };
    case KIND['sack-permitted']:
      return { kind: 'sack-permitted' };
    case KIND.timestamps: {
      const fits = length === LENGTH.timestamps;
      const [value, echo] = fits ? [view.getUint32(from + 2), view.getUint32(from + 6)] : [0, 0];
      return { kind: 'timestamps', value, echo };
    }
    default:
      return { kind: 'other', type, bytes: copyOf(after(span, 2)) };
  }
}

/** Writes the options; the padding is the zeros that are there already. */
export function emitTcpOptions(view: DataView, start: number, options: readonly TcpOption[]): void {
  let at = start;
  for (const option of options) {
    emitOption(view, at, option);
    at += lengthOf(option);
  }
}

function emitOption(view: DataView, at: number, option: TcpOption): void {
  view.setUint8(at, option.kind === 'other' ? option.type : KIND[option.kind]);
  if (option.kind === 'end' || option.kind === 'nop') return;
  view.setUint8(at + 1, lengthOf(option));
  switch (option.kind) {
    case 'mss':
      return view.setUint16(at + 2, option.mss);
    case 'window-scale':
      return view.setUint8(at + 2, option.shift);
    case 'sack-permitted':
      return;
    case 'timestamps':
      view.setUint32(at + 2, option.value);
      return view.setUint32(at + 6, option.echo);
    case 'other':
      return writeBytes(view, at + 2, option.bytes);
    default:
      return assertUnreachable(option);
  }
}

/** As tcpdump prints them: `mss 1410,sackOK,TS val 1 ecr 0,nop,wscale 7`. */
export function printTcpOptions(span: Span): string {
  const options = parseTcpOptions(span);
  return options.ok ? options.value.map(printOption).join(',') : options.error.reason;
}

function printOption(option: TcpOption): string {
  switch (option.kind) {
    case 'end':
      return 'eol';
    case 'nop':
      return 'nop';
    case 'mss':
      return `mss ${option.mss}`;
    case 'window-scale':
      return `wscale ${option.shift}`;
    case 'sack-permitted':
      return 'sackOK';
    case 'timestamps':
      return `TS val ${option.value} ecr ${option.echo}`;
    case 'other':
      return `unknown-${option.type}`;
    default:
      return assertUnreachable(option);
  }
}
