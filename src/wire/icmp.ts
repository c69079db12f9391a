/**
 * ICMP echo and the four errors of RFC 792 that name a packet. Any other message (timestamp, router advertisement, an echo
 * with a code) stays bytes.
 */
import { addBytes, checksumOf } from './checksum.ts';
import { after, copyOf, cutOff, failure, hex, writeBytes, type ParseError, type Span } from './bytes.ts';
import { asHex16, asIpv4, asReserved, asUint16, asUint8, type FieldSpec } from './field.ts';
import type { Bytes, IcmpEcho, IcmpError } from './frame.ts';
import { ok, type Result } from '../lib/result.ts';

export const ICMP_LENGTH = 8;
export const ICMP_TYPE = {
  echoReply: 0,
  unreachable: 3,
  redirect: 5,
  echo: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;
/** Destination unreachable, code 4: the packet has DF and the next link is too narrow. @see RFC 1191 §4 */
export const FRAG_NEEDED = 4;

const ERROR_TYPES: readonly number[] = [
  ICMP_TYPE.unreachable,
  ICMP_TYPE.redirect,
  ICMP_TYPE.timeExceeded,
  ICMP_TYPE.parameterProblem,
];

export function parseIcmp(span: Span): Result<IcmpEcho | IcmpError | Bytes, ParseError> {
  const cut = cutOff('icmp', span, ICMP_LENGTH);
  if (cut) return cut;
  const { view, from, to } = span;
  if (checksumOf(addBytes(0, view, from, to)) !== 0) {
    return failure('icmp', from + 2, `icmp checksum ${hex(view.getUint16(from + 2), 4)} is wrong`);
  }
  const [type, code] = [view.getUint8(from), view.getUint8(from + 1)];
  const data = copyOf(after(span, ICMP_LENGTH));
  if ((type === ICMP_TYPE.echo || type === ICMP_TYPE.echoReply) && code === 0) {
    const reply = type === ICMP_TYPE.echoReply;
    return ok({
      kind: 'icmp-echo',
      reply,
      id: view.getUint16(from + 4),
      seq: view.getUint16(from + 6),
      data,
    });
  }
  if (ERROR_TYPES.includes(type)) {
    return ok({ kind: 'icmp-error', type, code, rest: view.getUint32(from + 4), quote: data });
  }
  return ok({ kind: 'bytes', bytes: copyOf(span) });
}

export function emitIcmp(view: DataView, at: number, icmp: IcmpEcho | IcmpError): void {
  const data = icmp.kind === 'icmp-echo' ? icmp.data : icmp.quote;
  if (icmp.kind === 'icmp-echo') {
    view.setUint8(at, icmp.reply ? ICMP_TYPE.echoReply : ICMP_TYPE.echo);
    view.setUint16(at + 4, icmp.id);
    view.setUint16(at + 6, icmp.seq);
  } else {
    view.setUint8(at, icmp.type);
    view.setUint8(at + 1, icmp.code);
    view.setUint32(at + 4, icmp.rest);
  }
  writeBytes(view, at + ICMP_LENGTH, data);
  view.setUint16(at + 2, checksumOf(addBytes(0, view, at, at + ICMP_LENGTH + data.length)));
}

/** The name of a type and code, in the words of our captures and of iptables: `echo-request`, `ttl-exceeded`. */
export function printIcmpName(type: number, code: number): string {
  return NAMES[`${type}/${code}`] ?? `type=${type} code=${code}`;
}

const NAMES: Readonly<Record<string, string>> = {
  '0/0': 'echo-reply',
  '3/0': 'net-unreach',
  '3/1': 'host-unreach',
  '3/2': 'proto-unreach',
  '3/3': 'port-unreach',
  '3/4': 'frag-needed',
  '3/9': 'net-prohibited',
  '3/10': 'host-prohibited',
  '3/13': 'admin-prohibited',
  '5/0': 'redirect-net',
  '5/1': 'redirect-host',
  '8/0': 'echo-request',
  '11/0': 'ttl-exceeded',
  '11/1': 'reassembly-exceeded',
  '12/0': 'parameter-problem',
};

/** The second word depends on the message: id and seq, the next-hop MTU, the gateway, or nothing. */
export function icmpFields(icmp: IcmpEcho | IcmpError): readonly FieldSpec[] {
  return [
    {
      name: 'type',
      size: 1,
      print: (view, from) =>
        `${view.getUint8(from)} (${printIcmpName(view.getUint8(from), view.getUint8(from + 1))})`,
    },
    { name: 'code', size: 1, print: asUint8 },
    { name: 'checksum', size: 2, print: asHex16 },
    ...restFields(icmp),
  ];
}

function restFields(icmp: IcmpEcho | IcmpError): readonly FieldSpec[] {
  if (icmp.kind === 'icmp-echo') {
    return [
      { name: 'id', size: 2, print: asUint16 },
      { name: 'seq', size: 2, print: asUint16 },
    ];
  }
  if (icmp.type === ICMP_TYPE.redirect) return [{ name: 'gateway', size: 4, print: asIpv4 }];
  if (icmp.type === ICMP_TYPE.unreachable && icmp.code === FRAG_NEEDED) {
    return [
      { name: 'unused', size: 2, print: asReserved },
      { name: 'mtu', size: 2, print: asUint16 },
    ];
  }
  return [{ name: 'unused', size: 4, print: asReserved }];
}
