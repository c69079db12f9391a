/**
 * dockerd on a machine: makes docker0 when it starts, before there is any container, and writes its rules. Changed options
 * mean a restart, which an administrator does here as soon as they change.
 * @see moby/libnetwork drivers/bridge/{setup_ip_tables,setup_ip_forwarding,setup_bridgenetfiltering}.go, firewall_linux.go
 *      (facts/dataplane.md 3.3)
 * Left out: user-defined networks, userland proxy, IPv6, swarm, the chains of Docker 28 and later.
 */
import { must } from '../../lib/assert.ts';
import { networkOf, printCidr } from '../../wire/address.ts';
import type { TableOp } from '../../kernel/op.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { IfName, NetNsId } from '../../kernel/recorder.ts';
import type { Behaviour, Process, Sys } from '../../sim/process.ts';
import type { Cluster } from '../cluster.ts';
import { SUBNET_ENV } from '../flannel/subnetEnv.ts';
import { nodeNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { reconcile, type Wanted } from '../reconcile.ts';
import { dockerOptions, isCnm, printOptions, type DockerOptions } from './options.ts';

export const DOCKER0 = 'docker0' as IfName;

const BY_DOCKER: Origin = { by: 'docker' };

interface DockerdState {
  readonly applied: readonly Wanted[];
  /** the command line that it runs with; '' while it does not run */
  readonly line: string;
}

export function dockerdProcess(node: string): Process {
  return { pid: `dockerd@${node}`, behaviour: 'dockerd', ns: nodeNs(node), state: undefined };
}

const opOf = (text: string): TableOp => {
  const op = parseOp(text);
  return must(op.ok ? op.value : undefined, text);
};

/** Rules in the order in which they stand: filter, then nat. */
function rulesOf({ bip, ipMasq }: DockerOptions): readonly string[] {
  const subnet = printCidr(networkOf(bip));
  const filter = [
    'DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
    'DOCKER-ISOLATION-STAGE-1 -j RETURN',
    'DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
    'DOCKER-ISOLATION-STAGE-2 -j RETURN',
    'DOCKER-USER -j RETURN',
    'FORWARD -j DOCKER-USER',
    'FORWARD -j DOCKER-ISOLATION-STAGE-1',
    'FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    'FORWARD -o docker0 -j DOCKER',
    'FORWARD -i docker0 ! -o docker0 -j ACCEPT',
    'FORWARD -i docker0 -o docker0 -j ACCEPT',
  ];
  const nat = [
    'PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    'OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    ...(ipMasq ? [`POSTROUTING -s ${subnet} ! -o docker0 -j MASQUERADE`] : []),
    'DOCKER -i docker0 -j RETURN',
  ];
  return [...filter.map((rule) => `filter ${rule}`), ...nat.map((rule) => `nat ${rule}`)];
}

const CHAINS = [
  'filter DOCKER',
  'filter DOCKER-ISOLATION-STAGE-1',
  'filter DOCKER-ISOLATION-STAGE-2',
  'filter DOCKER-USER',
  'nat DOCKER',
];

function desired(ns: NetNsId, options: DockerOptions, naming: Naming): readonly Wanted[] {
  const { bip } = options;
  const row = (key: string, op: TableOp, undo?: TableOp): Wanted => ({
    key: `docker ${key}`,
    ns,
    op,
    ...(undo ? { undo } : {}),
    origin: BY_DOCKER,
  });
  const address = (op: 'addr-add' | 'addr-del'): TableOp => ({
    op,
    dev: DOCKER0,
    address: bip,
    broadcast: true,
  });
  const split = (text: string): readonly [string, string] => {
    const at = text.indexOf(' ');
    return [text.slice(0, at), text.slice(at + 1)];
  };
  const link = { type: 'bridge' as const };
  return [
    // bridges of a daemon that is started again stay
    row('bridge', {
      op: 'link-add',
      name: DOCKER0,
      options: { address: naming.mac('cni0', `docker0 of ${ns}`) },
      link,
    }),
    row('address', address('addr-add'), address('addr-del')),
    row('up', { op: 'link-set', name: DOCKER0, change: { set: 'up' } }),
    row('nf', { op: 'sysctl', key: 'net.bridge.bridge-nf-call-iptables', value: '1' }),
    // who turns forwarding on closes it for everybody else (since 1.13)
    row('forwarding', { op: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' }),
    row('policy', opOf('iptables -P FORWARD DROP')),
    ...CHAINS.map((chain) => {
      const [table, name] = split(chain);
      return row(`chain ${chain}`, opOf(`iptables -t ${table} -N ${name}`));
    }),
    ...rulesOf(options).map((text) => {
      const [table, rule] = split(text);
      return row(
        `rule ${text}`,
        opOf(`iptables -t ${table} -A ${rule}`),
        opOf(`iptables -t ${table} -D ${rule}`),
      );
    }),
  ];
}

/** Runs where Docker is the runtime; starts when its options are there. */
export function dockerd(naming: Naming): Behaviour<DockerdState | undefined, Cluster> {
  return {
    name: 'dockerd',
    watches: true,
    wake(sys, state = { applied: [], line: '' }, why) {
      if (why.why !== 'start' && why.why !== 'objects') return state;
      if (!isCnm(sys.cluster)) return state;
      const options = optionsOn(sys);
      const line = options ? printOptions(options) : '';
      if (!options || line === state.line) return state;
      sys.log(line, BY_DOCKER);
      return { applied: reconcile(sys, state.applied, desired(sys.ns, options, naming)), line };
    },
  };
}

/** What dockerd on the machine of this process is started with. */
export function optionsOn(sys: Sys<Cluster>): DockerOptions | undefined {
  return dockerOptions(sys.cluster, sys.readFile(sys.ns, SUBNET_ENV));
}
