/**
 * The simulator against the captures of the real kernel, with rules: facts/kernel.md sections 1, 3, 4 and 5. The rules are the
 * lab's own iptables-restore text, given to every node as a person would.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { World } from '../sim/world.ts';
import { isStep, type Recording } from '../trace/types.ts';
import type { BackendType, Cluster } from './cluster.ts';
import { ourTaps, readCapture } from './testing/capture.testing.ts';
import { lab, labNs } from './testing/lab.testing.ts';
import {
  CASES,
  command,
  drops,
  far,
  LOST,
  named,
  nodePort,
  opening,
  ourWalk,
  play as playIn,
  seenBy,
  SEEN,
  sides,
  traced,
  tracedWalk,
  warm,
  type Played,
  type Sent,
} from './testing/natCases.testing.ts';

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

function play(sent: Sent, prepare?: (world: World<Cluster>) => void, backend?: BackendType): Played {
  return playIn(ruled(backend), sent, prepare);
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
    const [ours, theirs] = sides(recording, readCapture(capture), namespaces);
    expect(ours).toEqual(theirs);
    expect(exchange.result).toBe(result);
    for (const ns of walks) expect(ourWalk(recording, ns), ns).toEqual(tracedWalk(capture, ns));
  });
});

describe('a packet that is lost without a word', () => {
  it.each(LOST)(
    '$capture: seen where the kernel sees it last, and the client waits in vain',
    ({ capture, sent, namespaces, prepare }) => {
      const { recording, exchange } = play({ protocol: 'tcp', ...sent }, (world) => {
        warm(world);
        prepare?.(world);
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
    const namespaces = ['pod1a', 'node1', 'rtr', 'client'];
    const [ours, theirs] = sides(recording, readCapture('masq-external'), namespaces);
    expect(ours).toEqual(theirs);
    expect(exchange.result).toBe('replied');
  });
});

describe('whom the pod sees (facts/kernel.md section 4, rows without a capture)', () => {
  it.each(SEEN)('$what', ({ sent, source }) => {
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
