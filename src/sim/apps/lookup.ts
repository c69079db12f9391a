/**
 * Asking DNS servers for a name: what glibc's resolver and nslookup have in common. One name after the other, all types of a
 * name from one connected socket at once, each server again when it says nothing.
 */
import { nextInRange } from '../../lib/random.ts';
import type { Ipv4 } from '../../wire/address.ts';
import {
  DNS_PORT,
  emitDns,
  parseDns,
  type DnsMessage,
  type DnsRecord,
  type DnsType,
} from '../../wire/dns.ts';
import { closeSocket, openSocket, sendDatagram } from '../../kernel/socket.ts';
import type { Disposition } from '../../kernel/recorder.ts';
import type { SocketEvent } from '../../kernel/socketTypes.ts';
import type { Sys } from '../process.ts';
import { asked, dispositionOf, icmpWords } from './client.ts';

const SECOND = 1_000_000_000;
/** RES_TIMEOUT, and dig's */
const PATIENCE = 5 * SECOND;
const ANY = 0 as Ipv4;

export interface Lookup {
  readonly exchange: number;
  readonly servers: readonly Ipv4[];
  /** how often each server is asked */
  readonly attempts: number;
  readonly types: readonly DnsType[];
  /** the one that is asked for, then those that come after it */
  readonly names: readonly string[];
  /** questions of the present name, by the id of the message */
  readonly questions: Readonly<Record<number, DnsType>>;
  readonly answers: readonly DnsMessage[];
  readonly socket?: number;
  /** packets of this name so far, over all servers */
  readonly tries: number;
  /** counts questions: the timer of an older one is void */
  readonly generation: number;
}

/** What became of a name, or of the servers. */
export type LookupEnd =
  /** all types are answered: with addresses, without (NODATA), or NXDOMAIN and worse */
  | { readonly end: 'answered'; readonly name: string; readonly answers: readonly DnsMessage[] }
  /** nobody answered; `why` names what came instead of an answer */
  | { readonly end: 'silent'; readonly server: Ipv4; readonly result: Disposition; readonly why: string };

export type LookupStep = { readonly lookup: Lookup; readonly ended?: LookupEnd };

type System = Sys<unknown>;

export function newLookup(
  given: Pick<Lookup, 'exchange' | 'servers' | 'attempts' | 'types' | 'names'>,
): Lookup {
  return { ...given, questions: {}, answers: [], tries: 0, generation: 0 };
}

const TAG = 'dns ';

/** Whether a wake is about a lookup, and no program's own affair. */
export function isLookupTimer(tag: string): boolean {
  return tag.startsWith(TAG);
}

/** The server that is asked now: they take turns. */
export function serverOf({ servers, tries }: Lookup): Ipv4 {
  return servers[tries % servers.length] ?? ANY;
}

/** Asks for the first of the names. Needs a server and a name. */
export function ask(sys: System, lookup: Lookup): LookupStep {
  const { exchange, types, names } = lookup;
  const server = serverOf(lookup);
  const k = sys.kernel();
  if (lookup.socket !== undefined) closeSocket(k, lookup.socket);
  const sport = nextInRange(k.random, 32768, 60999);
  const peer = { ip: server, port: DNS_PORT };
  const socket = openSocket(k, { kind: 'udp', owner: sys.pid, ip: ANY, port: sport, peer });
  const questions: Record<number, DnsType> = {};
  const generation = lookup.generation + 1;
  const next = { ...lookup, socket, questions, answers: [], generation };
  for (const type of types) {
    const id = nextInRange(k.random, 0, 0xffff);
    questions[id] = type;
    const bytes = emitDns({
      id,
      response: false,
      authoritative: false,
      recursionDesired: true,
      recursionAvailable: false,
      rcode: 'NOERROR',
      question: { name: names[0] ?? '', type },
      answers: [],
      authorities: [],
    });
    const ports = { sport, dport: DNS_PORT, payload: { kind: 'bytes' as const, bytes } };
    const sent = sendDatagram(k, ports, { dst: server, discover: 'want' }, { ...asked(exchange), by: 'dns' });
    if (sent !== 'sent')
      return { lookup: next, ended: silent(next, dispositionOf(sent.errno, true), sent.errno) };
  }
  sys.timer(PATIENCE, `${TAG}${generation}`);
  return { lookup: next };
}

function silent(lookup: Lookup, result: Disposition, why: string): LookupEnd {
  return { end: 'silent', server: serverOf(lookup), result, why };
}

/** The same again, of the next server in turn; or that was the last time. `told` hears of every failure. */
function again(sys: System, lookup: Lookup, ended: LookupEnd, told: (ended: LookupEnd) => void): LookupStep {
  told(ended);
  const tries = lookup.tries + 1;
  if (tries >= lookup.attempts * lookup.servers.length) return { lookup, ended };
  return ask(sys, { ...lookup, tries });
}

/** A timer of a lookup fired. */
export function waited(
  sys: System,
  lookup: Lookup,
  { tag, told = () => undefined }: { readonly tag: string; readonly told?: (ended: LookupEnd) => void },
): LookupStep {
  if (tag !== `${TAG}${lookup.generation}`) return { lookup };
  return again(sys, lookup, silent(lookup, 'timeout', 'timed out'), told);
}

/** Something came by the lookup's socket. */
export function heard(
  sys: System,
  lookup: Lookup,
  {
    event,
    told = () => undefined,
  }: { readonly event: SocketEvent; readonly told?: (ended: LookupEnd) => void },
): LookupStep {
  if (event.event === 'tun' || event.socket !== lookup.socket) return { lookup };
  if (event.event === 'icmp-error') {
    const [, result] = icmpWords(event);
    const why = result === 'refused' ? 'connection refused' : 'host unreachable';
    return again(sys, lookup, silent(lookup, result, why), told);
  }
  if (event.event !== 'datagram') return { lookup };
  const parsed = parseDns(event.payload);
  if (!parsed.ok) return { lookup };
  const { value: message } = parsed;
  const type = lookup.questions[message.id];
  const isOurs =
    message.response && message.question.type === type && message.question.name === lookup.names[0];
  if (!isOurs || lookup.answers.some(({ id }) => id === message.id)) return { lookup };
  const answers = [...lookup.answers, message];
  // a timer that still runs is void
  const isWhole = answers.length === lookup.types.length;
  const next = { ...lookup, answers, generation: lookup.generation + (isWhole ? 1 : 0) };
  if (!isWhole) return { lookup: next };
  return { lookup: next, ended: { end: 'answered', name: lookup.names[0] ?? '', answers } };
}

/** The addresses that an answer gives, behind the names that it points to. */
export function addressesIn(answers: readonly DnsMessage[]): readonly Ipv4[] {
  return answers.flatMap(({ answers: records }) =>
    records.flatMap((record: DnsRecord) => (record.type === 'A' ? [record.ip] : [])),
  );
}
