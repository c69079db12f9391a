/** `iptables` and `iptables-restore`: one transaction, its refusals, and what it changed in the tables. */
import { restore, type CommittedTable } from '../netfilter/restore.ts';
import { TableDraft } from '../netfilter/draft.ts';
import { kernelRefusal, type Refusal } from '../netfilter/refusal.ts';
import type { IptablesCommand } from '../netfilter/command.ts';
import {
  BASE_CHAINS,
  type Chain,
  type Counter,
  type Rule,
  type Table,
  type TableName,
} from '../netfilter/rule.ts';
import { update } from '../netns.ts';
import type { Origin } from '../origin.ts';
import { refuse, type OpContext, type OpResult, type TableOp } from './types.ts';

const PROGRAM = 'iptables v1.8.9 (nf_tables)';

function refusalOf({ errno, reason, from }: Refusal): OpResult {
  if (from === 'tool') {
    const hint = reason === 'Bad policy name.' ? " Run `dmesg' for more information." : '';
    return refuse(errno, `iptables: ${reason}${hint}`);
  }
  return refuse(errno, from === 'kernel' ? `${PROGRAM}:  ${reason}` : `${PROGRAM}: ${reason.trimEnd()}`);
}

/** One command. */
export function runIptables(c: OpContext, name: TableName, command: IptablesCommand): OpResult | undefined {
  const { state } = c.ns;
  const before = state.rules[name];
  const draft = new TableDraft(before, {
    name,
    origin: c.origin,
    nextId: state.nextRuleId,
    hasSet: (set) => state.ipsets.has(set),
  });
  const refusal = draft.apply(command, c.origin);
  if (refusal !== undefined) return refusalOf(refusal);
  // looking, and emptying what is not there, makes no table
  if (command.command === 'check') return undefined;
  if (before === undefined && (command.command === 'flush' || command.command === 'zero')) return undefined;
  const invalid = 'rules' in command ? draft.validate() : undefined;
  if (invalid !== undefined && 'rules' in command) {
    return refusalOf(kernelRefusal(command.command, command.chain, invalid));
  }
  const { counters, nextId, touched } = draft;
  commit(c, { name, before, after: draft.finish(), touched, counters, nextId });
  return undefined;
}

/** A whole text; tables that were committed before a wrong line stay so. */
export function runRestore(
  c: OpContext,
  op: Extract<TableOp, { readonly op: 'iptables-restore' }>,
): OpResult | undefined {
  const { state } = c.ns;
  const { committed, error } = restore(
    op.text,
    {
      rules: state.rules,
      origin: c.origin,
      nextId: state.nextRuleId,
      hasSet: (set) => state.ipsets.has(set),
    },
    op,
  );
  for (const table of committed) commit(c, table);
  if (error === undefined) return undefined;
  return { ok: false, errno: error.errno, text: error.text.trimEnd(), line: error.line };
}

function sameOrigin(a: Origin, b: Origin): boolean {
  if (a === b) return true;
  const [one, other] = [a.object, b.object];
  return (
    a.by === b.by &&
    one?.kind === other?.kind &&
    one?.namespace === other?.namespace &&
    one?.name === other?.name &&
    one?.path === other?.path
  );
}

function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((rule, i) => {
    const other = b[i];
    return other !== undefined && rule.text === other.text && sameOrigin(rule.origin, other.origin);
  });
}

/**
 * A chain that was written again word for word stays the same value, so nothing that was made of it has to be made again; its
 * counters begin anew, as those of new rules do.
 */
function keepOldChains(
  { before, after, touched }: CommittedTable,
  counters: Map<number, Counter | undefined>,
): void {
  if (!before || !after) return;
  for (const name of touched ?? after.chains.keys()) {
    const [old, chain] = [before.chains.get(name), after.chains.get(name)];
    if (!old || !chain || old === chain) continue;
    if (old.policy !== chain.policy || !sameRules(old.rules, chain.rules)) continue;
    after.chains.set(name, old);
    if (old.id !== chain.id) move(counters, chain.id, old.id);
    old.rules.forEach((rule, i) => {
      const id = chain.rules[i]?.id;
      if (id !== undefined && id !== rule.id) move(counters, id, rule.id);
    });
  }
}

function move(counters: Map<number, Counter | undefined>, from: number, to: number): void {
  counters.set(to, counters.get(from));
  counters.delete(from);
}

function withCounters(
  old: ReadonlyMap<number, Counter>,
  changed: ReadonlyMap<number, Counter | undefined>,
): ReadonlyMap<number, Counter> {
  let counters: Map<number, Counter> | undefined;
  for (const [id, counter] of changed) {
    if (counter === undefined && !old.has(id) && !counters?.has(id)) continue;
    counters ??= new Map(old);
    if (counter === undefined) counters.delete(id);
    else counters.set(id, counter);
  }
  return counters ?? old;
}

function commit(c: OpContext, table: CommittedTable): void {
  const { name, after, nextId } = table;
  const edited = new Map(table.counters);
  keepOldChains(table, edited);
  tell(c, table);
  const { [name]: _old, ...others } = c.ns.state.rules;
  update(c.ns, {
    rules: after === undefined ? others : { ...others, [name]: after },
    counters: withCounters(c.ns.state.counters, edited),
    nextRuleId: nextId,
  });
}

/** Those of a table's chains that may have changed, in the table's order. */
function touchedOf({ name, touched }: CommittedTable, table: Table | undefined): readonly Chain[] {
  if (!table) return [];
  if (!touched) return [...table.chains.values()];
  const base: readonly string[] = BASE_CHAINS[name];
  const user = [...touched].filter((chain) => !base.includes(chain)).sort((a, b) => (a < b ? -1 : 1));
  return [...base, ...user].flatMap((chain) => table.chains.get(chain) ?? []);
}

/** What came and went, chain by chain: a rule that is there before and after is not told, wherever it stands. */
function tell(c: OpContext, table: CommittedTable): void {
  const { name, before, after } = table;
  const option = `-t ${name}`;
  const [ofGone, ofChanged, ofNew] = [
    c.isTold('rule', 'delete'),
    c.isTold('rule', 'change'),
    c.isTold('rule', 'add'),
  ];
  for (const chain of ofGone ? touchedOf(table, before) : []) {
    const now = after?.chains.get(chain.name);
    if (now === chain) continue;
    tellGone(c, `${option} -A ${chain.name}`, chain.rules, now?.rules ?? []);
    if (now === undefined && chain.policy === undefined) {
      c.change({ table: 'rule', op: 'delete', line: () => `${option} -N ${chain.name}` }, c.ns, chain.origin);
    }
  }
  for (const chain of ofChanged || ofNew ? touchedOf(table, after) : []) {
    const old = before?.chains.get(chain.name);
    if (old === chain) continue;
    if (old === undefined && chain.policy === undefined) {
      c.change({ table: 'rule', op: 'add', line: () => `${option} -N ${chain.name}` }, c.ns, chain.origin);
    }
    const policy = old?.policy ?? 'ACCEPT';
    if (chain.policy !== undefined && chain.policy !== policy) {
      c.change({ table: 'rule', op: 'change', line: () => `${option} -P ${chain.name} ${chain.policy}` });
    }
    tellNew(c, `${option} -A ${chain.name}`, old?.rules ?? [], chain.rules);
  }
}

function counted(rules: readonly Rule[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of rules) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Those of `rules` that `others` has not as often. */
function only(rules: readonly Rule[], others: readonly Rule[]): readonly Rule[] {
  if (others.length === 0) return rules;
  const left = counted(others);
  return rules.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
}

function tellGone(c: OpContext, prefix: string, before: readonly Rule[], after: readonly Rule[]): void {
  for (const { text, origin } of only(before, after)) {
    c.change({ table: 'rule', op: 'delete', line: () => `${prefix} ${text}`.trimEnd() }, c.ns, origin);
  }
}

function tellNew(c: OpContext, prefix: string, before: readonly Rule[], after: readonly Rule[]): void {
  for (const { text, origin } of only(after, before)) {
    c.change({ table: 'rule', op: 'add', line: () => `${prefix} ${text}`.trimEnd() }, c.ns, origin);
  }
}
