/** What the rules of a namespace switch on. @see net/netfilter/nf_conntrack_proto.c nf_ct_netns_get */
import type { NetNs } from '../netns.ts';
import type { Rule, Ruleset, Table } from './rule.ts';

const CT_MATCHES: readonly string[] = ['conntrack', 'state', 'connmark'];
const CT_TARGETS: readonly string[] = ['CONNMARK', 'NOTRACK', 'CT'];

function asksConntrack({ matches, target }: Rule): boolean {
  return matches.some(({ match }) => CT_MATCHES.includes(match)) || CT_TARGETS.includes(target?.target ?? '');
}

const needByTable = new WeakMap<Table, boolean>();

function tableNeeds(table: Table): boolean {
  const known = needByTable.get(table);
  if (known !== undefined) return known;
  const needs = [...table.chains.values()].some(({ rules }) => rules.some(asksConntrack));
  needByTable.set(table, needs);
  return needs;
}

function rulesNeed({ nat, raw, mangle, filter }: Ruleset): boolean {
  return nat !== undefined || [raw, mangle, filter].some((table) => table !== undefined && tableNeeds(table));
}

/** Conntrack works in a namespace as soon as something there needs it: the nat table, or a rule that asks for it. */
export function tracksConnections(ns: NetNs): boolean {
  return rulesNeed(ns.state.rules);
}

/** Fragments are put together where conntrack is at work. */
export function defragments(ns: NetNs): boolean {
  return ns.state.conntrackHooks || tracksConnections(ns);
}
