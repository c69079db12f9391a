/**
 * flanneld's rules: what leaves the pod network is masqueraded (`--ip-masq`), what belongs to it is let through
 * (`--iptables-forward-rules`). Both lists are kept by a loop that looks every 5 s whether each rule is there; when one is
 * missing it writes them all anew, so that they stand behind whatever was appended meanwhile.
 * Left out: IPv6, the nftables manager, iptables without --random-fully.
 * @see flannel pkg/trafficmngr/iptables/iptables.go masqRules, forwardRules, ipTablesCleanAndBuild, ensureIPTables
 */
import { must } from '../../lib/assert.ts';
import { remembering } from '../../lib/memo.ts';
import { printCidr, type Cidr } from '../../wire/address.ts';
import { printRule } from '../../kernel/netfilter/command.ts';
import type { Ruleset, TableName } from '../../kernel/netfilter/rule.ts';
import type { TableOp } from '../../kernel/op.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { Sys } from '../../sim/process.ts';

/** A list of rules of one table: a chain of flannel's own, and the jump to it. */
export interface RuleList {
  readonly table: TableName;
  /** the chain of flannel's own */
  readonly chain: string;
  /** as iptables takes them behind `-A`, in order; the first is the jump */
  readonly rules: readonly { readonly chain: string; readonly spec: string; readonly text: string }[];
}

/** How long flanneld's loop sleeps between two looks: `--iptables-resync`, in nanoseconds. */
export const RESYNC_PERIOD = 5_000_000_000;

/** pkg/trafficmngr/trafficmngr.go KubeProxyMark */
const KUBE_PROXY_MARK = '0x4000/0x4000';
const MULTICAST = '224.0.0.0/4';

function list(
  table: TableName,
  chain: string,
  { hook, comment }: { readonly hook: string; readonly comment: string },
  specs: readonly (readonly [match: string, target: string])[],
): RuleList {
  const about = `-m comment --comment "${comment}"`;
  const rule = (where: string, match: string, target: string) => {
    const spec = `${match === '' ? '' : `${match} `}${about} -j ${target}`;
    return { chain: where, spec, text: canonical(table, where, spec) };
  };
  return {
    table,
    chain,
    rules: [rule(hook, '', chain), ...specs.map(([match, target]) => rule(chain, match, target))],
  };
}

/** What leads out of the pod network gets the node's address; what stays inside, or comes to this node's own pods, does not. */
export function masqRules(network: Cidr, subnet: Cidr): RuleList {
  const [all, own] = [printCidr(network), printCidr(subnet)];
  const masquerade = 'MASQUERADE --random-fully';
  return list('nat', 'FLANNEL-POSTRTG', { hook: 'POSTROUTING', comment: 'flanneld masq' }, [
    // kube-proxy masquerades what it has marked
    [`-m mark --mark ${KUBE_PROXY_MARK}`, 'RETURN'],
    [`-s ${own} -d ${all}`, 'RETURN'],
    [`-s ${all} -d ${own}`, 'RETURN'],
    // from outside to a pod of this node: the pod sees who it was
    [`! -s ${all} -d ${own}`, 'RETURN'],
    [`-s ${all} ! -d ${MULTICAST}`, masquerade],
    [`! -s ${all} -d ${all}`, masquerade],
  ]);
}

/** Whatever the policy of FORWARD is, the pod network passes. */
export function forwardRules(network: Cidr): RuleList {
  const all = printCidr(network);
  return list('filter', 'FLANNEL-FWD', { hook: 'FORWARD', comment: 'flanneld forward' }, [
    [`-s ${all}`, 'ACCEPT'],
    [`-d ${all}`, 'ACCEPT'],
  ]);
}

/** The same commands on every node, but for its own subnet. */
const opOf = remembering(64, (text): TableOp => {
  const op = parseOp(text);
  return must(op.ok ? op.value : undefined, text);
});

/** A rule as iptables-save prints it. */
function canonical(table: TableName, chain: string, spec: string): string {
  const op = opOf(`iptables -t ${table} -A ${chain} ${spec}`);
  if (op.op !== 'iptables' || !('rules' in op.command)) return spec;
  return op.command.rules.map(printRule).join('');
}

/** `iptables -C`: is there such a rule, wherever it stands? */
function stands(rules: Ruleset, table: TableName, { chain, text }: RuleList['rules'][number]): boolean {
  return rules[table]?.chains.get(chain)?.rules.some((rule) => rule.text === text) === true;
}

/** ipTablesRulesExist: every rule is somewhere in its chain; their order is not looked at. */
export function allStand(rules: Ruleset, { table, rules: wanted }: RuleList): boolean {
  return wanted.every((rule) => stands(rules, table, rule));
}

/** Takes out what is there of the list and appends it whole, as one transaction, so that nothing foreign stands in between. */
export function bootstrap(sys: Sys<unknown>, wanted: RuleList, origin: Origin): void {
  const { table, chain } = wanted;
  const rules = sys.netns(sys.ns)?.state.rules ?? {};
  if (rules[table]?.chains.has(chain) !== true)
    sys.op(sys.ns, opOf(`iptables -t ${table} -N ${chain}`), origin);
  const lines = wanted.rules.flatMap((rule) => [
    ...(stands(rules, table, rule) ? [`-D ${rule.chain} ${rule.spec}\n`] : []),
    `-A ${rule.chain} ${rule.spec}\n`,
  ]);
  const text = `*${table}\n${lines.join('')}COMMIT\n`;
  const op: TableOp = { op: 'iptables-restore', text, noflush: true, counters: false, test: false };
  const result = sys.op(sys.ns, op, origin);
  if (result.ok) {
    sys.log('bootstrap done', { by: 'flanneld' });
    return;
  }
  const error = `failed to apply partial iptables-restore ${result.text}`;
  sys.log(`Failed to bootstrap IPTables: ${error}`, origin, { result: result.errno });
}

/** At its start flanneld empties its chain first, whoever wrote in there. */
export function setUp(sys: Sys<unknown>, wanted: RuleList, origin: Origin): void {
  const { table, chain } = wanted;
  const there = sys.netns(sys.ns)?.state.rules[table]?.chains.has(chain) === true;
  sys.op(sys.ns, opOf(`iptables -t ${table} ${there ? '-F' : '-N'} ${chain}`), origin);
  bootstrap(sys, wanted, origin);
}

/** teardownIPTables: takes out what is there of the list; the chain stays, empty. */
export function tearDown(sys: Sys<unknown>, old: RuleList, origin: Origin): void {
  const { table } = old;
  const rules = sys.netns(sys.ns)?.state.rules ?? {};
  const lines = old.rules
    .filter((rule) => stands(rules, table, rule))
    .map((rule) => `-D ${rule.chain} ${rule.spec}\n`);
  if (lines.length === 0) return;
  const text = `*${table}\n${lines.join('')}COMMIT\n`;
  sys.op(sys.ns, { op: 'iptables-restore', text, noflush: true, counters: false, test: false }, origin);
}
