/** The three machines on which the real flanneld ran (../shared/data/flannel/REAL.md 1), as a board that is ordered about. */
import { cidr, ipv4, mac, type Mac } from '../../../wire/address.ts';
import { isTool, parseShell } from '../../../kernel/shell/shell.ts';
import { BY_USER } from '../../../kernel/origin.ts';
import { parseOp } from '../../../kernel/opText.ts';
import type { NetNs } from '../../../kernel/netns.ts';
import type { NetNsId, SimTime } from '../../../kernel/recorder.ts';
import { inject, type Injection } from '../../../sim/inject.ts';
import { runUntilSettled } from '../../../sim/run.ts';
import type { World } from '../../../sim/world.ts';
import { validate } from '../../../trace/trace.ts';
import type { ExchangeRecord, Recording } from '../../../trace/types.ts';
import { createBoard } from '../../board.ts';
import type { Cluster, ClusterNode, ClusterPod, FlannelConfig } from '../../cluster.ts';
import { DEFAULT_KUBE_PROXY } from '../../kubeProxy/options.ts';
import { SEEDED_NAMING, type Naming } from '../../naming.ts';
import { pod, ref } from '../../testing/lab.testing.ts';

export const SECOND = 1_000_000_000;

const PORTS: ClusterPod['ports'] = [{ port: 8080, protocol: 'TCP' }];

export interface RigOptions {
  readonly flannel?: Partial<FlannelConfig>;
  /** node-c stands behind the router */
  readonly across?: boolean;
  readonly pods?: boolean;
  /** VTEP MACs by node, where a capture has drawn them */
  readonly vteps?: Readonly<Record<string, string>>;
  readonly with?: Partial<Cluster>;
  readonly naming?: Naming;
}

/** Two pods on each of node-a, node-b and node-c. */
export function rigCluster(options: RigOptions = {}): Cluster {
  const { flannel = {}, across = false, pods = true, vteps = {} } = options;
  const node = (letter: string, n: number): ClusterNode => {
    const behind = across && letter === 'c';
    const name = `node-${letter}`;
    const vtep = vteps[name];
    return {
      name,
      ip: ipv4(behind ? '192.168.2.12' : `192.168.1.${10 + n}`),
      segment: behind ? 'b' : 'a',
      podCIDR: cidr(`10.244.${n}.0/24`),
      ...(vtep === undefined ? {} : { vtepMac: mac(vtep) }),
      ref: ref('Node', name),
    };
  };
  return {
    name: 'rig',
    serviceCIDR: cidr('10.96.0.0/12'),
    flannel: { backend: 'vxlan', network: cidr('10.244.0.0/16'), vni: 1, port: 8472, ...flannel },
    segments: [
      { name: 'a', cidr: cidr('192.168.1.0/24'), mtu: 1500 },
      { name: 'b', cidr: cidr('192.168.2.0/24'), mtu: 1500 },
    ],
    router: { name: 'rtr' },
    clients: [{ name: 'client', ip: ipv4('203.0.113.50') }],
    nodes: [node('a', 0), node('b', 1), node('c', 2)],
    pods: pods
      ? ['a', 'b', 'c'].flatMap((letter, n) =>
          [1, 2].map((i) => pod(`pod${letter}${i}`, `node-${letter}`, `10.244.${n}.${i + 1}`, PORTS)),
        )
      : [],
    namespaces: [],
    policies: [],
    services: [],
    endpointSlices: [],
    kubeProxy: { ...DEFAULT_KUBE_PROXY, mode: 'none' },
    traffic: [],
    faults: [],
    expect: [],
    ...options.with,
  };
}

const ETH0: Readonly<Record<string, string>> = {
  'node-a': '52:54:00:00:01:0a',
  'node-b': '52:54:00:00:01:0b',
  'node-c': '52:54:00:00:01:0c',
};

function namingOf(across: boolean): Naming {
  const macs: Readonly<Record<string, string>> = across ? { ...ETH0, 'node-c': '52:54:00:00:02:0c' } : ETH0;
  return {
    ...SEEDED_NAMING,
    mac: (what, owner): Mac => {
      const known = what === 'eth0' ? macs[owner] : undefined;
      return known === undefined ? SEEDED_NAMING.mac(what, owner) : mac(known);
    },
  };
}

export class Rig {
  readonly world: World<Cluster>;

  constructor(options: RigOptions = {}) {
    const { naming = namingOf(options.across === true) } = options;
    this.world = createBoard(rigCluster(options), { naming });
  }

  ns(name: string): NetNs {
    return this.world.netns((name.startsWith('pod') ? `lab/${name}` : name) as NetNsId);
  }

  get now(): SimTime {
    return this.world.now;
  }

  get recording(): Recording {
    return this.world.recorder.recording();
  }

  /** What a command prints that looks. */
  show(node: string, line: string): readonly string[] {
    const [tool = '', ...words] = line.split(' ');
    if (!isTool(tool)) throw new Error(`no tool ${tool}`);
    const parsed = parseShell(tool, words);
    if (parsed.kind !== 'read') throw new Error(`${line} changes something`);
    return parsed.read({ ns: this.ns(node), now: this.now, namespaces: this.world.namespaces });
  }

  /** Somebody types a command that changes something; what follows at once has happened when it returns. */
  type(node: string, line: string): this {
    const op = parseOp(line);
    if (!op.ok) throw new Error(`${line}: ${op.error}`);
    const result = this.world.op(this.ns(node).id, op.value, BY_USER);
    if (!result.ok) throw new Error(`${line}: ${result.text}`);
    return this.settle();
  }

  settle(): this {
    if (runUntilSettled(this.world, () => this.world.step()) !== 'settled') throw new Error('budget');
    return this;
  }

  /** Lets seconds pass. */
  wait(seconds: number): this {
    this.world.wait((this.now + seconds * SECOND) as SimTime);
    return this;
  }

  edit(change: (cluster: Cluster) => Cluster): this {
    this.world.setCluster(change(this.world.cluster));
    return this.settle();
  }

  /** Seconds until `is` holds; undefined when it does not within `most` seconds. */
  until(is: () => boolean, most = 31): number | undefined {
    const from = this.now;
    while (!is()) {
      if (this.now - from > most * SECOND) return undefined;
      this.wait(0.001);
    }
    return (this.now - from) / SECOND;
  }

  send(from: string, to: string, more: Partial<Injection> = {}): ExchangeRecord {
    const injection: Injection = { protocol: 'icmp', from: this.ns(from).id, dst: ipv4(to), ...more };
    const exchange = inject(this.world, injection);
    this.settle();
    const wrong = validate(this.recording);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return this.world.recorder.exchange(exchange);
  }

  /** What flanneld said since the recording was `from` entries long. */
  log(node: string, from = 0): readonly string[] {
    return this.recording.entries
      .slice(from)
      .flatMap((e) =>
        e.kind === 'process' && e.ns === node && 'by' in e && e.by.by === 'flanneld' ? [e.text] : [],
      );
  }

  /** The rules of a table as iptables-save prints them, without counters. */
  rules(node: string, table: 'nat' | 'filter'): readonly string[] {
    return this.show(node, `iptables-save -t ${table}`)
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/\[\d+:\d+\]/, '[0:0]'));
  }
}
