/**
 * The walk of one packet through one table at one hook: ipt_do_table. Rules are tried in order; every one that matches is
 * recorded with its number and what its target said, so are the end of a user chain and a base chain's policy. A compiled
 * chain is walked over its candidates only, with the same record, counters and memory as the walk over all (compile.ts).
 *
 * Left out: rules that fail are not recorded (ask explain.ts), and there is no depth limit but that of the loop check when rules are written.
 * @see net/ipv4/netfilter/ip_tables.c
 */
import { assertUnreachable, must } from '../../lib/assert.ts';
import { packetLength } from '../../wire/codec.ts';
import type { Packet } from '../../wire/frame.ts';
import { step, type Kernel } from '../context.ts';
import { entryOf } from '../conntrack/table.ts';
import { withEntryOf } from '../conntrack/track.ts';
import { update } from '../netns.ts';
import type { Hook, IfName, Row, TableName } from '../recorder.ts';
import { packetOf, type Skb } from '../skb.ts';
import { candidates } from './compile.ts';
import { matchesPacket } from './match/index.ts';
import type { CtView, Probe } from './probe.ts';
import type { Chain, Counter, MaskedAddress, Negatable, Rule, RuleHeader } from './rule.ts';
import { actOf } from './target/index.ts';
import type { Outcome } from './target/define.ts';

/** Where a packet stands when a table is asked. */
export interface Place {
  readonly hook: Hook;
  readonly iif?: IfName;
  readonly oif?: IfName;
  readonly physout?: IfName;
  readonly bridged: boolean;
}

/** What ends a walk. */
export type Final =
  { readonly act: 'ACCEPT' | 'DROP' } | Extract<Outcome, { readonly act: 'nat' | 'masquerade' | 'reject' }>;

/** The answer of a table: how it ended, by which row, and the packet with its mark. */
export interface Verdict {
  readonly final: Final;
  readonly row: Row;
  readonly skb: Skb;
  readonly notrack: boolean;
}

/** What a probe of `skb` at `place` sees; `rule` is set for each rule in turn. */
export function probeOf(k: Kernel, skb: Skb, place: Place): Probe {
  return {
    ...place,
    packet: packetOf(skb.frame),
    ...(skb.physdev === undefined ? {} : { physin: skb.physdev }),
    mark: skb.mark,
    pkttype: skb.pkttype,
    ...ctView(k, skb),
    ns: k.ns,
    now: k.now,
    random: k.random,
    rule: 0,
    memory: k.ns.state.ruleMemory,
  };
}

function ctView(k: Kernel, { ct }: Skb): { readonly ct?: CtView } {
  if (!ct) return {};
  const entry = entryOf(k.ns, ct);
  const { state, direction, pending } = ct;
  return { ct: { state, direction, confirmed: pending === undefined, ...(entry ? { entry } : {}) } };
}

function inMask(address: number, { address: wanted, mask, invert }: Negatable<MaskedAddress>): boolean {
  return ((address & mask) >>> 0 === (wanted & mask) >>> 0) !== invert;
}

function isNamed(dev: IfName | undefined, { name, invert }: Negatable<{ readonly name: string }>): boolean {
  const own = dev ?? '';
  return (name.endsWith('+') ? own.startsWith(name.slice(0, -1)) : own === name) !== invert;
}

export type HeaderField = keyof RuleHeader;

/** The first part of the header that does not fit; 'fits' when all do. @see ip_packet_match */
export function headerFails(header: RuleHeader, { packet, iif, oif }: Probe): HeaderField | 'fits' {
  const { source, destination, protocol, fragment } = header;
  if (source && !inMask(packet.src, source)) return 'source';
  if (destination && !inMask(packet.dst, destination)) return 'destination';
  if (header.in && !isNamed(iif, header.in)) return 'in';
  if (header.out && !isNamed(oif, header.out)) return 'out';
  if (protocol && protocol.number !== 0 && (packet.protocol === protocol.number) === protocol.invert)
    return 'protocol';
  if (fragment && packet.offset > 0 === fragment.invert) return 'fragment';
  return 'fits';
}

function fits({ header, matches }: Rule, probe: Probe): boolean {
  return headerFails(header, probe) === 'fits' && matches.every((match) => matchesPacket(match, probe));
}

/** Counts per table and hook, written back once. */
class Counters {
  readonly #added = new Map<number, number>();

  add(id: number): void {
    this.#added.set(id, (this.#added.get(id) ?? 0) + 1);
  }

  commit(k: Kernel, packet: Packet): void {
    if (this.#added.size === 0) return;
    const bytes = packetLength(packet);
    const counters = new Map<number, Counter>(k.ns.state.counters);
    for (const [id, times] of this.#added) {
      const old = counters.get(id) ?? { packets: 0, bytes: 0 };
      counters.set(id, { packets: old.packets + times, bytes: old.bytes + times * bytes });
    }
    update(k.ns, { counters });
  }
}

interface Frame {
  readonly chain: Chain;
  readonly positions: readonly number[] | 'all';
  /** where in `positions` the walk goes on */
  at: number;
  /** the last rule that was recorded, counted from 1 */
  last: number;
}

/** Rules in the text of a row: `-t nat -A CHAIN ...`. */
function ruleRow(table: TableName, chain: string, { text, origin }: Rule): Row {
  return { table: 'rule', line: `-t ${table} -A ${chain}${text === '' ? '' : ` ${text}`}`, origin };
}

function saidBy(outcome: Outcome, { target }: Rule): { readonly verdict: string; readonly to?: string } {
  const to = outcome.act === 'jump' || outcome.act === 'goto' ? { to: outcome.chain } : {};
  return { verdict: target === undefined ? 'continue' : target.target, ...to };
}

/** Walks the table from the base chain of `place.hook`; asserts that the table is there. */
export function evaluate(k: Kernel, skb: Skb, name: TableName, place: Place): Verdict {
  const { hook } = place;
  const table = must(k.ns.state.rules[name], `table ${name}`);
  const base = must(table.chains.get(hook), `${name} has no chain ${hook}`);
  const counters = new Counters();
  const stack: Frame[] = [enter(base, packetOf(skb.frame))];
  let now = skb;
  let probe = probeOf(k, now, place);
  let notrack = false;
  const end = (final: Final, row: Row): Verdict => {
    counters.commit(k, packetOf(skb.frame));
    if (probe.memory !== k.ns.state.ruleMemory) update(k.ns, { ruleMemory: probe.memory });
    return { final, row, skb: now, notrack };
  };
  const record = (
    frame: Frame,
    event: 'rule' | 'return' | 'policy',
    number: number,
    said: { readonly verdict: string; readonly to?: string; readonly row?: Row },
  ): void => {
    step(k, now, {
      kind: 'chain',
      hook,
      table: name,
      chain: frame.chain.name,
      depth: stack.indexOf(frame),
      event,
      number,
      over: number - frame.last - 1,
      ...said,
      ...(now.mark === 0 ? {} : { mark: now.mark }),
    });
    frame.last = number;
  };
  for (;;) {
    const frame = must(stack.at(-1), 'walk without chain');
    const position = nextPosition(frame);
    if (position === undefined) {
      const number = frame.chain.rules.length + 1;
      if (stack.length > 1) {
        record(frame, 'return', number, { verdict: 'RETURN' });
        stack.pop();
        continue;
      }
      return policy(frame, number);
    }
    const rule = must(frame.chain.rules[position], 'rule beyond its chain');
    probe = { ...probe, rule: rule.id };
    if (!fits(rule, probe)) continue;
    counters.add(rule.id);
    const outcome: Outcome = rule.target === undefined ? { act: 'continue' } : actOf(rule.target, probe);
    if (outcome.act === 'mark') now = { ...now, mark: outcome.mark };
    const row = ruleRow(name, frame.chain.name, rule);
    record(frame, 'rule', position + 1, { ...saidBy(outcome, rule), row });
    switch (outcome.act) {
      case 'continue':
      case 'log':
      case 'trace':
        break;
      case 'notrack':
        notrack = true;
        break;
      case 'mark':
        probe = { ...probe, mark: now.mark };
        break;
      case 'connmark': {
        const entry = now.ct && entryOf(k.ns, now.ct);
        if (entry) now = withEntryOf(k, now, { ...entry, mark: outcome.mark });
        probe = { ...probe, ...ctView(k, now) };
        break;
      }
      case 'jump':
      case 'goto': {
        const chain = must(table.chains.get(outcome.chain), `chain ${outcome.chain} in ${name}`);
        // goto: the end of that chain returns to where this one would have
        if (outcome.act === 'goto' && stack.length > 1) stack.pop();
        else if (outcome.act === 'goto') frame.at = Infinity;
        stack.push(enter(chain, probe.packet));
        break;
      }
      case 'RETURN':
        if (stack.length === 1) return policy(frame, frame.chain.rules.length + 1);
        stack.pop();
        break;
      case 'ACCEPT':
      case 'DROP':
        return end({ act: outcome.act }, row);
      case 'nat':
      case 'masquerade':
      case 'reject':
        return end(outcome, row);
      default:
        return assertUnreachable(outcome);
    }
  }

  function policy(frame: Frame, number: number): Verdict {
    const { policy: act = 'ACCEPT', id, origin } = frame.chain;
    counters.add(id);
    const row: Row = { table: 'rule', line: `-t ${name} -P ${hook} ${act}`, origin };
    record(frame, 'policy', number, { verdict: act, row });
    return end({ act }, row);
  }
}

function enter(chain: Chain, packet: Packet): Frame {
  return { chain, positions: candidates(chain, packet), at: 0, last: 0 };
}

function nextPosition(frame: Frame): number | undefined {
  const { positions, chain } = frame;
  const at = frame.at++;
  if (positions === 'all') return at < chain.rules.length ? at : undefined;
  return positions[at];
}
