/** iptables-save. @see iptables 1.8.9 iptables/xtables-save.c; without the two comment lines that carry the date */
import type { Counter, Ruleset, Table, TableName } from './rule.ts';

/** The order in which iptables-nft-save prints tables. */
const SAVE_ORDER: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat'];

const ZERO: Counter = { packets: 0, bytes: 0 };

export interface SaveOptions {
  /** `-t`: only this table */
  readonly table?: TableName;
  /** `-c`: the counters of rules too */
  readonly counters?: ReadonlyMap<number, Counter>;
}

function printCounter(counter: Counter | undefined): string {
  const { packets, bytes } = counter ?? ZERO;
  return `[${packets}:${bytes}]`;
}

/** The lines of one table, from `*name` to `COMMIT`. */
export function saveTable(name: TableName, table: Table, counters?: ReadonlyMap<number, Counter>): string[] {
  const lines = [`*${name}`];
  for (const { name: chain, id, policy } of table.chains.values()) {
    // the counters of policies are there without -c, and 0 since the tables are nf_tables'
    lines.push(`:${chain} ${policy ?? '-'} ${printCounter(counters?.get(id))}`);
  }
  for (const chain of table.chains.values()) {
    for (const rule of chain.rules) {
      const counter = counters === undefined ? '' : `${printCounter(counters.get(rule.id))} `;
      lines.push(`${counter}-A ${chain.name} ${rule.text}`.trimEnd());
    }
  }
  lines.push('COMMIT');
  return lines;
}

/** The text of iptables-save; tables that nobody used are not in it. */
export function iptablesSave(rules: Ruleset, { table, counters }: SaveOptions = {}): string {
  const lines: string[] = [];
  for (const name of SAVE_ORDER) {
    const one = table === undefined || table === name ? rules[name] : undefined;
    if (one !== undefined) for (const line of saveTable(name, one, counters)) lines.push(line);
  }
  return lines.map((line) => `${line}\n`).join('');
}
