/**
 * The simulator against the captures of the real kernel, with rules: facts/kernel.md sections 1, 3, 4 and 5. The rules are the
 * lab's own iptables-restore text, given to every node as a person would.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BY_USER } from '../kernel/origin.ts';
import { parseOp } from '../kernel/opText.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import type { World } from '../sim/world.ts';
import { validate } from '../trace/trace.ts';
import { isStep, type ExchangeRecord, type Recording, type Step } from '../trace/types.ts';
import { ipv4 } from '../wire/address.ts';
import { summary } from '../wire/summary.ts';
import type { BackendType, Cluster } from './cluster.ts';
import { ourTaps, readCapture, type Capture } from './testing/capture.testing.ts';
import { lab, labNs } from './testing/lab.testing.ts';

function command(world: World<Cluster>, ns: string, text: string): void {
  const op = parseOp(text);
  if (!op.ok) throw new Error(`${text}: ${op.error}`);
  const result = world.op(labNs(ns), op.value, BY_USER);
  if (!result.ok) throw new Error(`${text}: ${result.text}`);
}

function rulesOf(node: string): string {
  return readFileSync(new URL(`./testing/captures/rules-${node}.txt`, import.meta.url), 'utf8');
}

function ruled(backend: BackendType = 'vxlan'): World<Cluster> {
  const world = lab(backend);
  for (const node of ['node1', 'node2', 'node3']) {
    command(world, node, `iptables-restore <<EOF\n${rulesOf(node)}EOF`);
    command(world, node, 'sysctl -w net.ipv4.conf.all.route_localnet=1');
  }
  return world;
}

type Sent = Omit<Injection, 'from' | 'dst'> & { readonly from: string; readonly to: string };

function send(world: World<Cluster>, { from, to, ...rest }: Sent): ExchangeRecord {
  const exchange = inject(world, { ...rest, from: labNs(from), dst: ipv4(to) });
  expect(runUntilSettled(world, () => world.step())).toBe('settled');
  expect(validate(world.recorder.recording())).toEqual([]);
  return world.recorder.exchange(exchange);
}

interface Played {
  readonly world: World<Cluster>;
  readonly recording: Recording;
  readonly exchange: ExchangeRecord;
}

function play(sent: Sent, prepare?: (world: World<Cluster>) => void, backend?: BackendType): Played {
  const world = ruled(backend);
  prepare?.(world);
  const from = world.recorder.length;
  const exchange = send(world, sent);
  const all = world.recorder.recording();
  return { world, recording: { ...all, entries: all.entries.slice(from) }, exchange };
}

/** Ports that were drawn by lot are named in the order in which they turn up. */
function named(lines: readonly string[]): readonly string[] {
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
const OPENING = /\[(S|SA|R|RA)\]|ICMP/;
/** the probe of ours ends its connection with a reset (with timestamps, so 52 bytes), the lab's program with FIN */
const FAREWELL = /len=52 .*\[RA\]/;

/** ARP depends on what happened in the lab before, so it is left out. */
function opening(lines: readonly string[]): readonly string[] {
  return named(lines.filter((line) => OPENING.test(line) && !FAREWELL.test(line) && !line.includes('ARP')));
}

function same(recording: Recording, capture: Capture, namespaces: readonly string[]): void {
  for (const ns of namespaces) expect(opening(ourTaps(recording, ns)), ns).toEqual(opening(capture.taps(ns)));
}

const RULE_TRACE = /^ *[\d.]+us (\S+) +trace (\S+) .*/;

/** `table:chain:rule|return|policy:number` for the opening packets, as the kernel's rule trace (legacy) says it. */
function tracedWalk(name: string, ns: string): readonly string[] {
  return readCapture(name).raw.flatMap((line) => {
    const match = RULE_TRACE.exec(line);
    return match?.[1] === ns && OPENING.test(line) && match[2] !== 'raw:PREROUTING:rule:1'
      ? [match[2] ?? '']
      : [];
  });
}

function ourWalk(recording: Recording, ns: string): readonly string[] {
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

function drops(recording: Recording): readonly string[] {
  return recording.entries.flatMap((e) => (isStep(e) && e.kind === 'drop' ? [e.reason] : []));
}

/** As `lab.sh trace on` does it: every packet begins with a rule in raw. */
function traced(world: World<Cluster>): void {
  for (const node of ['node1', 'node2', 'node3'])
    for (const chain of ['PREROUTING', 'OUTPUT'])
      command(world, node, `iptables -t raw -A ${chain} -j TRACE`);
}

interface Case {
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

const nodePort = { from: 'client', to: '192.168.0.12', dport: 30083 };
const far = { to: '10.96.0.40', dport: 80 };

const CASES: readonly Case[] = [
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
function warm(world: World<Cluster>): void {
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

describe('rules, conntrack and NAT move the frames of the capture', () => {
  it.each(CASES)('$what', ({ capture, sent, namespaces, result, backend, prepare, walks = [] }) => {
    const { recording, exchange } = play(
      { protocol: 'tcp', ...sent },
      (world) => {
        warm(world);
        prepare?.(world);
        if (walks.length > 0) traced(world);
      },
      backend,
    );
    same(recording, readCapture(capture), namespaces);
    expect(exchange.result).toBe(result);
    for (const ns of walks) expect(ourWalk(recording, ns), ns).toEqual(tracedWalk(capture, ns));
  });
});

describe('a packet that is lost without a word', () => {
  it.each([
    ['etp-local-none', { from: 'client', to: '192.168.0.12', dport: 30081 }, ['client', 'node2'], undefined],
    [
      'policy-drop-remote',
      { from: 'pod2b', to: '10.244.1.2', dport: 8080 },
      ['pod2b', 'node2', 'node1'],
      'DROP',
    ],
    ['policy-drop-samenode', { from: 'pod1b', to: '10.244.1.2', dport: 8080 }, ['pod1b', 'node1'], 'DROP'],
    ['hairpin-off', { from: 'pod1a', ...far }, ['pod1a', 'node1'], 'hairpin'],
    ['brnf0-samenode', { from: 'pod1b', ...far }, ['pod1b', 'node1', 'pod1a'], 'brnf'],
  ] as const)(
    '%s: seen where the kernel sees it last, and the client waits in vain',
    (capture, sent, namespaces, what) => {
      const { recording, exchange } = play({ protocol: 'tcp', ...sent }, (world) => {
        warm(world);
        if (what === 'DROP')
          command(world, 'node1', 'iptables -I FORWARD 1 -d 10.244.1.2 -p tcp --dport 8080 -j DROP');
        if (what === 'hairpin') command(world, 'node1', 'bridge link set dev veth1a hairpin off');
        if (what === 'brnf') command(world, 'node1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0');
      });
      for (const ns of namespaces) {
        const ours = opening(ourTaps(recording, ns));
        const theirs = opening(readCapture(capture).taps(ns));
        // the capture stops before the client tries again
        expect(ours.slice(0, theirs.length), ns).toEqual(theirs);
      }
      expect(exchange.result).toBe('timeout');
      expect(drops(recording)[0]).toBe(readCapture(capture).drops[0]);
    },
  );
});

describe('masquerading', () => {
  it('a pod that pings outside leaves with the address of its node', () => {
    const { recording, exchange } = play({ protocol: 'icmp', from: 'pod1a', to: '203.0.113.50' }, warm);
    same(recording, readCapture('masq-external'), ['pod1a', 'node1', 'rtr', 'client']);
    expect(exchange.result).toBe('replied');
  });
});

/** Where the first SYN that a pod gets comes from. */
function seenBy(recording: Recording, pod: string): string | undefined {
  const syn = ourTaps(recording, pod).find((line) => line.startsWith('eth0 in') && line.includes('[S]'));
  return /\| (\S+)>/.exec(syn ?? '')?.[1];
}

describe('whom the pod sees (facts/kernel.md section 4, rows without a capture)', () => {
  it.each([
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
  ])('$what', ({ sent, source }) => {
    const { recording, exchange } = play({ protocol: 'tcp', ...sent }, warm);
    expect(exchange.result).toBe('connected');
    expect(seenBy(recording, 'pod1a')).toBe(source);
  });

  it('a pod to another node leaves with the address of its own node, TTL 63', () => {
    const { recording } = play({ protocol: 'icmp', from: 'pod1a', to: '192.168.0.12' }, warm);
    expect(ourTaps(recording, 'node1').find((line) => line.startsWith('eth0 out'))).toMatch(
      /192\.168\.0\.11>192\.168\.0\.12 ttl=63/,
    );
  });

  it('a pod to its own node is not translated, and hears TTL 64', () => {
    const { recording, exchange } = play({ protocol: 'icmp', from: 'pod1a', to: '192.168.0.11' }, warm);
    expect(exchange.output.at(-1)).toContain('ttl=64');
    expect(recording.entries.some((e) => isStep(e) && e.kind === 'nat')).toBe(false);
  });

  it('a node without any route to the Service range fails before iptables is asked', () => {
    const { recording, exchange } = play({ protocol: 'tcp', from: 'node2', ...far }, (world) => {
      warm(world);
      command(world, 'node2', 'ip route del default');
    });
    expect(exchange.result).toBe('no-route');
    expect(recording.entries).toEqual([]);
  });
});

/** New connections as ctnetlink told them in a capture: original and reply tuple. */
function toldConnections(name: string, ns: string): readonly string[] {
  const lines = readCapture(name).raw.flatMap((line) => {
    const match = /^ *[\d.]+us (\S+) +ct (\{.*\})$/.exec(line);
    if (match?.[1] !== ns) return [];
    const event = JSON.parse(match[2] ?? '') as { new: boolean; orig: Tuple; reply: Tuple };
    return event.new ? [`${tupleText(event.orig)} ${tupleText(event.reply)}`] : [];
  });
  return lines;
}

interface Tuple {
  readonly proto: number;
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

function tupleText({ proto, src, dst, sport, dport }: Tuple): string {
  return `${src}>${dst} ${proto === 17 ? 'UDP' : 'TCP'} ${sport}>${dport}`;
}

/** The same from our recording. */
function ourConnections(recording: Recording, ns: string): readonly string[] {
  return recording.entries.flatMap((e) => {
    if (!isStep(e) || e.kind !== 'conntrack' || e.action !== 'confirmed' || e.ns !== labNs(ns)) return [];
    const proto = e.row?.line.startsWith('udp') === true ? 'UDP' : 'TCP';
    const tuples = [...(e.row?.line ?? '').matchAll(/src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/g)];
    return [tuples.map(([, src, dst, sport, dport]) => `${src}>${dst} ${proto} ${sport}>${dport}`).join(' ')];
  });
}

describe('connections', () => {
  it('of a NodePort over vxlan are those that conntrack told in the capture, on both nodes', () => {
    const { recording } = play({ protocol: 'tcp', ...nodePort }, warm);
    for (const ns of ['node2', 'node1'])
      expect(named(ourConnections(recording, ns)), ns).toEqual(named(toldConnections('nodeport-vxlan', ns)));
  });

  it('pods and clients track nothing: no rule there asks for it', () => {
    const { world } = play({ protocol: 'tcp', ...nodePort }, warm);
    for (const ns of ['pod1a', 'client', 'rtr'])
      expect(world.netns(labNs(ns)).state.conntrack.entries.size, ns).toBe(0);
  });

  it.each(['DROP', 'REJECT'])('a first packet that meets %s leaves no entry', (target) => {
    const { recording } = play({ protocol: 'tcp', from: 'pod1b', to: '10.244.1.2', dport: 8080 }, (world) => {
      warm(world);
      command(world, 'node1', `iptables -I FORWARD 1 -d 10.244.1.2 -p tcp --dport 8080 -j ${target}`);
    });
    expect(ourConnections(recording, 'node1')).toEqual([]);
  });

  it("the tunnel's own packets are NEW for ever: no answer has their ports", () => {
    const { world } = play({ protocol: 'tcp', ...nodePort }, warm);
    const outer = [...world.netns(labNs('node1')).state.conntrack.entries.values()].filter(
      ({ original }) => original.dport === 8472,
    );
    expect(outer.length).toBeGreaterThanOrEqual(2);
    expect(outer.every(({ seenReply }) => !seenReply)).toBe(true);
  });

  it('an error about a packet of a Service comes from the ClusterIP, and quotes what the sender sent', () => {
    const { recording, exchange } = play({ protocol: 'tcp', from: 'pod2b', ttl: 2, ...far }, warm);
    const error = ourTaps(recording, 'pod2b').find((line) => line.includes('ICMP ttl-exceeded')) ?? '';
    expect(error).toMatch(/\| 10\.96\.0\.40>10\.244\.2\.3 .*quoting\(10\.244\.2\.3>10\.96\.0\.40 .*>80/);
    // tcp_v4_err: a connection that is being opened fails at once with EHOSTUNREACH
    expect(exchange.output.at(-1)).toContain('No route to host');
  });
});
