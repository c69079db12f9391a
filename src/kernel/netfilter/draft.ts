/**
 * One table while commands work on it: a copy whose chains are written only when they change. What the tool itself finds wrong is
 * told at once; what the kernel finds wrong at the end, when the transaction is sent. @see iptables 1.8.9 iptables/nft.c
 */
import type { Origin } from '../origin.ts';
import {
  printRule,
  textOfRule,
  type AppendCommand,
  type InsertCommand,
  type IptablesCommand,
  type ReplaceCommand,
} from './command.ts';
import { validateGraph, type Summaries } from './graph.ts';
import { checkMatch } from './match/index.ts';
import { kernelRefusal, NO_CHAIN, NO_RULE, NOT_FOR_FILTERING, tool, type Refusal } from './refusal.ts';
import {
  BASE_CHAINS,
  type Chain,
  type Counter,
  type Policy,
  type Rule,
  type RuleSpec,
  type Table,
  type TableName,
} from './rule.ts';
import { inOrder } from './order.ts';
import { checkTarget } from './target/index.ts';

interface DraftChain {
  readonly name: string;
  readonly id: number;
  readonly policy?: Policy;
  readonly origin: Origin;
  readonly rules: readonly Rule[];
}

export interface DraftContext {
  readonly name: TableName;
  readonly origin: Origin;
  /** the first id that is free */
  readonly nextId: number;
  /** ipsets that rules may name */
  hasSet(name: string): boolean;
}

/** What is known of a table that the kernel has taken, as long as the table is there. */
const summariesOf = new WeakMap<Table, Summaries>();

export class TableDraft {
  readonly #context: DraftContext;
  #nextId: number;
  readonly #before: Table | undefined;
  #chains: Map<string, DraftChain>;
  /** chains that were made, written or taken away; undefined: it may be any */
  #touched: Set<string> | undefined;
  /** chains that were made stand behind those that were there in order; undefined: in no order at all */
  #made: Set<string> | undefined;
  #summaries: Summaries | undefined;
  /** rule arrays of this transaction, which may be written in place */
  readonly #own = new Map<readonly Rule[], Rule[]>();
  /** counters that were given, by the id of a rule or chain; undefined: back to zero */
  readonly counters = new Map<number, Counter | undefined>();
  /** how many rules jump to a chain; counted when somebody first asks */
  #references: Map<string, number> | undefined;

  constructor(table: Table | undefined, context: DraftContext) {
    this.#context = context;
    this.#nextId = context.nextId;
    this.#before = table;
    this.#chains = table === undefined ? this.#fresh() : new Map(table.chains);
    if (!table) return;
    this.#touched = new Set();
    this.#made = new Set();
  }

  /** Chains that were made, written or taken away; undefined: it may be any. */
  get touched(): ReadonlySet<string> | undefined {
    return this.#touched;
  }

  #set(chain: DraftChain): void {
    if (!this.#chains.has(chain.name)) this.#made?.add(chain.name);
    this.#chains.set(chain.name, chain);
    this.#touched?.add(chain.name);
  }

  #drop(name: string): void {
    this.#chains.delete(name);
    this.#made?.delete(name);
    this.#touched?.add(name);
  }

  get nextId(): number {
    return this.#nextId;
  }

  #id(): number {
    return this.#nextId++;
  }

  #fresh(): Map<string, DraftChain> {
    const { name, origin } = this.#context;
    return new Map(
      BASE_CHAINS[name].map((hook) => [
        hook,
        { name: hook, id: this.#id(), policy: 'ACCEPT' as const, origin, rules: [] },
      ]),
    );
  }

  /** Takes everything out: iptables-restore without --noflush. */
  clear(): void {
    for (const chain of this.#chains.values()) this.#forget(chain);
    this.#chains = this.#fresh();
    this.#touched = undefined;
    this.#made = undefined;
    this.#references = undefined;
  }

  #forget({ id, rules }: DraftChain): void {
    this.counters.set(id, undefined);
    for (const rule of rules) this.counters.set(rule.id, undefined);
  }

  /** The chain's rules as an array that may be written. */
  #writable(chain: DraftChain): Rule[] {
    const own = this.#own.get(chain.rules);
    if (own !== undefined) return own;
    const copy = [...chain.rules];
    this.#own.set(copy, copy);
    this.#set({ ...chain, rules: copy });
    return copy;
  }

  #count(rule: RuleSpec, by: number): void {
    const { target } = rule;
    if (this.#references === undefined || (target?.target !== 'jump' && target?.target !== 'goto')) return;
    this.#references.set(target.chain, (this.#references.get(target.chain) ?? 0) + by);
  }

  #referencesTo(name: string): number {
    if (this.#references === undefined) {
      this.#references = new Map();
      for (const { rules } of this.#chains.values()) for (const rule of rules) this.#count(rule, 1);
    }
    return this.#references.get(name) ?? 0;
  }

  /** `:CHAIN POLICY [packets:bytes]`, a line of iptables-restore. */
  declare(name: string, policy: string, counter: Counter | undefined, origin: Origin): Refusal | undefined {
    const chain = this.#chains.get(name);
    if (chain?.policy !== undefined) {
      return policy === '-' ? undefined : this.#setPolicy(name, policy, counter);
    }
    if (chain !== undefined) this.#empty(chain);
    else this.#set({ name, id: this.#id(), origin, rules: [] });
    return undefined;
  }

  #setPolicy(name: string, policy: string, counter: Counter | undefined): Refusal | undefined {
    const chain = this.#chains.get(name);
    if (chain?.policy === undefined) return tool('ENOENT', 'Bad built-in chain name.');
    if (policy !== 'ACCEPT' && policy !== 'DROP') return tool('EINVAL', 'Bad policy name.');
    this.#set({ ...chain, policy });
    if (counter !== undefined) this.counters.set(chain.id, counter);
    return undefined;
  }

  #empty(chain: DraftChain): void {
    for (const rule of chain.rules) {
      this.counters.set(rule.id, undefined);
      this.#count(rule, -1);
    }
    if (chain.rules.length > 0) this.#set({ ...chain, rules: [] });
  }

  /** Carries out one command; a refusal changes nothing. */
  apply(command: IptablesCommand, origin: Origin): Refusal | undefined {
    switch (command.command) {
      case 'append':
      case 'insert':
        return this.#add(command, origin);
      case 'replace':
        return this.#replace(command, origin);
      case 'check':
      case 'delete':
        return this.#remove(command.chain, command.rules, command.command === 'delete');
      case 'delete-number':
        return this.#removeAt(command.chain, command.number);
      case 'new':
        if (this.#chains.has(command.chain)) return tool('EEXIST', 'Chain already exists.');
        this.#set({ name: command.chain, id: this.#id(), origin, rules: [] });
        return undefined;
      case 'delete-chain':
        return command.chain === undefined ? this.#deleteAll() : this.#delete(command.chain);
      case 'flush':
        return this.#each(command.chain, (chain) => this.#empty(chain));
      case 'zero':
        return this.#each(command.chain, (chain) => this.#forget(chain));
      case 'policy':
        return this.#setPolicy(command.chain, command.policy, command.counter);
      case 'rename':
        return this.#rename(command.chain, command.to);
    }
  }

  #each(name: string | undefined, act: (chain: DraftChain) => void): Refusal | undefined {
    const chain = name === undefined ? undefined : this.#chains.get(name);
    if (name !== undefined && chain === undefined) return NO_CHAIN;
    for (const one of chain === undefined ? [...this.#chains.values()] : [chain]) act(one);
    return undefined;
  }

  /** What is wrong with a rule wherever it stands. */
  #check(
    command: 'append' | 'insert' | 'replace',
    chain: string,
    { header, matches, target }: RuleSpec,
  ): Refusal | undefined {
    const { name } = this.#context;
    for (const match of matches) {
      if (match.match === 'set' && !this.#context.hasSet(match.name)) {
        return { errno: 'ENOENT', reason: `Set ${match.name} doesn't exist.\n`, from: 'option' };
      }
    }
    if (name === 'nat' && target?.target === 'DROP') return NOT_FOR_FILTERING;
    if (target?.target === 'jump' || target?.target === 'goto') {
      if (!this.#chains.has(target.chain)) {
        return { errno: 'ENOENT', reason: `Chain '${target.chain}' does not exist`, from: 'chain' };
      }
    } else if (target !== undefined && !checkTarget(target, name, header)) {
      return kernelRefusal(command, chain, 'EINVAL');
    }
    for (const match of matches) {
      const taken = checkMatch(match, header);
      if (typeof taken === 'string') return { errno: 'EINVAL', reason: taken, from: 'option' };
      if (!taken) return kernelRefusal(command, chain, 'EINVAL');
    }
    const never = [header.source, header.destination].some(
      (address) => address?.invert === true && address.mask === 0,
    );
    return never ? kernelRefusal(command, chain, 'EINVAL') : undefined;
  }

  #rule(spec: RuleSpec, counter: Counter | undefined, origin: Origin): Rule {
    const rule: Rule = { id: this.#id(), text: textOfRule(spec), origin, ...spec };
    if (counter !== undefined && counter.packets + counter.bytes > 0) this.counters.set(rule.id, counter);
    this.#count(rule, 1);
    return rule;
  }

  #add(command: AppendCommand | InsertCommand, origin: Origin): Refusal | undefined {
    const chain = this.#chains.get(command.chain);
    if (chain === undefined) return NO_CHAIN;
    for (const spec of command.rules) {
      const refusal = this.#check(command.command, chain.name, spec);
      if (refusal !== undefined) return refusal;
    }
    if (command.command === 'insert' && command.number > chain.rules.length + 1) {
      return tool('EINVAL', 'Index of insertion too big.');
    }
    const rules = this.#writable(chain);
    for (const spec of command.rules) {
      const rule = this.#rule(spec, command.counter, origin);
      if (command.command === 'append') rules.push(rule);
      else rules.splice(command.number - 1, 0, rule);
    }
    return undefined;
  }

  #replace(command: ReplaceCommand, origin: Origin): Refusal | undefined {
    const chain = this.#chains.get(command.chain);
    const [spec] = command.rules;
    if (chain === undefined || spec === undefined) return NO_CHAIN;
    const refusal = this.#check('replace', chain.name, spec);
    if (refusal !== undefined) return refusal;
    const old = chain.rules[command.number - 1];
    if (old === undefined) return tool('EINVAL', 'Index of replacement too big.');
    this.#count(old, -1);
    this.counters.set(old.id, undefined);
    this.#writable(chain)[command.number - 1] = this.#rule(spec, command.counter, origin);
    return undefined;
  }

  #remove(name: string, specs: readonly RuleSpec[], really: boolean): Refusal | undefined {
    const chain = this.#chains.get(name);
    if (chain === undefined) return NO_CHAIN;
    for (const spec of specs) {
      const text = textOfRule(spec);
      const { target } = spec;
      if ((target?.target === 'jump' || target?.target === 'goto') && !this.#chains.has(target.chain)) {
        return { errno: 'ENOENT', reason: `Chain '${target.chain}' does not exist`, from: 'chain' };
      }
      const at = chain.rules.findIndex((rule) => rule.text === text);
      if (at < 0) return NO_RULE;
      if (really) this.#removeAt(name, at + 1);
    }
    return undefined;
  }

  #removeAt(name: string, number: number): Refusal | undefined {
    const chain = this.#chains.get(name);
    const rule = chain?.rules[number - 1];
    if (chain === undefined) return NO_CHAIN;
    if (rule === undefined) return tool('EINVAL', 'Index of deletion too big.');
    this.#writable(chain).splice(number - 1, 1);
    this.#count(rule, -1);
    this.counters.set(rule.id, undefined);
    return undefined;
  }

  #delete(name: string): Refusal | undefined {
    const chain = this.#chains.get(name);
    if (chain === undefined) return NO_CHAIN;
    if (chain.rules.length > 0 || this.#referencesTo(name) > 0) {
      return {
        errno: 'EBUSY',
        reason: `CHAIN_DEL failed (Device or resource busy): chain ${name}`,
        from: 'kernel',
      };
    }
    // an empty base chain is only unhooked, and has its policy back
    if (chain.policy !== undefined) this.#set({ ...chain, policy: 'ACCEPT' });
    else {
      this.counters.set(chain.id, undefined);
      this.#drop(name);
    }
    return undefined;
  }

  #deleteAll(): Refusal | undefined {
    const names = [...this.#chains.values()]
      .filter((chain) => chain.policy === undefined)
      .map(({ name }) => name);
    const busy = names.find(
      (name) => (this.#chains.get(name)?.rules.length ?? 0) > 0 || this.#referencesTo(name) > 0,
    );
    if (busy !== undefined) return this.#delete(busy);
    for (const name of names) this.#delete(name);
    return undefined;
  }

  #rename(from: string, to: string): Refusal | undefined {
    const chain = this.#chains.get(from);
    if (this.#chains.has(to)) return tool('EEXIST', 'File exists.');
    if (chain === undefined) return NO_CHAIN;
    if (chain.policy !== undefined) return tool('EEXIST', 'File exists.');
    this.#references = undefined;
    this.#drop(from);
    this.#set({ ...chain, name: to });
    for (const one of this.#chains.values()) {
      const leads = (rule: Rule): boolean =>
        (rule.target?.target === 'jump' || rule.target?.target === 'goto') && rule.target.chain === from;
      if (!one.rules.some(leads)) continue;
      const rules = one.rules.map((rule) => (leads(rule) ? renamed(rule, to) : rule));
      this.#set({ ...one, rules });
    }
    return undefined;
  }

  /** What the kernel says of the table as a whole. */
  validate(): 'EMLINK' | 'EINVAL' | undefined {
    const known = this.#before && summariesOf.get(this.#before);
    const changed = known && this.#touched && { known, touched: this.#touched };
    const found = validateGraph(this.#chains, BASE_CHAINS[this.#context.name], changed);
    if (typeof found === 'string') return found;
    this.#summaries = found;
    return undefined;
  }

  /** The table as it is now; the draft must not be used any more. User chains come in the order of their names. */
  finish(): { readonly chains: Map<string, Chain> } {
    const table = {
      chains:
        this.#made?.size === 0
          ? this.#chains
          : inOrder(this.#chains, BASE_CHAINS[this.#context.name], this.#made),
    };
    if (this.#summaries) summariesOf.set(table, this.#summaries);
    return table;
  }
}

function renamed(rule: Rule, chain: string): Rule {
  const { target } = rule;
  if (target?.target !== 'jump' && target?.target !== 'goto') return rule;
  const spec: RuleSpec = {
    header: rule.header,
    matches: rule.matches,
    target: { target: target.target, chain },
  };
  return { ...rule, ...spec, text: printRule(spec) };
}
