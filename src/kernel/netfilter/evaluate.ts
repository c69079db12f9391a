/**
 * The walk of one packet through one table at one hook: ipt_do_table. Rules are tried in order; every one that matches is
 * recorded with its number and what its target said, so are the end of a user chain and a base chain's policy. A compiled
 * chain is walked over its candidates only, with the same record, counters and memory as the walk over all (compile.ts).
 *
 * Left out: rules that fail are not recorded (ask explain.ts), and there is no depth limit but that of the loop check when rules are written.
 * @see net/ipv4/netfilter/ip_tables.c
 */
import { assertUnreachable, must } from '../../lib/assert.ts';
import { onceFor } from '../../lib/memo.ts';
import { packetLength } from '../../wire/codec.ts';
import type { Packet } from '../../wire/frame.ts';
import { step, type Kernel } from '../context.ts';
import { entryOf } from '../conntrack/table.ts';
import { withEntryOf } from '../conntrack/track.ts';
import { update } from '../netns.ts';
import type { Hook, IfName, Picked, Row, TableName } from '../recorder.ts';
import { packetOf, type Skb } from '../skb.ts';
import { candidates } from './compile.ts';
import { fits } from './fit.ts';
import { drawsLots, luckyPosition } from './luck.ts';
import type { CtView, Probe } from './probe.ts';
import type { Chain, Counter, Rule } from './rule.ts';
import { actOf } from './target/index.ts';
import type { Outcome } from './target/define.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Where a packet stands when a table is asked. */
export interface Place {
  readonly hook: Hook;
  readonly iif?: IfName | undefined;
  readonly oif?: IfName | undefined;
  readonly physout?: IfName | undefined;
  readonly bridged: boolean;
  /** every rule is tried, also where the compiled chain knows that it cannot match: what the compiled walk is held against */
  readonly linear?: boolean;
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
export function probeOf(k: Kernel, skb: Skb, place: Place): Writable<Probe> {
  const { hook, iif, oif, physout, bridged } = place;
  return {
    hook,
    iif,
    oif,
    physout,
    bridged,
    packet: packetOf(skb.frame),
    physin: skb.physdev,
    mark: skb.mark,
    pkttype: skb.pkttype,
    ct: ctView(k, skb),
    ns: k.ns,
    now: k.now,
    random: k.random,
    rule: 0,
    memory: k.ns.state.ruleMemory,
  };
}

function ctView(k: Kernel, { ct }: Skb): CtView | undefined {
  if (!ct) return undefined;
  const { state, direction, pending } = ct;
  return { state, direction, confirmed: pending === undefined, entry: entryOf(k.ns, ct) };
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
  /** the position that lots fall on, once it is looked for */
  lucky?: number;
}

/** Rows of the rules of a chain, by position: `-t nat -A CHAIN ...`. A chain is in one table. */
const rowsOf = onceFor((_chain: Chain): (Row | undefined)[] => []);

function ruleRow(table: TableName, chain: Chain, position: number): Row {
  const rows = rowsOf(chain);
  const known = rows[position];
  if (known) return known;
  const { text, origin } = must(chain.rules[position], 'rule beyond its chain');
  const line = `-t ${table} -A ${chain.name}${text === '' ? '' : ` ${text}`}`;
  return (rows[position] = { table: 'rule', line, origin });
}

function saidBy(outcome: Outcome, { target }: Rule): { readonly verdict: string; readonly to?: string } {
  const to = outcome.act === 'jump' || outcome.act === 'goto' ? { to: outcome.chain } : {};
  return { verdict: target === undefined ? 'continue' : target.target, ...to };
}

/** Walks the table from the base chain of `place.hook`; asserts that the table is there. */
export function evaluate(k: Kernel, skb: Skb, name: TableName, place: Place): Verdict {
  return new Walk(k, skb, name, place).run();
}

class Walk {
  readonly #k: Kernel;
  readonly #name: TableName;
  readonly #place: Place;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #counters = new Counters();
  readonly #stack: Frame[] = [];
  readonly #probe: Writable<Probe>;
  readonly #picked: readonly Picked[] | undefined;
  #skb: Skb;
  #notrack = false;

  constructor(k: Kernel, skb: Skb, name: TableName, place: Place) {
    this.#k = k;
    this.#skb = skb;
    this.#name = name;
    this.#place = place;
    this.#chains = must(k.ns.state.rules[name], `table ${name}`).chains;
    this.#probe = probeOf(k, skb, place);
    this.#picked = k.recorder.pickedFor(skb.hop);
  }

  run(): Verdict {
    this.#enter(this.#place.hook);
    for (;;) {
      const frame = must(this.#stack.at(-1), 'walk without chain');
      const position = nextPosition(frame);
      const verdict = position === undefined ? this.#end(frame) : this.#rule(frame, position);
      if (verdict) return verdict;
    }
  }

  /** The end of a chain: back to where it was jumped from, or the policy. */
  #end(frame: Frame): Verdict | undefined {
    if (this.#stack.length === 1) return this.#policy(frame);
    this.#record(frame, 'return', frame.chain.rules.length + 1, { verdict: 'RETURN' });
    this.#stack.pop();
    return undefined;
  }

  #policy(frame: Frame): Verdict {
    const { policy: act = 'ACCEPT', id, origin, name, rules } = frame.chain;
    this.#counters.add(id);
    const row: Row = { table: 'rule', line: `-t ${this.#name} -P ${name} ${act}`, origin };
    this.#record(frame, 'policy', rules.length + 1, { verdict: act, row });
    return this.#final({ act }, row);
  }

  /** Tries one rule; answers when it decides. */
  #rule(frame: Frame, position: number): Verdict | undefined {
    const rule = must(frame.chain.rules[position], 'rule beyond its chain');
    this.#probe.rule = rule.id;
    this.#loadDice(frame, position, rule);
    this.#watch(frame.chain.name, position + 1);
    if (!fits(rule, this.#probe)) return undefined;
    this.#counters.add(rule.id);
    const outcome: Outcome =
      rule.target === undefined ? { act: 'continue' } : actOf(rule.target, this.#probe);
    if (outcome.act === 'mark') {
      this.#skb = { ...this.#skb, mark: outcome.mark };
      this.#probe.mark = outcome.mark;
    }
    const row = ruleRow(this.#name, frame.chain, position);
    this.#record(frame, 'rule', position + 1, { ...saidBy(outcome, rule), row });
    return this.#carryOut(frame, outcome, row);
  }

  /** Where the destination was picked by hand, chance has no say up to the rule that leads there. */
  #loadDice(frame: Frame, position: number, rule: Rule): void {
    const picked = this.#picked;
    if (picked === undefined) return;
    this.#probe.drawn = undefined;
    if (!drawsLots(rule)) return;
    frame.lucky ??= luckyPosition(frame.chain, picked, this.#chains);
    if (position <= frame.lucky) this.#probe.drawn = position === frame.lucky;
  }

  #carryOut(frame: Frame, outcome: Outcome, row: Row): Verdict | undefined {
    switch (outcome.act) {
      case 'continue':
      case 'log':
      case 'trace':
      case 'mark':
        return undefined;
      case 'notrack':
        this.#notrack = true;
        return undefined;
      case 'connmark':
        this.#markConnection(outcome.mark);
        return undefined;
      case 'jump':
        this.#enter(outcome.chain);
        return undefined;
      case 'goto':
        // the end of that chain returns to where this one would have
        if (this.#stack.length > 1) this.#stack.pop();
        else frame.at = Infinity;
        this.#enter(outcome.chain);
        return undefined;
      case 'RETURN':
        if (this.#stack.length === 1) return this.#policy(frame);
        this.#stack.pop();
        return undefined;
      case 'ACCEPT':
      case 'DROP':
        return this.#final({ act: outcome.act }, row);
      case 'nat':
      case 'masquerade':
      case 'reject':
        return this.#final(outcome, row);
      default:
        return assertUnreachable(outcome);
    }
  }

  #markConnection(mark: number): void {
    const entry = this.#skb.ct && entryOf(this.#k.ns, this.#skb.ct);
    if (!entry) return;
    this.#skb = withEntryOf(this.#k, this.#skb, { ...entry, mark });
    this.#probe.ct = ctView(this.#k, this.#skb);
  }

  #enter(name: string): void {
    const chain = must(this.#chains.get(name), `chain ${name} in ${this.#name}`);
    this.#watch(name, 0);
    const isLinear = this.#place.linear === true || this.#k.onTrial !== undefined;
    const positions = isLinear ? 'all' : candidates(chain, this.#probe.packet);
    this.#stack.push({ chain, positions, at: 0, last: 0 });
  }

  #watch(chain: string, number: number): void {
    this.#k.onTrial?.({ table: this.#name, chain, number, probe: this.#probe });
  }

  #record(
    frame: Frame,
    event: 'rule' | 'return' | 'policy',
    number: number,
    said: { readonly verdict: string; readonly to?: string; readonly row?: Row },
  ): void {
    const { mark } = this.#skb;
    step(this.#k, this.#skb, {
      kind: 'chain',
      hook: this.#place.hook,
      table: this.#name,
      chain: frame.chain.name,
      depth: this.#stack.indexOf(frame),
      event,
      number,
      over: number - frame.last - 1,
      ...said,
      ...(mark === 0 ? {} : { mark }),
    });
    frame.last = number;
  }

  #final(final: Final, row: Row): Verdict {
    const { ns } = this.#k;
    this.#counters.commit(this.#k, this.#probe.packet);
    if (this.#probe.memory !== ns.state.ruleMemory) update(ns, { ruleMemory: this.#probe.memory });
    return { final, row, skb: this.#skb, notrack: this.#notrack };
  }
}

function nextPosition(frame: Frame): number | undefined {
  const { positions, chain } = frame;
  const at = frame.at++;
  if (positions === 'all') return at < chain.rules.length ? at : undefined;
  return positions[at];
}
