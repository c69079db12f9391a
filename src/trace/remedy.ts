/**
 * What would let a dropped packet go on from where it was dropped: one command, and only when the recording (a row that was
 * deleted, a row that says no) or the cluster (who has which range, who is on whose link) justifies it. Never a guess.
 */
import { contains, parseCidr, parseIpv4, printIpv4, type Ipv4 } from '../wire/address.ts';
import { isStep, type Recording, type Row, type Step, type TableChange } from './types.ts';

/** What the cluster says, beside the recording. */
export interface Known {
  /** ranges of pods, and the node that has each */
  readonly ranges: readonly { readonly cidr: string; readonly ip: string; readonly ns: string }[];
  /** the networks a namespace is directly attached to */
  readonly links: ReadonlyMap<string, readonly string[]>;
}

export interface Remedy {
  readonly ns: string;
  readonly command: string;
  /** 'deleted': the row was there and was deleted. 'denies': a row says no. 'range': the cluster says who has the range */
  readonly because: 'deleted' | 'denies' | 'range';
}

interface Case {
  readonly recording: Recording;
  readonly drop: Extract<Step, { readonly kind: 'drop' }>;
  readonly steps: readonly Step[];
  readonly row: Row | undefined;
}

export function remedyOf(given: Case, known: Known | undefined): Remedy | undefined {
  const { recording, drop, row } = given;
  const { ns } = drop;
  if (row?.table === 'rule') return { ns, command: without(row.line), because: 'denies' };
  if (row !== undefined && denies(row)) return { ns, command: `ip route del ${row.line}`, because: 'denies' };
  if (drop.reason === 'IP_INADDRERRORS') return switchedOff(given);
  const line = deletedLine(given);
  if (line !== undefined) return { ns, command: line, because: 'deleted' };
  const dst = drop.reason === 'IP_INNOROUTES' ? destinationOf(recording, drop) : undefined;
  return dst === undefined || known === undefined ? undefined : routeTo(ns, dst, known);
}

/** The command that takes a rule out, or turns a policy round. */
function without(line: string): string {
  const policy = /^(-t \S+ -P \S+) /.exec(line)?.[1];
  return policy === undefined
    ? `iptables ${line.replace(/^(-t \S+) -A /, '$1 -D ')}`
    : `iptables ${policy} ACCEPT`;
}

/** A route that refuses. */
function denies({ table, line }: Row): boolean {
  return table === 'route' && /^(blackhole|unreachable|prohibit) /.test(line);
}

/** Forwarding that was switched off while we watched. */
function switchedOff({ recording, drop: { ns, seq } }: Case): Remedy | undefined {
  const last = changesOf(recording, ns, seq).findLast(
    ({ table, line }) => table === 'sysctl' && /^net\.ipv4\.(ip_forward|conf\..*\.forwarding) = /.test(line),
  );
  if (last?.line.endsWith(' = 0') !== true) return undefined;
  return { ns, command: `sysctl -w ${last.line.replace(/ = 0$/, '=1')}`, because: 'denies' };
}

function changesOf({ entries }: Recording, of: string, until: number): readonly TableChange[] {
  return entries
    .slice(0, until)
    .flatMap((entry) => (isStep(entry) ? (entry.changes ?? []) : entry.changes))
    .filter(({ ns }) => ns === of);
}

function destinationOf({ frames }: Recording, drop: Case['drop']): Ipv4 | undefined {
  const payload = frames[drop.frame]?.payload;
  return payload?.kind === 'ipv4' ? payload.dst : undefined;
}

/** The lookup that missed, as a test of the rows that would have hit. */
function missed({ recording, drop, steps }: Case) {
  const before = steps.filter((step) => step.hop === drop.hop && step.seq < drop.seq);
  const last = before.findLast(({ kind }) => kind === 'fdb' || kind === 'neigh' || kind === 'route');
  if (last?.kind === 'fdb' && last.result === 'miss') {
    return { table: 'fdb', fits: (line: string) => line.startsWith(`${last.mac} dev ${last.dev} `) };
  }
  if (last?.kind === 'neigh' && (last.result === 'failed' || last.result === 'incomplete')) {
    const row = `${printIpv4(last.ip)} dev ${last.dev} lladdr `;
    return { table: 'neigh', fits: (line: string) => line.startsWith(row) };
  }
  if (last?.kind !== 'route' || last.result !== 'no-route') return undefined;
  const dst = destinationOf(recording, drop);
  return dst === undefined ? undefined : { table: 'route', fits: (line: string) => covers(line, dst) };
}

function covers(line: string, dst: Ipv4): boolean {
  const [key = ''] = line.split(' ');
  if (key === 'default') return true;
  return inside(key.includes('/') ? key : `${key}/32`, dst);
}

/** The row that the lookup would have found, had it not been deleted before. */
function deletedLine(given: Case): string | undefined {
  const lookup = missed(given);
  if (lookup === undefined) return undefined;
  const { recording, drop } = given;
  const last = changesOf(recording, drop.ns, drop.seq).findLast(
    ({ table, line }) => table === lookup.table && lookup.fits(line),
  );
  return last?.op === 'delete' ? again(lookup.table, last.line) : undefined;
}

/** The command that writes a printed row; a neighbour that was only learned comes by itself. */
function again(table: string, line: string): string | undefined {
  if (table === 'route') return `ip route add ${line}`;
  if (table === 'fdb') return `bridge fdb append ${line}`;
  return line.endsWith(' PERMANENT')
    ? `ip neigh replace ${line.replace(/ PERMANENT$/, ' nud permanent')}`
    : undefined;
}

function inside(cidr: string, ip: Ipv4): boolean {
  const parsed = parseCidr(cidr);
  return parsed.ok && contains(parsed.value, ip);
}

/** The way to a range of pods, when the node that has it is on a link of this namespace: Linux refuses any other. */
function routeTo(ns: string, dst: Ipv4, { ranges, links }: Known): Remedy | undefined {
  const range = ranges.find(({ cidr }) => inside(cidr, dst));
  if (range === undefined || range.ns === ns) return undefined;
  const via = parseIpv4(range.ip);
  if (!via.ok || !(links.get(ns) ?? []).some((cidr) => inside(cidr, via.value))) return undefined;
  return { ns, command: `ip route add ${range.cidr} via ${range.ip}`, because: 'range' };
}
