/** The simulator against the captures of the real kernel: facts/kernel.md sections 2, 3 and 5, what needs no iptables rule. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import { BY_USER } from '../kernel/origin.ts';
import type { OpResult } from '../kernel/op.ts';
import type { DropReason, ExchangeRecord, Recording, Step } from '../trace/types.ts';
import { isStep } from '../trace/types.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import type { World } from '../sim/world.ts';
import { validate } from '../trace/trace.ts';
import type { BackendType, Cluster } from './cluster.ts';
import { lab, labNs } from './testing/lab.testing.ts';
import { ourTaps, readCapture, type Capture } from './testing/capture.testing.ts';

const PATH = ['pod1a', 'node1', 'node2', 'pod2a'] as const;

/** Gives a command in a namespace of the lab, as somebody in a terminal would. */
function run(world: World<Cluster>, ns: string, command: string): OpResult {
  const op = parseOp(command);
  if (!op.ok) throw new Error(`${command}: ${op.error}`);
  return world.op(labNs(ns), op.value, BY_USER);
}

function send(
  world: World<Cluster>,
  injection: Omit<Injection, 'from' | 'dst'> & { from?: string; to: string },
): ExchangeRecord {
  const { from = 'pod1a', to, ...rest } = injection;
  const exchange = inject(world, { ...rest, from: labNs(from), dst: ipv4(to) });
  expect(runUntilSettled(world, () => world.step())).toBe('settled');
  expect(validate(world.recorder.recording())).toEqual([]);
  return world.recorder.exchange(exchange);
}

/** The lab's captures were taken after this ping had filled the ARP tables; what it recorded is forgotten. */
function warm(world: World<Cluster>, pairs: readonly (readonly [string, string])[]): void {
  for (const [from, to] of pairs) send(world, { protocol: 'icmp', from, to });
}

const USUAL: readonly (readonly [string, string])[] = [
  ['pod1a', '10.244.2.2'],
  ['pod1b', '10.244.1.2'],
  ['pod2b', '10.244.1.2'],
];

/** What happened after the recording was `from` entries long, so that a warm-up does not count. */
function since(recording: Recording, from: number): Recording {
  return { ...recording, entries: recording.entries.slice(from) };
}

function drops(recording: Recording): readonly DropReason[] {
  return recording.entries
    .filter((e): e is Extract<Step, { kind: 'drop' }> => isStep(e) && e.kind === 'drop')
    .map((e) => e.reason);
}

interface Case {
  readonly backend?: BackendType;
  readonly warm?: readonly (readonly [string, string])[];
  readonly prepare?: (world: World<Cluster>) => void;
  readonly send: Omit<Injection, 'from' | 'dst'> & { readonly from?: string; readonly to: string };
}

function play(c: Case): {
  readonly world: World<Cluster>;
  readonly recording: Recording;
  readonly exchange: ExchangeRecord;
} {
  const world = lab(c.backend);
  warm(world, c.warm ?? []);
  c.prepare?.(world);
  const from = world.recorder.length;
  const exchange = send(world, c.send);
  return { world, recording: since(world.recorder.recording(), from), exchange };
}

function same(recording: Recording, capture: Capture, namespaces: readonly string[]): void {
  for (const ns of namespaces) expect(ourTaps(recording, ns), ns).toEqual(capture.taps(ns));
}

const MS = 1_000_000;

/** The lines of a traceroute without their times. */
const hops = (output: readonly string[]): readonly string[] =>
  output.slice(1).map((line) => line.replace(/ {2}[\d.]+ ms/, ''));

describe('ping between pods of two nodes, all tables cold', () => {
  it.each(['vxlan', 'host-gw', 'udp'] as const)(
    '%s: every frame on every device is that of the capture',
    (backend) => {
      const { recording, exchange } = play({ backend, send: { protocol: 'icmp', to: '10.244.2.2' } });
      same(recording, readCapture(`ping-${backend}`), [...PATH, 'pod1b', 'pod2b', 'rtr']);
      const ttl = backend === 'udp' ? 60 : 62;
      expect(exchange.result).toBe('replied');
      expect(exchange.output.at(-1)).toMatch(
        new RegExp(`^64 bytes from 10\\.244\\.2\\.2: icmp_seq=1 ttl=${ttl} time=`),
      );
    },
  );

  it('vxlan: the switch of the segment sees the frames of the capture', () => {
    const { recording } = play({ send: { protocol: 'icmp', to: '10.244.2.2' } });
    const ours = ourTaps(recording, 'segment/a').map((line) => line.replace(/^br0/, 'brA'));
    expect(ours).toEqual(readCapture('ping-vxlan').taps('sw'));
  });

  it('vxlan across the router: the outer TTL is taken down by the router, the inner one is not', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      send: { protocol: 'icmp', to: '10.244.3.2' },
    });
    expect(exchange.result).toBe('replied');
    // rtr knew node1 from earlier traffic in the lab; here it has to ask, which is all that differs
    const withoutArp = (lines: readonly string[]): readonly string[] =>
      lines.filter((line) => !line.includes('ARP'));
    const capture = readCapture('vxlan-l3');
    for (const ns of ['pod1a', 'node1', 'rtr', 'node3', 'pod3a']) {
      expect(withoutArp(ourTaps(recording, ns)), ns).toEqual(withoutArp(capture.taps(ns)));
    }
  });
});

describe('a TTL that runs out on the second node', () => {
  it.each(['vxlan', 'host-gw'] as const)(
    '%s: time exceeded from the address of the way back, quoting TTL 1',
    (backend) => {
      const { recording, exchange } = play({
        backend,
        warm: USUAL,
        send: { protocol: 'icmp', to: '10.244.2.2', ttl: 2 },
      });
      const capture = readCapture(`ttl2-${backend}`);
      same(recording, capture, ['pod1a', 'node1', 'node2']);
      expect(exchange.result).toBe('ttl-exceeded');
      expect(exchange.output.at(-1)).toBe(capture.output[1]);
      expect(drops(recording)).toEqual(['IP_INHDR']);
    },
  );

  it('udp: the proxy discards it without a word', () => {
    const { recording, exchange } = play({
      backend: 'udp',
      warm: USUAL,
      send: { protocol: 'icmp', to: '10.244.2.2', ttl: 2 },
    });
    same(recording, readCapture('ttl2-udp'), ['pod1a', 'node1', 'node2']);
    expect(exchange.result).toBe('timeout');
    expect(drops(recording)).toEqual(['PROCESS_DISCARD']);
  });
});

describe('traceroute', () => {
  it.each(['vxlan', 'host-gw', 'udp'] as const)('%s: the hops are those of the capture', (backend) => {
    const { exchange } = play({ backend, send: { protocol: 'traceroute', to: '10.244.2.2' } });
    const hops = (lines: readonly string[]): readonly string[] =>
      lines.slice(1).map((line) => line.replace(/ +[\d.]+ ms$/, '').trim());
    const capture = readCapture(`traceroute-${backend}`);
    const { output } = capture.output.length > 1 ? capture : { output: captureText(`traceroute-${backend}`) };
    expect(hops(exchange.output)).toEqual(hops(output).filter((line) => line !== ''));
  });

  it('vxlan to an outside address: gateway, router, target', () => {
    const { exchange } = play({
      prepare: (world) => void run(world, 'rtr', 'ip route add 10.244.1.0/24 via 192.168.0.11 dev eth0'),
      send: { protocol: 'traceroute', to: '203.0.113.50' },
    });
    expect(hops(exchange.output)).toEqual([' 1  10.244.1.1', ' 2  192.168.0.1', ' 3  203.0.113.50']);
  });

  it('to a pod of the same node: one hop, for it is bridged', () => {
    const { exchange } = play({ send: { protocol: 'traceroute', to: '10.244.1.3' } });
    expect(hops(exchange.output)).toEqual([' 1  10.244.1.3']);
  });
});

function captureText(name: string): readonly string[] {
  return readCapture(name).raw;
}

describe('sizes', () => {
  it('without DF: fragments are put together by conntrack on the bridge and cut again at every device that needs it', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      send: { protocol: 'icmp', to: '10.244.2.2', size: 2028, df: false },
    });
    same(recording, readCapture('frag-sender'), ['pod1a', 'node1', 'node2', 'pod2a']);
    expect(exchange.output.at(-1)).toContain('2008 bytes from 10.244.2.2: icmp_seq=1 ttl=62');
  });

  it('DF and one byte too long for the pod: refused before anything is sent', () => {
    const { recording, exchange } = play({ send: { protocol: 'icmp', to: '10.244.2.2', size: 1451 } });
    expect(exchange.result).toBe('too-big');
    expect(exchange.output.at(-1)).toBe('ping: local error: message too long, mtu=1450');
    expect(recording.entries).toEqual([]);
  });

  it('a pod with MTU 1500: fragmentation needed from cni0, and the pod remembers it for 600 s', () => {
    const { world, recording, exchange } = play({
      warm: USUAL,
      prepare: (w) => {
        run(w, 'pod1a', 'ip link set eth0 mtu 1500');
        for (const dev of ['veth1a', 'veth1b', 'cni0']) run(w, 'node1', `ip link set ${dev} mtu 1500`);
      },
      send: { protocol: 'icmp', to: '10.244.2.2', size: 1500 },
    });
    const capture = readCapture('mtu-fragneeded');
    same(recording, capture, ['pod1a', 'node1', 'node2']);
    expect(exchange.result).toBe('too-big');
    expect(exchange.output.at(-1)).toBe(capture.output[1]);
    expect(drops(recording)).toEqual(['PKT_TOO_BIG']);
    expect(send(world, { protocol: 'icmp', to: '10.244.2.2', size: 1500 }).output.at(-1)).toContain(
      'mtu=1450',
    );
    expect(world.netns(labNs('pod1a')).state.pathMtu.get(ipv4('10.244.2.2'))?.mtu).toBe(1450);
  });
});

describe('nobody there', () => {
  it('a dead pod on a live node: three questions, then host unreachable from flannel.1', () => {
    const { recording, exchange } = play({ warm: USUAL, send: { protocol: 'icmp', to: '10.244.2.99' } });
    const capture = readCapture('dead-pod');
    same(recording, capture, ['pod1a', 'node1', 'node2']);
    expect(exchange.result).toBe('unreachable');
    expect(exchange.output.at(-1)).toBe(capture.output[1]);
    expect(drops(recording)).toEqual(['NEIGH_FAILED']);
    const [failed] = recording.entries.filter((e) => isStep(e) && e.kind === 'drop');
    const [begun] = recording.entries;
    expect(((failed?.at ?? 0) - (begun?.at ?? 0)) / MS).toBeCloseTo(3_000, 0);
  });

  it('the same by TCP: one error for each SYN that waited, "No route to host" after three seconds', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      send: { protocol: 'tcp', to: '10.244.2.98', dport: 8080 },
    });
    expect(exchange.result).toBe('unreachable');
    expect(exchange.output.at(-1)).toBe('connect to 10.244.2.98:8080: No route to host');
    const failures = drops(recording).filter((reason) => reason === 'NEIGH_FAILED');
    expect(failures.length).toBeGreaterThanOrEqual(3);
    const errors = ourTaps(recording, 'pod1a').filter((line) => line.includes('ICMP host-unreach'));
    expect(errors.length).toBe(failures.length);
  });

  it("a dead address on the pod's own /24: the pod asks itself and answers itself", () => {
    const { recording, exchange } = play({ send: { protocol: 'icmp', to: '10.244.1.99' } });
    expect(exchange.output.at(-1)).toBe('From 10.244.1.2 icmp_seq=1 Destination Host Unreachable');
    expect(ourTaps(recording, 'pod1a').some((line) => line.startsWith('lo in'))).toBe(true);
  });

  it('no route on the node: network unreachable at once', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      prepare: (w) => void run(w, 'node1', 'ip route del default'),
      send: { protocol: 'icmp', to: '10.244.9.9' },
    });
    const capture = readCapture('noroute');
    same(recording, capture, ['pod1a', 'node1']);
    expect(exchange.output.at(-1)).toBe(capture.output[1]);
    expect(drops(recording)).toEqual(['IP_INNOROUTES']);
  });

  it('no route for a socket on the node itself: ENETUNREACH, and no packet', () => {
    const { recording, exchange } = play({
      prepare: (w) => void run(w, 'node1', 'ip route del default'),
      send: { protocol: 'tcp', from: 'node1', to: '10.244.9.9', dport: 80 },
    });
    expect(exchange).toMatchObject({ result: 'no-route' });
    expect(exchange.output).toEqual(['connect to 10.244.9.9:80: Network is unreachable']);
    expect(recording.entries).toEqual([]);
  });

  it('no socket: a reset, with identification 0 and DF', () => {
    const { recording, exchange } = play({ send: { protocol: 'tcp', to: '10.244.2.2', dport: 81 } });
    expect(exchange.result).toBe('refused');
    expect(drops(recording)).toEqual(['NO_SOCKET']);
    expect(ourTaps(recording, 'pod2a').at(-1)).toContain('10.244.2.2>10.244.1.2 ttl=64 len=40 DF | TCP');
  });

  it('UDP to a closed port: port unreachable from the address that was dialled', () => {
    const { exchange } = play({ send: { protocol: 'udp', to: '10.244.2.2', dport: 99 } });
    expect(exchange.result).toBe('refused');
  });
});

describe('a tunnel with a row missing', () => {
  it('no neighbour: flannel.1 asks in vain, host unreachable from cni0 after three seconds', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      prepare: (w) => void run(w, 'node1', 'ip neigh del 10.244.2.0 dev flannel.1'),
      send: { protocol: 'icmp', to: '10.244.2.2' },
    });
    const capture = readCapture('vxlan-noneigh');
    same(recording, capture, ['pod1a', 'node1', 'node2']);
    expect(exchange.output.at(-1)).toBe(capture.output[1]);
    expect(drops(recording)).toEqual(capture.drops);
  });

  it('no fdb row: silently lost in vxlan_xmit', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      prepare: (w) =>
        void run(
          w,
          'node1',
          'bridge fdb del 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent',
        ),
      send: { protocol: 'icmp', to: '10.244.2.2' },
    });
    same(recording, readCapture('vxlan-nofdb'), ['pod1a', 'node1', 'node2']);
    expect(exchange.result).toBe('timeout');
    expect(drops(recording)).toEqual(['NO_TX_TARGET']);
  });

  it("the wrong inner MAC: the frame is seen on the remote flannel.1 and is nobody's", () => {
    const { recording } = play({
      warm: USUAL,
      prepare: (w) => {
        run(w, 'node1', 'ip neigh replace 10.244.2.0 lladdr 0e:f1:a0:00:00:99 dev flannel.1 nud permanent');
        run(w, 'node1', 'bridge fdb append 0e:f1:a0:00:00:99 dev flannel.1 dst 192.168.0.12 self permanent');
      },
      send: { protocol: 'icmp', to: '10.244.2.2' },
    });
    expect(ourTaps(recording, 'node2').at(-1)).toContain('flannel.1 in');
    expect(drops(recording)).toEqual(['OTHERHOST']);
  });

  it('flannel.1 down on node2: port unreachable from its node address; routes and neighbours do not come back, the fdb stays', () => {
    const world = lab();
    warm(world, USUAL);
    run(world, 'node2', 'ip link set flannel.1 down');
    const from = world.recorder.length;
    expect(send(world, { protocol: 'icmp', to: '10.244.2.2' }).result).toBe('timeout');
    const recording = since(world.recorder.recording(), from);
    expect(ourTaps(recording, 'node1').at(-1)).toContain(
      '192.168.0.12>192.168.0.11 ttl=64 len=162 | ICMP port-unreach',
    );
    run(world, 'node2', 'ip link set flannel.1 up');
    const { routes, neighs, fdb } = world.netns(labNs('node2')).state;
    expect(routes.filter((route) => route.dev === 'flannel.1' && route.table === 'main')).toEqual([]);
    expect([...neighs.values()].filter((neigh) => neigh.dev === 'flannel.1')).toEqual([]);
    expect(must(fdb.get('flannel.1 0e:f1:a0:00:00:01'), 'fdb')).toHaveLength(1);
  });
});

describe('host-gw across layer-2 segments', () => {
  it("the kernel refuses the route with Linux's words", () => {
    const refused = run(lab('host-gw'), 'node1', 'ip route add 10.244.3.0/24 via 192.168.1.13 dev eth0');
    expect(refused).toEqual({ ok: false, errno: 'ENETUNREACH', text: 'Error: Nexthop has invalid gateway.' });
    expect(captureText('hostgw-l3-routeadd')[0]).toBe('Error: Nexthop has invalid gateway.');
  });

  it('without the route the packet dies in the router, and no word comes back', () => {
    const { recording, exchange } = play({
      backend: 'host-gw',
      send: { protocol: 'icmp', to: '10.244.3.2' },
    });
    expect(exchange.result).toBe('timeout');
    expect(drops(recording)).toEqual(['IP_INNOROUTES']);
    same(recording, readCapture('hostgw-l3-noroute'), ['pod1a', 'rtr', 'node3']);
  });

  it('with the route forced on by onlink: three questions on the wrong segment, then host unreachable', () => {
    const { recording, exchange } = play({
      backend: 'host-gw',
      warm: USUAL,
      prepare: (w) => void run(w, 'node1', 'ip route add 10.244.3.0/24 via 192.168.1.13 dev eth0 onlink'),
      send: { protocol: 'icmp', to: '10.244.3.2' },
    });
    const capture = readCapture('hostgw-l3-onlink');
    same(recording, capture, ['pod1a', 'node1', 'rtr', 'node2']);
    expect(exchange.output.at(-1)).toBe(capture.output[1]);
  });
});

describe('the udp backend', () => {
  it('without a lease the proxy answers by ICMP into the TUN, which the kernel discards as martian', () => {
    const { recording, exchange } = play({
      backend: 'udp',
      warm: USUAL,
      send: { protocol: 'tcp', to: '10.244.9.9', dport: 80, timeout: 500 * MS },
    });
    same(recording, readCapture('udp-nolease-tcp'), ['node1', 'pod1a']);
    expect(exchange.result).toBe('timeout');
    expect(drops(recording)).toContain('IP_LOCAL_SOURCE');
  });

  it('when flanneld dies its TUN goes with it, and packets for the pod network take the default route', () => {
    const { world, exchange } = play({
      backend: 'udp',
      warm: USUAL,
      prepare: (w) => {
        w.kill('flanneld@node1');
      },
      send: { protocol: 'icmp', to: '10.244.2.2' },
    });
    expect(world.netns(labNs('node1')).state.devices.has('flannel0' as never)).toBe(false);
    expect(exchange.result).toBe('timeout');
  });
});

describe('what facts/kernel.md says besides', () => {
  const ping = () => play({ send: { protocol: 'icmp', to: '10.244.2.2' } });
  const hooksOf = (recording: Recording, ns: string): readonly string[] =>
    recording.entries.flatMap((e) =>
      isStep(e) && e.kind === 'hook' && e.ns === ns && recording.hops[e.hop]?.cause !== 'arp'
        ? [`${e.hook} ${e.iif ?? '-'} ${e.oif ?? '-'}${e.bridged ? ' bridged' : ''}`]
        : [],
    );

  it('section 2: the inner packet takes the hooks once, the outer one OUTPUT and POSTROUTING with iif flannel.1', () => {
    expect(hooksOf(ping().recording, 'node1').slice(0, 5)).toEqual([
      'PREROUTING cni0 - bridged',
      'FORWARD cni0 flannel.1',
      'POSTROUTING cni0 flannel.1',
      'OUTPUT - eth0',
      'POSTROUTING flannel.1 eth0',
    ]);
  });

  it('section 2: the receiver takes PREROUTING and INPUT for the outer packet, then begins again with iif flannel.1', () => {
    expect(hooksOf(ping().recording, 'node2').slice(0, 5)).toEqual([
      'PREROUTING eth0 -',
      'INPUT eth0 -',
      'PREROUTING flannel.1 -',
      'FORWARD flannel.1 cni0',
      'POSTROUTING flannel.1 cni0',
    ]);
  });

  const outerPorts = (recording: Recording, ns: string): readonly number[] =>
    recording.entries.flatMap((e) => {
      if (!isStep(e) || e.kind !== 'encap' || e.ns !== ns) return [];
      const payload = recording.frames[e.frame]?.payload;
      return payload?.kind === 'ipv4' && payload.payload.kind === 'udp' ? [payload.payload.sport] : [];
    });

  it('section 2: the outer source port of ICMP is the same both ways and in ip_local_port_range', () => {
    const { recording } = ping();
    const [there, back] = [...outerPorts(recording, 'node1'), ...outerPorts(recording, 'node2')];
    expect(there).toBe(back);
    expect(there).toBeGreaterThanOrEqual(32768);
    expect(there).toBeLessThanOrEqual(60999);
  });

  it('section 2: that of TCP differs by direction, and changes when the SYN is sent again', () => {
    const { recording } = play({ send: { protocol: 'tcp', to: '10.244.2.2', dport: 8080 } });
    expect(outerPorts(recording, 'node1')[0]).not.toBe(outerPorts(recording, 'node2')[0]);
    const { recording: lost } = play({
      warm: USUAL,
      send: { protocol: 'tcp', to: '10.244.2.98', dport: 8080 },
    });
    expect(new Set(outerPorts(lost, 'node1')).size).toBe(outerPorts(lost, 'node1').length);
  });

  it('section 2: the outer identification counts up by one a packet', () => {
    const { recording } = play({
      warm: USUAL,
      send: { protocol: 'icmp', to: '10.244.2.2', size: 2028, df: false },
    });
    const ids = recording.entries.flatMap((e) => {
      const payload =
        isStep(e) && e.kind === 'encap' && e.ns === 'node1' ? recording.frames[e.frame]?.payload : undefined;
      return payload?.kind === 'ipv4' ? [payload.id] : [];
    });
    expect(ids[1]).toBe((ids[0] ?? 0) + 1);
  });

  it.each([
    ['1', ['PREROUTING', 'FORWARD', 'POSTROUTING']],
    ['0', []],
  ])(
    'section 3: pods of one node with bridge-nf-call-iptables %s: pure layer 2, TTL 64, hooks %j',
    (value, hooks) => {
      const { recording, exchange } = play({
        warm: USUAL,
        prepare: (w) => void run(w, 'node1', `sysctl -w net.bridge.bridge-nf-call-iptables=${value}`),
        send: { protocol: 'icmp', from: 'pod1b', to: '10.244.1.2' },
      });
      expect(exchange.output.at(-1)).toContain('ttl=64');
      expect(ourTaps(recording, 'node1').some((line) => line.startsWith('cni0'))).toBe(false);
      expect(
        hooksOf(recording, 'node1')
          .slice(0, 3)
          .map((line) => line.split(' ')[0]),
      ).toEqual(hooks);
    },
  );

  it('section 3: hairpin off, at layer 2: a frame for a MAC behind its own port ends in br_handle_frame_finish', () => {
    const { recording, exchange } = play({
      warm: USUAL,
      prepare: (w) => {
        run(w, 'node1', 'bridge link set dev veth1a hairpin off');
        // the pod sends to an address whose MAC it believes to be its own, as after DNAT to itself
        run(w, 'pod1a', 'ip neigh replace 10.244.1.3 lladdr 0a:58:0a:f4:01:02 dev eth0 nud permanent');
      },
      send: { protocol: 'icmp', to: '10.244.1.3' },
    });
    expect(exchange.result).toBe('timeout');
    expect(recording.entries.at(-1)).toMatchObject({
      kind: 'drop',
      reason: 'NOT_SPECIFIED',
      where: 'br_handle_frame_finish',
    });
    expect(ourTaps(recording, 'node1').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'veth1a in',
    ]);
  });

  it('section 5: no route on the node by TCP: the client hears "Network is unreachable" at once', () => {
    const { exchange } = play({
      warm: USUAL,
      prepare: (w) => void run(w, 'node1', 'ip route del default'),
      send: { protocol: 'tcp', to: '10.244.9.9', dport: 80 },
    });
    expect(exchange).toMatchObject({ result: 'unreachable' });
    expect(exchange.output).toEqual(['connect to 10.244.9.9:80: Network is unreachable']);
  });
});
