import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import type { Injection } from '../../sim/inject.ts';
import { ipv4 } from '../../wire/address.ts';
import { isStep } from '../../trace/types.ts';
import { Run } from '../../engine/run.ts';
import { sendAside } from '../../engine/aside.ts';
import type { BackendType, Cluster, ClusterPod } from '../cluster.ts';
import { nodeNs, podNs } from '../ids.ts';
import { labCluster } from '../testing/lab.testing.ts';
import { cellOf, matrixOf, portClassOf } from './matrix.ts';
import { policies } from './policies.testing.ts';
import { Chance, randomNamespaces, randomPod, randomPolicy } from './random.testing.ts';
import { reachOf } from './reach.ts';
import type { Subject } from './subject.ts';

function asPod(seen: ReturnType<typeof randomPod>, node: string, ip: string): ClusterPod {
  const { namespace, name } = seen;
  return {
    ...seen,
    node,
    ip: ipv4(ip),
    hostNetwork: false,
    ready: true,
    terminating: false,
    targetPorts: [],
    ref: { kind: 'Pod', namespace, name, path: '' },
  };
}

function randomCluster(seed: number): Cluster {
  const chance = new Chance(seed);
  const backend = chance.pick<BackendType>(['vxlan', 'host-gw']);
  const namespaces = randomNamespaces(chance, 2);
  const pods = ['node1', 'node1', 'node2', 'node2'].map((node, i) =>
    asPod(randomPod(chance, `p${i}`, namespaces), node, `10.244.${node.slice(-1)}.${2 + i}`),
  );
  const { nodes, ...lab } = labCluster(backend);
  return {
    ...lab,
    nodes: nodes.slice(0, 2),
    pods,
    namespaces: [...namespaces].map(([name, labels]) => ({ name, labels })),
    policies: Array.from({ length: 1 + chance.below(3) }, (_, i) =>
      randomPolicy(chance, `np${i}`, namespaces),
    ),
    policyController: 'kube-router',
  };
}

const nsOf = ({ pod, node = '' }: Subject) => (pod ? podNs(pod) : nodeNs(node));

/** Does a connection get through the rules? A port where nobody listens is refused by the pod, not by them. */
function getsThrough(run: Run, from: Subject, to: Subject, dport: number): boolean {
  const dst = must(to.reachedAt ?? to.ip, 'an address');
  const injection = { protocol: 'tcp' as const, from: nsOf(from), dst, dport };
  const before = run.recording.entries.length;
  const sent = sendAside(run, { atSeq: before, injection }, (world) =>
    world.recorder
      .recording()
      .entries.slice(before)
      .some((entry) => isStep(entry) && entry.kind === 'drop' && entry.reason === 'NETFILTER_DROP'),
  );
  if ('message' in sent) throw new Error(sent.message.id);
  return !sent.value;
}

const PORTS = [80, 8080, 31000];

describe('kube-router’s rules', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'let through what the matrix says, for every pair of random cluster %i',
    (seed) => {
      const cluster = randomCluster(seed);
      const run = new Run(cluster);
      const matrix = matrixOf(reachOf(cluster));
      const wrong: string[] = [];
      matrix.subjects.forEach((from, i) => {
        matrix.subjects.forEach((to, j) => {
          // clients know no way to pods
          if (i === j || from.id.startsWith('client') || (!from.pod && !to.pod)) return;
          for (const port of PORTS) {
            const { allowed } = cellOf(matrix, i, j, portClassOf(matrix, 'TCP', port) ?? -1);
            if (getsThrough(run, from, to, port) !== allowed)
              wrong.push(`${from.id} -> ${to.id}:${port} ${allowed}`);
          }
        });
      });
      expect(wrong).toEqual([]);
    },
  );
});

const DENY = '{ podSelector: { matchLabels: { app: pod2a } }, policyTypes: [Ingress] }';
const FROM_POD1A =
  '{ podSelector: { matchLabels: { app: pod2a } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: pod1a } } }] }] }';

/** The lab, its pods in namespace shop. */
function lab(...specs: readonly string[]): Cluster {
  const { pods, ...rest } = labCluster();
  return {
    ...rest,
    pods: pods.map((pod) => ({ ...pod, namespace: 'shop', ref: { ...pod.ref, namespace: 'shop' } })),
    namespaces: [{ name: 'shop', labels: {} }],
    policies: policies(...specs),
    policyController: 'kube-router',
  };
}

function resultOf(run: Run, from: string, to: string, more: Partial<Injection> = {}): string | undefined {
  const injection: Injection = {
    protocol: 'tcp',
    from: from as NetNsId,
    dst: ipv4(to),
    dport: 8080,
    ...more,
  };
  run.give({ input: 'send', injection });
  return run.recording.exchanges.at(-1)?.result;
}

function filterOf(run: Run, node: string): string {
  const table = run.world.namespaces.get(nodeNs(node))?.state.rules.filter;
  return [...(table?.chains.values() ?? [])]
    .flatMap(({ name, rules }) => rules.map(({ text }) => `${name} ${text}`))
    .join('\n');
}

describe('a refusal', () => {
  it('is heard at once, and the rule names the policy that isolates the pod', () => {
    const run = new Run(lab(DENY));
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2')).toBe('refused');
    const refusing = run.recording.entries.find(
      (entry) => isStep(entry) && entry.kind === 'chain' && entry.verdict === 'REJECT',
    );
    const object = { kind: 'NetworkPolicy', name: 'p0', path: 'spec.podSelector' };
    expect(refusing).toMatchObject({ ns: 'node2', row: { origin: { by: 'network-policy', object } } });
  });

  it('of a pod that several policies isolate names none of them', () => {
    const run = new Run(lab(DENY, FROM_POD1A));
    resultOf(run, 'shop/pod1b', '10.244.2.2');
    const refusing = run.recording.entries.find(
      (entry) => isStep(entry) && entry.kind === 'chain' && entry.verdict === 'REJECT',
    );
    expect(refusing).toMatchObject({ row: { origin: { object: { kind: 'Pod', name: 'pod2a' } } } });
  });

  it('does not meet a ping, which kube-router always lets pass', () => {
    expect(resultOf(new Run(lab(DENY)), 'shop/pod1a', '10.244.2.2', { protocol: 'icmp' })).toBe('replied');
  });

  it('meets pods of the same node only while br_netfilter shows bridged frames to iptables', () => {
    const run = new Run(lab(DENY));
    expect(resultOf(run, 'shop/pod2b', '10.244.2.2')).toBe('refused');
    const op = parseOp('sysctl -w net.bridge.bridge-nf-call-iptables=0');
    if (op.ok) run.give({ input: 'command', ns: nodeNs('node2'), op: op.value });
    expect(resultOf(run, 'shop/pod2b', '10.244.2.2')).toBe('connected');
  });

  it('does not meet the pod’s own node', () => {
    const run = new Run(lab(DENY));
    expect(resultOf(run, 'node2', '10.244.2.2')).toBe('connected');
    expect(resultOf(run, 'node1', '10.244.2.2')).toBe('refused');
  });
});

describe('an edit', () => {
  it('lets a flow go on that was there before, and refuses a new one', () => {
    const run = new Run(lab(FROM_POD1A));
    const flow = { protocol: 'udp', dport: 5353, sport: 40000 } as const;
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2', flow)).toBe('replied');
    run.give({ input: 'cluster', cluster: lab(DENY) });
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2', flow)).toBe('replied');
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2', { ...flow, sport: 40001 })).toBe('refused');
  });

  it('of one policy writes its sets and its chain and no other', () => {
    const run = new Run(lab(DENY, FROM_POD1A));
    const from = run.recording.entries.length;
    const other = FROM_POD1A.replace('pod1a', 'pod1b');
    run.give({ input: 'cluster', cluster: lab(DENY, other) });
    const ops = run.recording.entries
      .slice(from)
      .flatMap((entry) => (entry.kind === 'op' && entry.ns === 'node2' ? [entry.text] : []));
    expect(ops).toHaveLength(1);
    expect(ops[0]).toContain('ipset restore -exist');
  });

  it('puts kube-router’s jumps before what others wrote, and takes all away when nobody enforces', () => {
    const run = new Run(lab(DENY));
    const before = filterOf(run, 'node1');
    expect(before.split('\n').find((line) => line.startsWith('FORWARD'))).toContain('KUBE-ROUTER-FORWARD');
    run.give({ input: 'cluster', cluster: { ...lab(DENY), policyController: 'none' } });
    expect(filterOf(run, 'node1')).toBe('');
    expect(must(run.world.namespaces.get(nodeNs('node1')), 'node1').state.ipsets.size).toBe(0);
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2')).toBe('connected');
    run.give({ input: 'cluster', cluster: lab(DENY) });
    expect(filterOf(run, 'node1')).toBe(before);
  });

  it('by hand heals with the next full sync', () => {
    const run = new Run(lab(DENY));
    const before = filterOf(run, 'node2');
    const op = parseOp('iptables -F KUBE-ROUTER-FORWARD');
    if (op.ok) run.give({ input: 'command', ns: nodeNs('node2'), op: op.value });
    expect(resultOf(run, 'shop/pod1a', '10.244.2.2')).toBe('connected');
    run.give({ input: 'wait', after: 301_000_000_000 });
    expect(filterOf(run, 'node2')).toBe(before);
  });
});
