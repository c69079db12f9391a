/**
 * Hand-written iptables rules for random scenarios, as the text that iptables-restore reads: services as DNAT, masquerading,
 * and walls, in an order and with conditions that no controller would choose.
 */
import { printCidr, printIpv4 } from '../../src/wire/address.ts';
import type { Cluster, ClusterNode } from '../../src/kube/cluster.ts';
import { nodeNs, podNs } from '../../src/kube/ids.ts';
import type { Dice } from './generate.ts';

/** Virtual addresses that rules may translate, and node ports. */
export const VIPS = ['10.96.0.10', '10.96.0.20'] as const;
export const SERVICE_PORT = 80;
export const NODE_PORTS = [30080, 30081] as const;

/**
 * The least that a node has: one rule that asks conntrack something and does nothing, so that connections are tracked there
 * (and fragments put together) as on any node with kube-proxy.
 */
const LEAST = '*filter\n-A FORWARD -m conntrack --ctstate INVALID\nCOMMIT\n';

/** A table under construction: its chains with their policies, and rules in the order they are appended. */
class Table {
  readonly #chains: string[] = [];
  readonly #rules: string[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }
  chain(name: string, policy = '-'): void {
    this.#chains.push(`:${name} ${policy}`);
  }
  add(chain: string, ...words: readonly string[]): void {
    this.#rules.push(['-A', chain, ...words.filter((word) => word !== '')].join(' '));
  }
  text(): string {
    return [`*${this.#name}`, ...this.#chains, ...this.#rules, 'COMMIT', ''].join('\n');
  }
}

interface Place {
  readonly dice: Dice;
  readonly cluster: Cluster;
  readonly node: ClusterNode;
}

const podIps = ({ pods }: Cluster): readonly string[] =>
  pods.flatMap(({ ip }) => (ip === undefined ? [] : [printIpv4(ip)]));

/** An address or prefix of this cluster, sometimes negated. */
function somewhere({ dice, cluster, node }: Place, option: '-s' | '-d'): string {
  if (!dice.chance(45)) return '';
  const own = node.podCIDR ? [printCidr(node.podCIDR)] : [];
  const prefix = dice.one([
    ...podIps(cluster).map((ip) => `${ip}/32`),
    ...own,
    printCidr(cluster.flannel.network),
    `${printIpv4(node.ip)}/32`,
    '203.0.113.0/24',
  ]);
  return `${dice.chance(25) ? '! ' : ''}${option} ${prefix}`;
}

/** A device by which a packet comes or goes; not every hook knows both. */
function byDevice({ dice, cluster }: Place, chain: string): string {
  if (!dice.chance(25)) return '';
  const tunnel = { vxlan: 'flannel.1', udp: 'flannel0', 'host-gw': 'eth0' }[cluster.flannel.backend];
  const dev = dice.one(['eth0', 'cni0', tunnel, 'e+']);
  const options = { INPUT: ['-i'], PREROUTING: ['-i'], OUTPUT: ['-o'], POSTROUTING: ['-o'] }[chain] ?? [
    '-i',
    '-o',
  ];
  return `${dice.chance(25) ? '! ' : ''}${dice.one(options)} ${dev}`;
}

/** A protocol, and what its ports or types must be. */
function protocol({ dice }: Place): string {
  switch (dice.int(0, 7)) {
    case 0:
      return '-p tcp';
    case 1:
      return `-p tcp -m tcp --dport ${dice.one([8080, 81])}`;
    case 2:
      return '-p tcp -m multiport --dports 80,81,8000:8100';
    case 3:
      return '-p udp -m udp ! --dport 9';
    case 4:
      return '-p icmp -m icmp --icmp-type 8';
    case 5:
      return '-p tcp -m tcp --tcp-flags SYN,ACK,RST,FIN SYN';
    default:
      return '';
  }
}

/** What else a rule may ask. */
function question({ dice }: Place): string {
  switch (dice.int(0, 11)) {
    case 0:
      return '-m conntrack --ctstate NEW';
    case 1:
      return '-m conntrack --ctstate RELATED,ESTABLISHED';
    case 2:
      return '-m conntrack ! --ctstate ESTABLISHED';
    case 3:
      return '-m mark --mark 0x1/0x1';
    case 4:
      return '-m addrtype --dst-type LOCAL';
    case 5:
      return '-m addrtype --src-type LOCAL';
    case 6:
      return '-m comment --comment "a wall"';
    case 7:
      return '-m conntrack --ctstate DNAT';
    default:
      return '';
  }
}

/** What a rule of a chain asks: any of the above, or nothing. */
export function conditions(place: Place, chain: string): string {
  const parts = [
    somewhere(place, '-s'),
    somewhere(place, '-d'),
    byDevice(place, chain),
    protocol(place),
    question(place),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** A verdict of the filter table that goes with the conditions. */
export function wall(dice: Dice, asked: string, chains: readonly string[]): string {
  const targets = ['ACCEPT', 'ACCEPT', 'DROP', 'RETURN', 'REJECT', ''];
  targets.push(
    `REJECT --reject-with ${dice.one(['icmp-host-unreachable', 'icmp-admin-prohibited', 'icmp-net-unreachable'])}`,
  );
  if (asked.includes('-p tcp')) targets.push('REJECT --reject-with tcp-reset');
  const target = dice.one([...targets, ...chains]);
  if (target === '') return '';
  return `${chains.includes(target) && dice.chance(20) ? '-g' : '-j'} ${target}`;
}

function filter(place: Place): string {
  const { dice } = place;
  const table = new Table('filter');
  for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) table.chain(chain, dice.chance(10) ? 'DROP' : 'ACCEPT');
  table.chain('A');
  table.chain('B');
  if (dice.chance(70)) table.add('FORWARD', '-m conntrack --ctstate RELATED,ESTABLISHED', '-j ACCEPT');
  for (const [chain, below] of [
    ['INPUT', ['A', 'B']],
    ['FORWARD', ['A', 'B']],
    ['OUTPUT', ['A', 'B']],
    ['A', ['B']],
    ['B', []],
  ] as const) {
    for (let i = dice.int(0, 3); i > 0; i--) {
      const asked = conditions(place, chain);
      table.add(chain, asked, wall(dice, asked, below));
    }
  }
  return table.text();
}

/** Services: a virtual address and a node port, each with one endpoint, so that no choice is left to chance. */
function services(place: Place, table: Table): void {
  const { dice, cluster } = place;
  const endpoint = (): string => dice.one(podIps(cluster));
  for (const vip of VIPS) {
    if (dice.chance(70))
      table.add(
        'SERVICES',
        `-d ${vip}/32 -p tcp -m tcp --dport ${SERVICE_PORT}`,
        dice.one([
          `-j DNAT --to-destination ${endpoint()}:8080`,
          '-j SVC',
          `-j DNAT --to-destination ${endpoint()}`,
        ]),
      );
    if (dice.chance(40))
      table.add(
        'SERVICES',
        `-d ${vip}/32 -p udp -m udp --dport 53`,
        `-j DNAT --to-destination ${endpoint()}`,
      );
    if (dice.chance(20))
      table.add('SERVICES', `-d ${vip}/32 -p icmp`, `-j DNAT --to-destination ${endpoint()}`);
  }
  const to = endpoint();
  table.add('SVC', `! -s ${printCidr(cluster.flannel.network)}`, '-j MARKED');
  table.add('SVC', `-s ${to}/32`, '-j MARKED');
  // the choice of every second connection is no chance, so both sides make the same
  if (dice.chance(40))
    table.add(
      'SVC',
      '-p tcp -m statistic --mode nth --every 2 --packet 0',
      `-j DNAT --to-destination ${endpoint()}:8080`,
    );
  table.add('SVC', '-p tcp', `-j DNAT --to-destination ${to}:8080`);
  for (const port of NODE_PORTS) {
    if (!dice.chance(70)) continue;
    const asked = `-p tcp -m addrtype --dst-type LOCAL -m tcp --dport ${port}`;
    if (dice.chance(70)) table.add('SERVICES', asked, '-j MARKED');
    table.add(
      'SERVICES',
      asked,
      dice.one(['-j SVC', `-j DNAT --to-destination ${endpoint()}:8080`, '-j REDIRECT --to-ports 8080']),
    );
  }
}

function nat(place: Place): string {
  const { dice, cluster, node } = place;
  const table = new Table('nat');
  for (const chain of ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']) table.chain(chain, 'ACCEPT');
  for (const chain of ['SERVICES', 'SVC', 'MARKED', 'MASQ']) table.chain(chain);
  table.add('PREROUTING', dice.chance(20) ? conditions(place, 'PREROUTING') : '', '-j SERVICES');
  if (dice.chance(80)) table.add('OUTPUT', '-j SERVICES');
  services(place, table);
  table.add('MARKED', '-j MARK --set-xmark 0x4000/0x4000');
  table.add('POSTROUTING', '-j MASQ');
  table.add('MASQ', '-m mark --mark 0x4000/0x4000', '-j MASQUERADE');
  const pods = printCidr(cluster.flannel.network);
  table.add('MASQ', `-s ${pods} -d ${pods}`, '-j RETURN');
  const source = dice.one(['MASQUERADE', 'MASQUERADE', `SNAT --to-source ${printIpv4(node.ip)}`]);
  if (dice.chance(75)) table.add('MASQ', `-s ${pods} ! -d 224.0.0.0/4`, `-j ${source}`);
  if (dice.chance(25)) table.add('POSTROUTING', conditions(place, 'POSTROUTING'), '-j MASQUERADE');
  return table.text();
}

function mangle(place: Place): string {
  const { dice } = place;
  const table = new Table('mangle');
  const chains = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];
  for (const chain of chains) table.chain(chain, 'ACCEPT');
  for (let i = dice.int(1, 3); i > 0; i--) {
    const chain = dice.one(chains);
    const target = dice.one([
      'MARK --set-xmark 0x1/0x1',
      'MARK --set-xmark 0x0/0xffffffff',
      'ACCEPT',
      'DROP',
      'CONNMARK --save-mark',
    ]);
    table.add(chain, conditions(place, chain), `-j ${dice.chance(70) ? 'MARK --set-xmark 0x1/0x1' : target}`);
  }
  return table.text();
}

/** Rules of one node: always something that needs conntrack, often a lot. */
function rulesOf(place: Place): string {
  const { dice } = place;
  if (dice.chance(35)) return LEAST;
  const tables = [filter(place)];
  if (dice.chance(65)) tables.push(nat(place));
  if (dice.chance(25)) tables.push(mangle(place));
  const text = tables.join('');
  // a rule without effect that asks for conntrack, should no other do so
  return text.includes('-m conntrack') || text.includes('*nat')
    ? text
    : text.replace('COMMIT', '-A FORWARD -m conntrack --ctstate INVALID\nCOMMIT');
}

/** A firewall in a pod: the other end of a connection says no. */
function podRules(dice: Dice): string {
  const target = dice.one(['DROP', 'REJECT', 'REJECT --reject-with icmp-admin-prohibited']);
  return `*filter\n-A INPUT -p ${dice.one(['tcp', 'udp', 'icmp'])} -j ${target}\nCOMMIT\n`;
}

/** The rules of every namespace that has any. */
export function rulesFor(dice: Dice, cluster: Cluster): Readonly<Record<string, string>> {
  const rules = cluster.nodes.map((node) => [nodeNs(node.name), rulesOf({ dice, cluster, node })] as const);
  const inPods = dice.chance(10) ? [[podNs(dice.one(cluster.pods)), podRules(dice)] as const] : [];
  return Object.fromEntries([...rules, ...inPods]);
}
