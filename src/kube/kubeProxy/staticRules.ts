/** What kube-proxy writes whatever Services there are: its chains, the jumps to them, marks and masquerading (facts/kube-proxy.md 3, 4). */
import { contains, isLoopback, printIpv4 } from '../../wire/address.ts';
import type { TableName } from '../../kernel/netfilter/rule.ts';
import { comment, type ChainLine, type RuleLine } from './lines.ts';
import { hasLocalhostNodePorts, type ProxyNode } from './options.ts';

/** A rule that leads from a chain of the kernel to one of ours. */
export interface Jump {
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
  /** what stands before `-j` */
  readonly match: string;
}

const NEW = '-m conntrack --ctstate NEW';

function jump(table: TableName, to: string, from: readonly string[], match: string): readonly Jump[] {
  return from.map((chain) => ({ table, from: chain, to, match }));
}

/** In the order in which they are ensured, each put first in its chain. */
export const JUMPS: readonly Jump[] = [
  ...jump(
    'filter',
    'KUBE-EXTERNAL-SERVICES',
    ['INPUT', 'FORWARD'],
    `${NEW} ${comment('kubernetes externally-visible service portals')}`,
  ),
  ...jump('filter', 'KUBE-NODEPORTS', ['INPUT'], comment('kubernetes health check service ports')),
  ...jump(
    'filter',
    'KUBE-SERVICES',
    ['FORWARD', 'OUTPUT'],
    `${NEW} ${comment('kubernetes service portals')}`,
  ),
  ...jump('filter', 'KUBE-FORWARD', ['FORWARD'], comment('kubernetes forwarding rules')),
  ...jump(
    'filter',
    'KUBE-PROXY-FIREWALL',
    ['INPUT', 'OUTPUT', 'FORWARD'],
    `${NEW} ${comment('kubernetes load balancer firewall')}`,
  ),
  ...jump('nat', 'KUBE-SERVICES', ['OUTPUT', 'PREROUTING'], comment('kubernetes service portals')),
  ...jump('nat', 'KUBE-POSTROUTING', ['POSTROUTING'], comment('kubernetes postrouting rules')),
  ...jump('filter', 'KUBE-FIREWALL', ['INPUT', 'OUTPUT'], ''),
];

/** Empty chains: when one is gone, somebody has flushed the tables. */
export const CANARY = 'KUBE-PROXY-CANARY';
export const CANARY_TABLES: readonly TableName[] = ['mangle', 'nat', 'filter'];

const MARK = '0x00004000';

const nobody = (chain: string): ChainLine => ({ chain, for: undefined });
const rule = (chain: string, text: string): RuleLine => ({ chain, rule: text, for: undefined });

export function filterChains({ config }: ProxyNode): readonly ChainLine[] {
  const chains = [
    'KUBE-SERVICES',
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
  ];
  // otherwise it is left as it stands: it may be kubelet's
  return [...chains, ...(hasLocalhostNodePorts(config) ? ['KUBE-FIREWALL'] : [])].map(nobody);
}

export const NAT_CHAINS: readonly ChainLine[] = [
  'KUBE-SERVICES',
  'KUBE-NODEPORTS',
  'KUBE-POSTROUTING',
  'KUBE-MARK-MASQ',
].map(nobody);

/** Before the rules of Services. */
export function firewallRules({ config }: ProxyNode): readonly RuleLine[] {
  if (!hasLocalhostNodePorts(config)) return [];
  const about = comment('block incoming localnet connections');
  const match = '-d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT';
  return [rule('KUBE-FIREWALL', `${about} ${match} -j DROP`)];
}

/** Behind the rules of Services. */
export function forwardRules({ nfacct, tcpBeLiberal }: ProxyNode): readonly RuleLine[] {
  const counted = nfacct ? ' -m nfacct --nfacct-name ct_state_invalid_dropped_pkts' : '';
  return [
    ...(tcpBeLiberal ? [] : [rule('KUBE-FORWARD', `-m conntrack --ctstate INVALID${counted} -j DROP`)]),
    rule(
      'KUBE-FORWARD',
      `${comment('kubernetes forwarding rules')} -m mark --mark ${MARK}/${MARK} -j ACCEPT`,
    ),
    rule(
      'KUBE-FORWARD',
      `${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ),
  ];
}

export const MASQUERADE_RULES: readonly RuleLine[] = [
  rule('KUBE-POSTROUTING', `-m mark ! --mark ${MARK}/${MARK} -j RETURN`),
  // the mark is taken off, so that a tunnel's own packet does not inherit it
  rule('KUBE-POSTROUTING', `-j MARK --xor-mark ${MARK}`),
  rule(
    'KUBE-POSTROUTING',
    `${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
  ),
  rule('KUBE-MARK-MASQ', `-j MARK --or-mark ${MARK}`),
];

/** The end of KUBE-SERVICES: whatever is for this node itself may be for a NodePort. */
export function nodePortJumps(node: ProxyNode): readonly RuleLine[] {
  const about = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');
  const { nodePortAddresses } = node.config;
  const localhost = hasLocalhostNodePorts(node.config);
  const add = (match: string): RuleLine => rule('KUBE-SERVICES', `${about} ${match} -j KUBE-NODEPORTS`);
  if (nodePortAddresses.length === 0 || nodePortAddresses.some(({ bits }) => bits === 0))
    return [add(`-m addrtype --dst-type LOCAL${localhost ? '' : ' ! -d 127.0.0.0/8'}`)];
  return node.addresses
    .filter((ip) => nodePortAddresses.some((prefix) => contains(prefix, ip)))
    .filter((ip) => localhost || !isLoopback(ip))
    .map((ip) => add(`-d ${printIpv4(ip)}`));
}
