/**
 * Field types that several schemas share. A schema turns text into values (addresses are branded from here on) and marks
 * what is wrong by a code; `toProblems` makes messages of valibot's issues.
 */
import * as v from 'valibot';
import { message, type Message } from '../../lib/message.ts';
import type { Result } from '../../lib/result.ts';
import { networkOf, parseCidr, parseIpv4, type Cidr, type Ipv4 } from '../../wire/address.ts';
import type { PortRange } from '../ipam/nodePort.ts';
import { clip, printPath, type Path, type Problem } from './diagnostic.ts';

/** An address field: IPv4 is used, IPv6 is accepted and only named. */
export type IpField =
  { readonly family: 4; readonly ip: Ipv4 } | { readonly family: 6; readonly text: string };
export type CidrField =
  { readonly family: 4; readonly cidr: Cidr } | { readonly family: 6; readonly text: string };

const IPV6 = /^[0-9a-f:]*:[0-9a-f:.]*$/i;
const IPV6_CIDR = /^[0-9a-f:]*:[0-9a-f:.]*\/\d{1,3}$/i;

export function parseIpField(text: string): IpField | undefined {
  if (IPV6.test(text)) return { family: 6, text };
  const parsed = parseIpv4(text);
  return parsed.ok ? { family: 4, ip: parsed.value } : undefined;
}

/** The prefix of a CIDR text; host bits are cleared, as Go's net.ParseCIDR does for podCIDR. */
export function parseCidrField(text: string): CidrField | undefined {
  if (IPV6_CIDR.test(text)) return { family: 6, text };
  const parsed = parseCidr(text);
  return parsed.ok ? { family: 4, cidr: networkOf(parsed.value) } : undefined;
}

/** Text that `parse` turns into a value; `code` says in an issue what it should have been. */
function parsed<T>(parse: (text: string) => T | undefined, code: 'ip' | 'cidr' | 'duration' | 'port-range') {
  return v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = parse(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: code });
      return NEVER;
    }),
  );
}

export const ipField = parsed(parseIpField, 'ip');
export const cidrField = parsed(parseCidrField, 'cidr');

/** Empty is how a Go client writes "none". */
export const ipFieldOrEmpty = parsed((text) => (text === '' ? 'none' : parseIpField(text)), 'ip');
export const cidrFieldOrEmpty = parsed((text) => (text === '' ? 'none' : parseCidrField(text)), 'cidr');

/** Service and EndpointSlice take leading zeros in an address, for the sake of old objects (netutils.ParseIPSloppy). */
const withoutZeros = (text: string): string =>
  text.includes(':') ? text : text.replaceAll(/(^|[./])0+(?=\d)/g, '$1');

export function parseIpSloppy(text: string): IpField | undefined {
  return parseIpField(withoutZeros(text));
}

export const ipFieldSloppy = parsed(parseIpSloppy, 'ip');
export const cidrFieldSloppy = parsed((text) => parseCidrField(withoutZeros(text.trim())), 'cidr');

/** IPv4 only: fields of our own Board document. */
export const ipv4Field = parsed((text) => valueOf(parseIpv4(text)), 'ip');
export const ipv4CidrField = parsed((text) => {
  const prefix = valueOf(parseCidr(text));
  return prefix && networkOf(prefix);
}, 'cidr');

/** An address with the length of its network, which is kept: `172.17.0.1/16`. */
export const addressWithPrefixField = parsed((text) => valueOf(parseCidr(text)), 'cidr');

const NANOSECONDS: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9 };

/** A Go duration of one unit, `500ms` to `10m`, as nanoseconds. */
export const durationField = parsed((text) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const ns = Number(match?.[1]) * (NANOSECONDS[match?.[2] ?? ''] ?? 0);
  return ns >= 100e6 && ns <= 600e9 ? Math.round(ns) : undefined;
}, 'duration');

/** `30000-32767`, as --service-node-port-range takes it, without port 0. */
export const portRangeField = parsed((text): PortRange | undefined => {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return from >= 1 && from <= to && to <= 65535 ? { from, to } : undefined;
}, 'port-range');

function valueOf<T>(result: Result<T, unknown>): T | undefined {
  return result.ok ? result.value : undefined;
}

/** An RFC 1123 subdomain, as the names of nodes, pods and everything that becomes a network namespace here. */
export const nameField = v.pipe(
  v.string(),
  v.check((name) => name.length <= 253 && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(name), 'name'),
);

export function numberField(from: number, to: number) {
  return v.pipe(
    v.number(),
    v.check((value) => Number.isInteger(value) && value >= from && value <= to, `number ${from} ${to}`),
  );
}

/** kubectl leaves fields out or writes null; the API server takes both as absent, and so do all schemas here. */
export function optional<const S extends v.GenericSchema>(schema: S) {
  return v.nullish(schema);
}

/** Labels and annotations. */
export const textMap = optional(v.record(v.string(), v.string()));

// The API server's own sentence (apimachinery, util/validation IsDNS1123Subdomain).
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

type Issue = v.BaseIssue<unknown>;

/** Every issue as an error at its field. */
export function toProblems(issues: readonly Issue[], document: string): readonly Problem[] {
  return issues.map((issue) => {
    const path = toPath(issue);
    const base = { severity: 'error', message: describe(issue, document, printPath(path)), path } as const;
    return issue.message === 'name' ? { ...base, upstream: NAME_RULE } : base;
  });
}

function describe(issue: Issue, document: string, field: string): Message {
  const value = printInput(issue.input);
  const range = /^number (\d+) (\d+)$/.exec(issue.message);
  if (range)
    return message('manifest.bad-number', {
      document,
      field,
      value,
      from: Number(range[1]),
      to: Number(range[2]),
    });
  if (issue.message === 'ip') return message('manifest.bad-ip', { document, field, value });
  if (issue.message === 'cidr') return message('manifest.bad-cidr', { document, field, value });
  if (issue.message === 'duration') return message('manifest.bad-duration', { document, field, value });
  if (issue.message === 'port-range') return message('manifest.bad-port-range', { document, field, value });
  if (issue.message === 'name') return message('manifest.bad-name', { document, field, value });
  if (issue.received === 'undefined') return message('manifest.missing-field', { document, field });
  if (issue.type === 'picklist' || issue.type === 'literal') {
    const allowed = (issue.expected ?? '').replace(/[()"]/g, '').replaceAll(' | ', ', ');
    return message('manifest.not-one-of', { document, field, value, allowed });
  }
  return message('manifest.wrong-type', {
    document,
    field,
    expected: EXPECTED[issue.type] ?? issue.type,
    found: typeName(issue.input),
  });
}

/** valibot's schema names in the words of kubectl explain */
const EXPECTED: Readonly<Record<string, string>> = { number: 'integer', record: 'object' };

/** What someone wrote, for a message: text as it is, the rest as JSON. */
export function printInput(value: unknown): string {
  return clip(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** The type of a value in the words of kubectl explain. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function toPath(issue: Issue): Path {
  return (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
}
