/** What the captures of the real kernel with rules are about: who sends what where, and how they are compared with our frames. */
import { BY_USER } from '../../kernel/origin.ts';
import { parseOp } from '../../kernel/opText.ts';
import { inject, type Injection } from '../../sim/inject.ts';
import { runUntilSettled } from '../../sim/run.ts';
import type { World } from '../../sim/world.ts';
import { validate } from '../../trace/trace.ts';
import { isStep, type ExchangeRecord, type Recording, type Step } from '../../trace/types.ts';
import { ipv4 } from '../../wire/address.ts';
import { summary } from '../../wire/summary.ts';
import type { BackendType, Cluster } from '../cluster.ts';
import { ourTaps, readCapture, type Capture } from './capture.testing.ts';
import { labNs } from './lab.testing.ts';

export function command(world: World<Cluster>, ns: string, text: string): void {
  const op = parseOp(text);
  if (!op.ok) throw new Error(`${text}: ${op.error}`);
  const result = world.op(labNs(ns), op.value, BY_USER);
  if (!result.ok) throw new Error(`${text}: ${result.text}`);
}

export type Sent = Omit<Injection, 'from' | 'dst'> & { readonly from: string; readonly to: string };

export function send(world: World<Cluster>, { from, to, ...rest }: Sent): ExchangeRecord {
  const exchange = inject(world, { ...rest, from: labNs(from), dst: ipv4(to) });
  const ended = runUntilSettled(world, () => world.step());
  const problems = validate(world.recorder.recording());
  if (ended !== 'settled' || problems.length > 0) throw new Error([ended, ...problems].join('\n'));
  return world.recorder.exchange(exchange);
}

export interface Played {
  readonly world: World<Cluster>;
  readonly recording: Recording;
  readonly exchange: ExchangeRecord;
}

/** Sends in a world; the recording begins with what is sent. */
export function play(world: World<Cluster>, sent: Sent, prepare?: (world: World<Cluster>) => void): Played {
  prepare?.(world);
  const from = world.recorder.length;
  const exchange = send(world, sent);
  const all = world.recorder.recording();
  return { world, recording: { ...all, entries: all.entries.slice(from) }, exchange };
}

/** Ports that were drawn by lot are named in the order in which they turn up. */
export function named(lines: readonly string[]): readonly string[] {
  const names = new Map<string, string>();
  const fixed = ['8080', '8472', '8285', '30080', '30081', '30082', '30083', '30053'];
  const name = (port: string): string => {
    if (Number(port) < 1024 || fixed.includes(port)) return port;
    const known = names.get(port) ?? `P${names.size + 1}`;
    names.set(port, known);
    return known;
  };
  return lines.map((line) =>
    line.replace(/(TCP|UDP) (\*|\d+)>(\d+)/g, (_, protocol: string, sport: string, dport: string) => {
      const from = sport === '*' ? sport : name(sport);
      return `${protocol} ${from}>${name(dport)}`;
    }),
  );
}

/** SYN, SYN-ACK, resets and errors: what is said once the connection stands is the programs' affair. */
export const OPENING = /\[(S|SA|R|RA)\]|ICMP/;
/** the probe of ours ends its connection with a reset (with timestamps, so 52 bytes), the lab's program with FIN */
export const FAREWELL = /len=52 .*\[RA\]/;

/** ARP depends on what happened in the lab before, so it is left out. */
export function opening(lines: readonly string[]): readonly string[] {
  return named(lines.filter((line) => OPENING.test(line) && !FAREWELL.test(line) && !line.includes('ARP')));
}

/** Both sides of the comparison in each of the namespaces, for one `toEqual`. */
export function sides(
  recording: Recording,
  capture: Capture,
  namespaces: readonly string[],
): readonly [ours: Lines, theirs: Lines] {
  const of = (taps: (ns: string) => readonly string[]): Lines =>
    Object.fromEntries(namespaces.map((ns) => [ns, opening(taps(ns))]));
  return [of((ns) => ourTaps(recording, ns)), of((ns) => capture.taps(ns))];
}

type Lines = Readonly<Record<string, readonly string[]>>;

export const RULE_TRACE = /^ *[\d.]+us (\S+) +trace (\S+) .*/;

/** `table:chain:rule|return|policy:number` for the opening packets, as the kernel's rule trace (legacy) says it. */
export function tracedWalk(name: string, ns: string): readonly string[] {
  return readCapture(name).raw.flatMap((line) => {
    const match = RULE_TRACE.exec(line);
    return match?.[1] === ns && OPENING.test(line) && match[2] !== 'raw:PREROUTING:rule:1'
      ? [match[2] ?? '']
      : [];
  });
}

export function ourWalk(recording: Recording, ns: string): readonly string[] {
  return (
    recording.entries
      .filter(
        (e): e is Extract<Step, { kind: 'chain' }> => isStep(e) && e.kind === 'chain' && e.ns === labNs(ns),
      )
      .filter(({ frame }) => {
        const seen = recording.frames[frame];
        const text = seen === undefined ? '' : summary(seen);
        return OPENING.test(text) && !FAREWELL.test(text);
      })
      // the rule that switches the trace on is not yet traced
      .filter(({ table, event }) => table !== 'raw' || event !== 'rule')
      .map((e) => `${e.table}:${e.chain}:${e.event}:${e.number}`)
  );
}

export function drops(recording: Recording): readonly string[] {
  return recording.entries.flatMap((e) => (isStep(e) && e.kind === 'drop' ? [e.reason] : []));
}

/** As `lab.sh trace on` does it: every packet begins with a rule in raw. */
export function traced(world: World<Cluster>): void {
  for (const node of ['node1', 'node2', 'node3'])
    for (const chain of ['PREROUTING', 'OUTPUT'])
      command(world, node, `iptables -t raw -A ${chain} -j TRACE`);
}

export interface Case {
  readonly capture: string;
  readonly what: string;
  readonly sent: Omit<Sent, 'protocol'>;
  readonly namespaces: readonly string[];
  readonly result: ExchangeRecord['result'];
  readonly backend?: BackendType;
  readonly prepare?: (world: World<Cluster>) => void;
  /** nodes whose rule trace is in the capture */
  readonly walks?: readonly string[];
}

export const nodePort = { from: 'client', to: '192.168.0.12', dport: 30083 };
export const far = { to: '10.96.0.40', dport: 80 };

export const CASES: readonly Case[] = [
  ...(['vxlan', 'host-gw', 'udp'] as const).map((backend) => ({
    capture: `nodeport-${backend}`,
    what: `NodePort from outside, the endpoint on another node (${backend})`,
    sent: nodePort,
    namespaces: ['client', 'node2', 'node1', 'pod1a'],
    result: 'connected' as const,
    backend,
  })),
  ...(['vxlan', 'host-gw', 'udp'] as const).map((backend) => ({
    capture: `host-clusterip-${backend}`,
    what: `a node to a ClusterIP with a remote endpoint (${backend})`,
    sent: { from: 'node2', ...far },
    namespaces: ['node2', 'node1', 'pod1a'],
    result: 'connected' as const,
    backend,
  })),
  {
    capture: 'nodeport-rules',
    what: 'NodePort: every rule that is hit',
    sent: nodePort,
    namespaces: ['client', 'node2', 'node1', 'pod1a'],
    result: 'connected',
    walks: ['node2', 'node1'],
  },
  {
    capture: 'clusterip-remote',
    what: 'a pod to a ClusterIP with a remote endpoint',
    sent: { from: 'pod2b', ...far },
    namespaces: ['pod2b', 'node2', 'node1', 'pod1a'],
    result: 'connected',
    walks: ['node2', 'node1'],
  },
  {
    capture: 'clusterip-samenode',
    what: 'a pod to a ClusterIP with its endpoint on the same node: bridged, TTL 64',
    sent: { from: 'pod1b', ...far },
    namespaces: ['pod1b', 'node1', 'pod1a'],
    result: 'connected',
    walks: ['node1'],
  },
  {
    capture: 'clusterip-hairpin',
    what: 'a pod to the ClusterIP whose endpoint it is',
    sent: { from: 'pod1a', ...far },
    namespaces: ['node1', 'pod1a'],
    result: 'connected',
    walks: ['node1'],
  },
  {
    capture: 'etp-local-has',
    what: 'externalTrafficPolicy Local on a node with an endpoint: the source is kept',
    sent: { from: 'client', to: '192.168.0.11', dport: 30081 },
    namespaces: ['client', 'node1', 'pod1a'],
    result: 'connected',
    walks: ['node1'],
  },
  {
    capture: 'noep-nodeport',
    what: 'a NodePort without endpoints is refused from the address that was dialled',
    sent: { from: 'client', to: '192.168.0.12', dport: 30082 },
    namespaces: ['client', 'node2'],
    result: 'refused',
    walks: ['node2'],
  },
  {
    capture: 'noep-pod',
    what: 'a ClusterIP without endpoints is refused by cni0',
    sent: { from: 'pod1a', to: '10.96.0.30', dport: 80 },
    namespaces: ['node1', 'pod1a'],
    result: 'refused',
    walks: ['node1'],
  },
  {
    capture: 'noep-host',
    what: 'a ClusterIP without endpoints, from the node: the error goes round lo',
    sent: { from: 'node1', to: '10.96.0.30', dport: 80 },
    namespaces: ['node1'],
    result: 'refused',
    walks: ['node1'],
  },
  {
    capture: 'host-clusterip-local',
    what: 'a node to a ClusterIP with its endpoint on that node: the pod sees cni0',
    sent: { from: 'node1', ...far },
    namespaces: ['node1', 'pod1a'],
    result: 'connected',
    walks: ['node1'],
  },
  {
    capture: 'localhost-nodeport',
    what: '127.0.0.1:NodePort with route_localnet',
    sent: { from: 'node2', to: '127.0.0.1', dport: 30083 },
    namespaces: ['node2', 'node1', 'pod1a'],
    result: 'connected',
    walks: ['node2'],
  },
  {
    capture: 'brnf0-hairpin',
    what: 'without bridge-nf-call-iptables a hairpin is routed, TTL 63',
    sent: { from: 'pod1a', ...far },
    namespaces: ['node1', 'pod1a'],
    result: 'connected',
    prepare: (world) => {
      command(world, 'node1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0');
    },
    walks: ['node1'],
  },
  ...(
    [
      ['reject', 'REJECT', 'refused'],
      ['tcp-reset', 'REJECT --reject-with tcp-reset', 'refused'],
    ] as const
  ).flatMap(([name, target, result]) =>
    (
      [
        ['remote', 'pod2b', ['pod2b', 'node2', 'node1']],
        ['samenode', 'pod1b', ['pod1b', 'node1', 'pod1a']],
      ] as const
    ).map(([where, from, namespaces]) => ({
      capture: `policy-${name}-${where}`,
      what: `${target} in FORWARD, from ${from}`,
      sent: { from, to: '10.244.1.2', dport: 8080 },
      namespaces,
      result,
      prepare: (world: World<Cluster>) => {
        command(world, 'node1', `iptables -I FORWARD 1 -d 10.244.1.2 -p tcp --dport 8080 -j ${target}`);
      },
    })),
  ),
];

/** The lab was pinged through before: neighbours are known, as the slow path of a bridged DNAT shows. */
export function warm(world: World<Cluster>): void {
  for (const [from, to] of [
    ['pod1a', '10.244.2.2'],
    ['pod1b', '10.244.1.2'],
    ['pod2b', '10.244.1.2'],
  ] as const)
    send(world, { protocol: 'icmp', from, to });
  // long enough for the neighbours that were used to be confirmed
  const until = world.now + 10_000_000_000;
  while (world.now < until && world.step());
}

/** Packets that are lost without a word, and what is done before. */
export const LOST: readonly Omit<Case, 'what' | 'result'>[] = [
  {
    capture: 'etp-local-none',
    sent: { from: 'client', to: '192.168.0.12', dport: 30081 },
    namespaces: ['client', 'node2'],
  },
  {
    capture: 'policy-drop-remote',
    sent: { from: 'pod2b', to: '10.244.1.2', dport: 8080 },
    namespaces: ['pod2b', 'node2', 'node1'],
    prepare: dropping,
  },
  {
    capture: 'policy-drop-samenode',
    sent: { from: 'pod1b', to: '10.244.1.2', dport: 8080 },
    namespaces: ['pod1b', 'node1'],
    prepare: dropping,
  },
  {
    capture: 'hairpin-off',
    sent: { from: 'pod1a', ...far },
    namespaces: ['pod1a', 'node1'],
    prepare: (world) => {
      command(world, 'node1', 'bridge link set dev veth1a hairpin off');
    },
  },
  {
    capture: 'brnf0-samenode',
    sent: { from: 'pod1b', ...far },
    namespaces: ['pod1b', 'node1', 'pod1a'],
    prepare: (world) => {
      command(world, 'node1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0');
    },
  },
];

function dropping(world: World<Cluster>): void {
  command(world, 'node1', 'iptables -I FORWARD 1 -d 10.244.1.2 -p tcp --dport 8080 -j DROP');
}

/** Whom the pod sees, where there is no capture: facts/kernel.md section 4. */
export const SEEN: readonly {
  readonly what: string;
  readonly sent: Omit<Sent, 'protocol'>;
  readonly source: string;
}[] = [
  {
    what: 'a pod to the NodePort of another node: two NATs, the last by cni0',
    sent: { from: 'pod2b', to: '192.168.0.11', dport: 30083 },
    source: '10.244.1.1',
  },
  {
    what: "a pod to its own node's NodePort: the way out of that node",
    sent: { from: 'pod2b', to: '192.168.0.12', dport: 30083 },
    source: '10.244.2.0',
  },
  {
    what: "externalTrafficPolicy Local, a pod to its own node's NodePort without local endpoint: itself",
    sent: { from: 'pod2b', to: '192.168.0.12', dport: 30081 },
    source: '10.244.2.3',
  },
  {
    what: 'a node to 127.0.0.1:NodePort: the way out of that node',
    sent: { from: 'node2', to: '127.0.0.1', dport: 30083 },
    source: '10.244.2.0',
  },
];

/** Where the first SYN that a pod gets comes from. */
export function seenBy(recording: Recording, pod: string): string | undefined {
  const syn = ourTaps(recording, pod).find((line) => line.startsWith('eth0 in') && line.includes('[S]'));
  return /\| (\S+)>/.exec(syn ?? '')?.[1];
}
