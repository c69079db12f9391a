/**
 * DNS messages: one question, and records of the types that a cluster's DNS gives. Names are written whole but for a record's
 * owner that equals the question's, which is a pointer to it, as CoreDNS compresses; pointers of any kind are read. @see RFC 1035
 */
import { printIpv4, type Ipv4 } from './address.ts';
import { cutOff, failure, readIpv4, spanOf, type ParseError, type Span } from './bytes.ts';
import { asHex16, type FieldPrinter, type FieldSpec } from './field.ts';
import { err, ok, type Result } from '../lib/result.ts';

export const DNS_PORT = 53;
export const DNS_HEADER = 12;

export type DnsType = 'A' | 'CNAME' | 'SOA' | 'AAAA' | 'SRV';
export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

/** A name without its last dot; the root is empty. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: DnsType;
}

export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A'; readonly ip: Ipv4 }
  | { readonly type: 'CNAME'; readonly target: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'SOA'; readonly mname: string; readonly rname: string; readonly numbers: SoaNumbers }
);

/** seconds, but for the serial number */
export interface SoaNumbers {
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly authoritative: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly rcode: Rcode;
  readonly question: DnsQuestion;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

const TYPE: Readonly<Record<DnsType, number>> = { A: 1, CNAME: 5, SOA: 6, AAAA: 28, SRV: 33 };
const RCODES: readonly Rcode[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const CLASS_IN = 1;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;
const POINTER = 0xc0;
/** a chain of pointers that is longer than this is a loop */
const MOST_POINTERS = 32;

/** Whether text can be asked for: labels of 1 to 63 bytes, 255 in all. @see RFC 1035 section 2.3.4 */
export function isDnsName(name: string): boolean {
  const labels = name.split('.');
  const fits = labels.every((label) => /^[\x21-\x7e]+$/.test(label) && label.length <= LONGEST_LABEL);
  return fits && name.length + 2 <= LONGEST_NAME;
}

// ---------------------------------------------------------------------------------------------- writing

function nameLength(name: string): number {
  return name === '' ? 1 : name.length + 2;
}

class Writer {
  readonly #bytes: number[] = [];
  readonly #asked: string;
  constructor(asked: string) {
    this.#asked = asked;
  }
  u8(value: number): void {
    this.#bytes.push(value & 0xff);
  }
  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value);
  }
  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value & 0xffff);
  }
  name(name: string): void {
    for (const label of name === '' ? [] : name.split('.')) {
      this.u8(label.length);
      for (let i = 0; i < label.length; i++) this.u8(label.charCodeAt(i));
    }
    this.u8(0);
  }
  /** the owner of a record: a pointer when it is what was asked for */
  owner(name: string): void {
    if (name === this.#asked) this.u16((POINTER << 8) | DNS_HEADER);
    else this.name(name);
  }
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function emitData(out: Writer, record: DnsRecord): void {
  switch (record.type) {
    case 'A':
      out.u16(4);
      out.u32(record.ip);
      return;
    case 'CNAME':
      out.u16(nameLength(record.target));
      out.name(record.target);
      return;
    case 'SRV':
      out.u16(6 + nameLength(record.target));
      out.u16(record.priority);
      out.u16(record.weight);
      out.u16(record.port);
      out.name(record.target);
      return;
    case 'SOA': {
      const { mname, rname, numbers } = record;
      out.u16(nameLength(mname) + nameLength(rname) + 20);
      out.name(mname);
      out.name(rname);
      const { serial, refresh, retry, expire, minimum } = numbers;
      for (const number of [serial, refresh, retry, expire, minimum]) out.u32(number);
      return;
    }
  }
}

/** The message as bytes. Names must be DNS names (`isDnsName`). */
export function emitDns(message: DnsMessage): Uint8Array {
  const { id, response, authoritative, recursionDesired, recursionAvailable, rcode, question } = message;
  const out = new Writer(question.name);
  out.u16(id);
  const bit = (set: boolean, at: number): number => (set ? 1 << at : 0);
  out.u16(
    bit(response, 15) |
      bit(authoritative, 10) |
      bit(recursionDesired, 8) |
      bit(recursionAvailable, 7) |
      RCODES.indexOf(rcode),
  );
  out.u16(1);
  out.u16(message.answers.length);
  out.u16(message.authorities.length);
  out.u16(0);
  out.name(question.name);
  out.u16(TYPE[question.type]);
  out.u16(CLASS_IN);
  for (const record of [...message.answers, ...message.authorities]) {
    out.owner(record.name);
    out.u16(TYPE[record.type]);
    out.u16(CLASS_IN);
    out.u32(record.ttl);
    emitData(out, record);
  }
  return out.bytes;
}

// ---------------------------------------------------------------------------------------------- reading

type Read<T> = Result<{ readonly value: T; readonly next: number }, ParseError>;

function cut(at: number): Result<never, ParseError> {
  return failure('dns', at, 'dns message cut off');
}

function readName({ view, from, to }: Span, start: number): Read<string> {
  const labels: string[] = [];
  let at = start;
  let next: number | undefined;
  let length = 0;
  for (let pointers = 0; ;) {
    if (at >= to) return cut(to);
    const size = view.getUint8(at);
    if (size === 0) return ok({ value: labels.join('.'), next: next ?? at + 1 });
    if ((size & POINTER) === POINTER) {
      if (at + 2 > to) return cut(to);
      next ??= at + 2;
      if (++pointers > MOST_POINTERS) return failure('dns', start, 'dns name points in a circle');
      at = from + (view.getUint16(at) & 0x3fff);
      continue;
    }
    if (size > LONGEST_LABEL)
      return failure('dns', at, `dns label has ${size} bytes, more than ${LONGEST_LABEL}`);
    if (at + 1 + size > to) return cut(to);
    length += size + 1;
    if (length + 1 > LONGEST_NAME)
      return failure('dns', start, `dns name is longer than ${LONGEST_NAME} bytes`);
    let label = '';
    for (let i = 0; i < size; i++) label += String.fromCharCode(view.getUint8(at + 1 + i));
    labels.push(label);
    at += 1 + size;
  }
}

function typeOf(number: number): DnsType | undefined {
  return (Object.keys(TYPE) as DnsType[]).find((type) => TYPE[type] === number);
}

function readQuestion(span: Span, at: number): Read<DnsQuestion> {
  const name = readName(span, at);
  if (!name.ok) return name;
  const { next } = name.value;
  if (next + 4 > span.to) return cut(span.to);
  const type = typeOf(span.view.getUint16(next));
  if (type === undefined)
    return failure('dns', next, `dns type ${span.view.getUint16(next)} is not taken apart`);
  return ok({ value: { name: name.value.value, type }, next: next + 4 });
}

function readRecord(span: Span, at: number): Read<DnsRecord> {
  const owner = readName(span, at);
  if (!owner.ok) return owner;
  const { view, to } = span;
  const head = owner.value.next;
  if (head + 10 > to) return cut(to);
  const type = typeOf(view.getUint16(head));
  const size = view.getUint16(head + 8);
  const data = head + 10;
  const next = data + size;
  if (next > to) return cut(to);
  const record = { name: owner.value.value, ttl: view.getUint32(head + 4) };
  switch (type) {
    case 'A':
      if (size !== 4) return failure('dns', data, `dns address of ${size} bytes`);
      return ok({ value: { ...record, type, ip: readIpv4(view, data) }, next });
    case 'CNAME': {
      const target = readName(span, data);
      return target.ok ? ok({ value: { ...record, type, target: target.value.value }, next }) : target;
    }
    case 'SRV': {
      if (size < 7) return cut(data);
      const target = readName(span, data + 6);
      if (!target.ok) return target;
      const [priority, weight, port] = [0, 2, 4].map((i) => view.getUint16(data + i));
      return ok({
        value: {
          ...record,
          type,
          priority: priority ?? 0,
          weight: weight ?? 0,
          port: port ?? 0,
          target: target.value.value,
        },
        next,
      });
    }
    case 'SOA':
      return readSoa(span, record, { data, next });
    case 'AAAA':
    case undefined:
      return failure('dns', head, `dns record of type ${view.getUint16(head)} is not taken apart`);
  }
}

function readSoa(
  span: Span,
  record: { readonly name: string; readonly ttl: number },
  { data, next }: { readonly data: number; readonly next: number },
): Read<DnsRecord> {
  const mname = readName(span, data);
  if (!mname.ok) return mname;
  const rname = readName(span, mname.value.next);
  if (!rname.ok) return rname;
  const at = rname.value.next;
  if (at + 20 > span.to) return cut(span.to);
  const number = (i: number): number => span.view.getUint32(at + 4 * i);
  const numbers: SoaNumbers = {
    serial: number(0),
    refresh: number(1),
    retry: number(2),
    expire: number(3),
    minimum: number(4),
  };
  return ok({
    value: { ...record, type: 'SOA', mname: mname.value.value, rname: rname.value.value, numbers },
    next,
  });
}

/** A message of one question; additional records (EDNS) are passed over. Anything else is an error. */
export function parseDns(bytes: Uint8Array): Result<DnsMessage, ParseError> {
  const span = spanOf(bytes);
  const short = cutOff('dns', span, DNS_HEADER);
  if (short) return short;
  const { view } = span;
  const flags = view.getUint16(2);
  const rcode = RCODES[flags & 0xf];
  if ((flags & 0x7800) !== 0 || rcode === undefined)
    return failure('dns', 2, 'dns opcode or answer code is not known');
  if (view.getUint16(4) !== 1) return failure('dns', 4, `dns message has ${view.getUint16(4)} questions`);
  const question = readQuestion(span, DNS_HEADER);
  if (!question.ok) return question;
  let at = question.value.next;
  const records = (count: number): Result<readonly DnsRecord[], ParseError> => {
    const read: DnsRecord[] = [];
    for (let i = 0; i < count; i++) {
      const record = readRecord(span, at);
      if (!record.ok) return err(record.error);
      read.push(record.value.value);
      at = record.value.next;
    }
    return ok(read);
  };
  const answers = records(view.getUint16(6));
  if (!answers.ok) return answers;
  const authorities = records(view.getUint16(8));
  if (!authorities.ok) return authorities;
  return ok({
    id: view.getUint16(0),
    response: (flags & 0x8000) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    rcode,
    question: question.value.value,
    answers: answers.value,
    authorities: authorities.value,
  });
}

// ---------------------------------------------------------------------------------------------- as tcpdump prints it

function printRecord(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
      return `A ${printIpv4(record.ip)}`;
    case 'CNAME':
      return `CNAME ${record.target}.`;
    case 'SRV':
      return `SRV ${record.target}.:${record.port} ${record.priority} ${record.weight}`;
    case 'SOA':
      return 'SOA';
  }
}

const RCODE_WORDS: Readonly<Record<Rcode, string>> = {
  NOERROR: '',
  FORMERR: ' FormErr',
  SERVFAIL: ' ServFail',
  NXDOMAIN: ' NXDomain',
  NOTIMP: ' NotImp',
  REFUSED: ' Refused',
};

/** `4660+ A? web.shop.svc.cluster.local. (43)`, `4660* 1/0/0 A 10.96.3.4 (84)`: a message as tcpdump 4.99 prints it. */
export function printDns(message: DnsMessage, length: number): string {
  const { id, question, answers, authorities } = message;
  const asked = `${question.type}? ${question.name}.`;
  if (!message.response) return `${id}${message.recursionDesired ? '+' : ''} ${asked} (${length})`;
  const marks = `${message.authoritative ? '*' : ''}${message.recursionAvailable ? '' : '-'}`;
  const counts = `${answers.length}/${authorities.length}/0`;
  const said = answers.map(printRecord).join(', ');
  return `${id}${RCODE_WORDS[message.rcode]}${marks} ${counts}${said === '' ? '' : ` ${said}`} (${length})`;
}

/** The fields of a message, for those who take a frame apart. */
export function dnsFields(message: DnsMessage): readonly FieldSpec[] {
  const { question, answers, authorities } = message;
  const said = [...answers, ...authorities].map(printRecord).join(', ');
  return [
    { name: 'id', size: 2, print: asHex16 },
    { name: 'flags', size: 2, print: asHex16 },
    { name: 'counts', size: 8, print: asCounts },
    {
      name: 'question',
      size: nameLength(question.name) + 4,
      print: () => `${question.type}? ${question.name}.`,
    },
    { name: 'records', size: 'rest', print: () => said },
  ];
}

const asCounts: FieldPrinter = (view, from) => [0, 2, 4, 6].map((i) => view.getUint16(from + i)).join('/');
