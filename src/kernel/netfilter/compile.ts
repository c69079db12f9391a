/**
 * Which rules of a long chain can match a packet at all. A chain of more than SHORT rules is indexed once (and again when it is
 * replaced by another) by what most rules of such chains ask for: one destination, one destination port, one source. A rule that is not a candidate
 * would have failed on its header, or on a port match that stands before anything that remembers or draws lots, so leaving it
 * out changes no verdict, no counter and no memory. Rules that ask for none of these are candidates always.
 */
import type { Packet } from '../../wire/frame.ts';
import type { Chain, MaskedAddress, Negatable, Rule } from './rule.ts';
import { portsOf } from './values.ts';

/** chains up to this long are walked */
const SHORT = 16;

interface Compiled {
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  readonly always: readonly number[];
}

const compiledByRules = new WeakMap<readonly Rule[], Compiled>();

function exact(address: Negatable<MaskedAddress> | undefined): number | undefined {
  return address?.invert === false && address.mask === 0xffffffff ? address.address : undefined;
}

/** The one destination port that a rule asks for, when nothing stands before the question that could remember the packet. */
function portOf({ header, matches }: Rule): string | undefined {
  if (header.protocol?.invert !== false) return undefined;
  for (const match of matches) {
    if (match.match === 'comment') continue;
    if (match.match !== 'tcp' && match.match !== 'udp') return undefined;
    const ports = match.dport;
    if (ports === undefined || ports.invert || ports.from !== ports.to) return undefined;
    return `${header.protocol.number} ${ports.from}`;
  }
  return undefined;
}

function keyOf(rule: Rule): string | undefined {
  const dst = exact(rule.header.destination);
  const port = portOf(rule);
  if (dst !== undefined) return port === undefined ? `d ${dst}` : `d ${dst} ${port}`;
  if (port !== undefined) return `p ${port}`;
  const src = exact(rule.header.source);
  return src === undefined ? undefined : `s ${src}`;
}

function compile(rules: readonly Rule[]): Compiled {
  const byKey = new Map<string, number[]>();
  const always: number[] = [];
  rules.forEach((rule, i) => {
    const key = keyOf(rule);
    if (key === undefined) {
      always.push(i);
      return;
    }
    const list = byKey.get(key);
    if (list) list.push(i);
    else byKey.set(key, [i]);
  });
  return { byKey, always };
}

/** Positions of the rules that may match `packet`, ascending; 'all' for a chain that is too short to be worth it. */
export function candidates(chain: Chain, packet: Packet): readonly number[] | 'all' {
  const { rules } = chain;
  if (rules.length <= SHORT) return 'all';
  let compiled = compiledByRules.get(rules);
  if (!compiled) {
    compiled = compile(rules);
    compiledByRules.set(rules, compiled);
  }
  const { byKey, always } = compiled;
  const ports = portsOf(packet);
  const keys = [`d ${packet.dst}`, `s ${packet.src}`];
  if (ports) {
    const port = `${packet.protocol} ${ports.dport}`;
    keys.push(`d ${packet.dst} ${port}`, `p ${port}`);
  }
  const lists = keys.flatMap((key) => byKey.get(key) ?? []);
  if (lists.length === 0) return always;
  return [...lists, ...always].toSorted((a, b) => a - b);
}
