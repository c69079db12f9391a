/** Cluster DNS, whole: a pod's resolver, kube-proxy's translation to a CoreDNS pod, the answer, and the way back. */
import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { ipv4 } from '../../wire/address.ts';
import { printDns, parseDns } from '../../wire/dns.ts';
import { parseOp } from '../../kernel/opText.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { inject, type Injection } from '../../sim/inject.ts';
import { runUntilSettled } from '../../sim/run.ts';
import type { World } from '../../sim/world.ts';
import { beatsOf } from '../../trace/timeline.ts';
import { validate } from '../../trace/trace.ts';
import { isStep, type ExchangeRecord } from '../../trace/types.ts';
import { createBoard } from '../board.ts';
import type { Cluster } from '../cluster.ts';
import { board, NODE1, NODE2, pod, service, stream } from '../manifest/manifest.testing.ts';
import { createReader } from '../manifest/reader.ts';

const labelled = (text: string, labels: string): string =>
  text.replace('namespace: shop', `namespace: shop\n  labels: { ${labels} }`);
const inSystem = (text: string): string => text.replace('namespace: shop', 'namespace: kube-system');

const COREDNS = inSystem(
  labelled(
    pod('coredns', {
      on: 'node2',
      ip: '10.244.2.9',
      spec: [
        'containers:',
        '- image: registry.k8s.io/coredns/coredns:v1.12.1',
        '  ports: [{ containerPort: 53, protocol: UDP, name: dns }, { containerPort: 53, name: dns-tcp }]',
      ],
    }),
    'k8s-app: kube-dns',
  ),
);
const KUBE_DNS = inSystem(
  service(
    'kube-dns',
    'clusterIP: 10.96.0.10',
    'selector: { k8s-app: kube-dns }',
    'ports: [{ name: dns, port: 53, protocol: UDP, targetPort: 53 }, { name: dns-tcp, port: 53, targetPort: 53 }]',
  ),
);

const DOCUMENTS: readonly string[] = [
  NODE1,
  NODE2,
  labelled(pod('web-1', { on: 'node1', ip: '10.244.1.2' }), 'app: web'),
  labelled(
    pod('web-2', { on: 'node2', ip: '10.244.2.2', spec: ['hostname: two', 'subdomain: each'] }),
    'app: web',
  ),
  pod('cart', { on: 'node1', ip: '10.244.1.3' }),
  service(
    'web',
    'clusterIP: 10.96.0.20',
    'selector: { app: web }',
    'ports: [{ name: http, port: 80, targetPort: 8080 }]',
  ),
  service(
    'each',
    'clusterIP: None',
    'selector: { app: web }',
    'ports: [{ name: http, port: 80, targetPort: 8080 }]',
  ),
  service('out', 'type: ExternalName', 'externalName: client'),
  service('lost', 'type: ExternalName', 'externalName: example.org'),
  service('nobody', 'clusterIP: None', 'selector: { app: nobody }', 'ports: [{ port: 80 }]'),
  board('clients: [{ name: client, ip: 203.0.113.50 }]'),
];

function world(...documents: readonly string[]): World<Cluster> {
  const { cluster, diagnostics } = createReader().read(stream(...DOCUMENTS, ...documents));
  return createBoard(must(cluster, JSON.stringify(diagnostics)));
}

function run(w: World<Cluster>, ns: string, command: string): void {
  const op = parseOp(command);
  if (!op.ok) throw new Error(op.error);
  const done = w.op(ns as NetNsId, op.value, BY_USER);
  if (!done.ok) throw new Error(done.text);
}

function send(w: World<Cluster>, injection: Omit<Injection, 'from'>): ExchangeRecord {
  const id = inject(w, { from: 'shop/cart' as NetNsId, ...injection });
  expect(runUntilSettled(w, () => w.step())).toBe('settled');
  expect(validate(w.recorder.recording())).toEqual([]);
  return w.recorder.exchange(id);
}

const nslookup = (w: World<Cluster>, name: string): readonly string[] =>
  send(w, { protocol: 'udp', dst: name, says: 'nslookup' }).output.filter((line) => line !== '');

/** DNS messages that leave the eth0 of `ns`, in tcpdump's words but for the id. */
function asked(w: World<Cluster>, ns: string, dev = 'eth0'): readonly string[] {
  const { entries, frames } = w.recorder.recording();
  return entries.flatMap((e) => {
    if (!isStep(e) || e.kind !== 'tx' || e.ns !== ns || e.dev !== dev) return [];
    const packet = frames[e.frame]?.payload;
    const udp = packet?.kind === 'ipv4' && packet.payload.kind === 'udp' ? packet.payload : undefined;
    if (udp?.payload.kind !== 'bytes') return [];
    const message = parseDns(udp.payload.bytes);
    return message.ok ? [printDns({ ...message.value, id: 0 }, 0).replace(/^0| \(0\)$/g, '')] : [];
  });
}

describe("a pod's resolver", () => {
  it('has the file that kubelet writes', () => {
    expect(world(COREDNS, KUBE_DNS).readFile('shop/cart' as NetNsId, '/etc/resolv.conf')).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
  });

  it('asks below its search domains, A and AAAA from one port, and connects to what it hears', () => {
    const w = world(COREDNS, KUBE_DNS);
    const { result, output } = send(w, { protocol: 'tcp', dst: 'web.shop', dport: 80, request: 'GET /' });
    expect(asked(w, 'shop/cart')).toEqual([
      '+ A? web.shop.shop.svc.cluster.local.',
      '+ AAAA? web.shop.shop.svc.cluster.local.',
      '+ A? web.shop.svc.cluster.local.',
      '+ AAAA? web.shop.svc.cluster.local.',
    ]);
    expect(asked(w, 'kube-system/coredns')).toEqual([
      ' NXDomain*- 0/1/0',
      ' NXDomain*- 0/1/0',
      '*- 1/0/0 A 10.96.0.20',
      '*- 0/1/0',
    ]);
    expect(result).toBe('connected');
    expect(output.at(-1)).toMatch(/^web-\d saw 10\.244\./);
  });

  it('asks the ClusterIP, and is answered by it: neither is on any wire but by translation', () => {
    const w = world(COREDNS, KUBE_DNS);
    nslookup(w, 'web');
    const { entries } = w.recorder.recording();
    const nats = entries.flatMap((e) =>
      isStep(e) && e.kind === 'nat' && e.ns === 'node1' ? [`${e.manip} ${e.was} -> ${e.is}`] : [],
    );
    expect(nats.slice(0, 2)).toEqual([
      'dst 10.96.0.10:53 -> 10.244.2.9:53',
      'src 10.244.2.9:53 -> 10.96.0.10:53',
    ]);
  });

  it('takes a name with five dots, or a dot at its end, as it is', () => {
    const w = world(COREDNS, KUBE_DNS);
    nslookup(w, 'web.shop.svc.cluster.local.');
    expect(asked(w, 'shop/cart')).toEqual([
      '+ A? web.shop.svc.cluster.local.',
      '+ AAAA? web.shop.svc.cluster.local.',
    ]);
  });

  it('asks four times for a name outside before it asks for what was meant', () => {
    const w = world(COREDNS, KUBE_DNS);
    const { result, output } = send(w, {
      protocol: 'tcp',
      dst: 'www.example.org',
      dport: 80,
      sorry: ['sorry: %s'],
    });
    expect(asked(w, 'shop/cart').filter((line) => line.startsWith('+ A?'))).toEqual([
      '+ A? www.example.org.shop.svc.cluster.local.',
      '+ A? www.example.org.svc.cluster.local.',
      '+ A? www.example.org.cluster.local.',
      '+ A? www.example.org.',
    ]);
    expect(output).toEqual(['sorry: Temporary failure in name resolution']);
    expect(result).toBe('no-name');
  });
});

describe('CoreDNS answers', () => {
  const w = world(COREDNS, KUBE_DNS);

  it.each([
    ['web', ['Name:\tweb.shop.svc.cluster.local', 'Address: 10.96.0.20']],
    ['two.each', ['Name:\ttwo.each.shop.svc.cluster.local', 'Address: 10.244.2.2']],
    ['10-244-1-2.each.shop', ['Name:\t10-244-1-2.each.shop.svc.cluster.local', 'Address: 10.244.1.2']],
    ['10-244-9-9.shop.pod', ['Name:\t10-244-9-9.shop.pod.cluster.local', 'Address: 10.244.9.9']],
    [
      'out',
      ['out.shop.svc.cluster.local\tcanonical name = client.', 'Name:\tclient', 'Address: 203.0.113.50'],
    ],
    ['lost', ['lost.shop.svc.cluster.local\tcanonical name = example.org.']],
    ['nobody', ["** server can't find nobody: SERVFAIL"]],
    ['shop.svc.cluster.local.', ["*** Can't find shop.svc.cluster.local.: No answer"]],
  ])('%s: %j', (name, lines) => {
    expect(nslookup(w, name).slice(2)).toEqual(lines);
  });

  it('with every ready endpoint of a headless Service, in one order and another', () => {
    const orders = Array.from({ length: 8 }, () =>
      nslookup(w, 'each')
        .filter((line) => line.startsWith('Address: '))
        .join(),
    );
    expect(new Set(orders)).toEqual(
      new Set(['Address: 10.244.1.2,Address: 10.244.2.2', 'Address: 10.244.2.2,Address: 10.244.1.2']),
    );
  });
});

describe('DNS that does not answer', () => {
  it('is waited for twice five seconds, and again for the name as it is', () => {
    const w = world(COREDNS, KUBE_DNS);
    run(w, 'node2', 'iptables -I FORWARD 1 -p udp --dport 53 -j DROP');
    const before = w.now;
    const { result, output } = send(w, { protocol: 'tcp', dst: 'web', dport: 80, sorry: ['curl: (6) %s'] });
    expect(result).toBe('timeout');
    expect(output).toEqual(['curl: (6) Temporary failure in name resolution']);
    expect((w.now - before) / 1e9).toBeGreaterThan(19);
  });

  it('is refused at once where its Service has no endpoints', () => {
    const w = world(KUBE_DNS);
    const { result } = send(w, { protocol: 'tcp', dst: 'web', dport: 80 });
    expect(result).toBe('refused');
    // in another world: the kernel sends a host six ICMP errors in a row, and the next ones a second apart
    expect(nslookup(world(KUBE_DNS), 'web')).toEqual([
      ...Array.from({ length: 3 }, () => ';; communications error to 10.96.0.10#53: connection refused'),
      ';; no servers could be reached',
    ]);
  });

  it('is what a policy that forgets it looks like: the Service itself can still be reached by its address', () => {
    const w = world(COREDNS, KUBE_DNS);
    run(w, 'node1', 'iptables -I FORWARD 1 -s 10.244.1.3 -p udp --dport 53 -j DROP');
    expect(send(w, { protocol: 'tcp', dst: 'web', dport: 80 }).result).toBe('timeout');
    expect(send(w, { protocol: 'tcp', dst: ipv4('10.96.0.20'), dport: 80 }).result).toBe('connected');
  });

  it('is not heard from another address than the one that was asked', () => {
    // pod and server on one node without br_netfilter: the answer is bridged, and nobody translates it back
    const near = COREDNS.replace('nodeName: node2', 'nodeName: node1').replace('10.244.2.9', '10.244.1.9');
    const w = world(near, KUBE_DNS);
    run(w, 'node1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0');
    expect(nslookup(w, 'web')).toEqual([
      ...Array.from({ length: 3 }, () => ';; communications error to 10.96.0.10#53: timed out'),
      ';; no servers could be reached',
    ]);
  });
});

describe('the story of a request by name', () => {
  const toldOf = (injection: Omit<Injection, 'from'>, ...documents: readonly string[]) => {
    const w = world(...documents);
    const { id } = send(w, injection);
    const recording = w.recorder.recording();
    const folds = beatsOf(recording, id, new Set()).flatMap((b) => (b.kind === 'fold' ? [b.reason] : []));
    const told = beatsOf(recording, id, new Set()).flatMap((b) => {
      const entry = recording.entries[b.seq];
      return b.kind === 'step' && entry && isStep(entry) && entry.kind === 'deliver' ? [entry.ns] : [];
    });
    return { folds, told };
  };

  it('is the look-up in one fold, and then the request', () => {
    const request = { protocol: 'tcp', dst: 'web.shop', dport: 80, request: 'GET /' } as const;
    const { folds, told } = toldOf(request, COREDNS, KUBE_DNS);
    expect(folds.slice(0, 2)).toEqual(['lookup', 'handshake']);
    expect(folds.filter((reason) => reason === 'lookup')).toHaveLength(1);
    expect(told).not.toContain('kube-system/coredns');
    expect(told.at(-1)).toBe('shop/cart');
  });

  it('is the look-up itself where that is what was asked for, or led to nothing', () => {
    const asked = toldOf({ protocol: 'udp', dst: 'web.shop', says: 'nslookup' }, COREDNS, KUBE_DNS);
    const inVain = toldOf({ protocol: 'tcp', dst: 'wob.shop', dport: 80 }, COREDNS, KUBE_DNS);
    for (const { folds, told } of [asked, inVain]) {
      expect(folds).not.toContain('lookup');
      expect(told).toContain('kube-system/coredns');
    }
  });
});
