/** Who may talk to whom, on clusters of random pods and policies: from nothing, and after an edit of one policy. */
import { Engine } from '../engine/engine.ts';
import { must } from '../lib/assert.ts';
import { createRandom, nextInRange } from '../lib/random.ts';
import { matrixOf, type MatrixInput } from '../kube/policy/matrix.ts';
import { nextMatrix } from '../kube/policy/nextMatrix.ts';
import type { LabelSelector, NetworkPolicy, PolicyPort, PolicyRule } from '../kube/policy/networkPolicy.ts';
import type { Subject } from '../kube/policy/subject.ts';
import { addressAt, ipv4 } from '../wire/address.ts';
import type { Bench, Row } from './bench.ts';

const NAMESPACES = 10;
const APPS = 20;

function selector(key: string, value: string): LabelSelector {
  return { matchLabels: { [key]: value }, matchExpressions: [] };
}

/** Every pod has a label of its own under a key that policies name, so that no two pods are alike to them. */
function input(pods: number, policies: number): MatrixInput {
  const random = createRandom(1);
  const below = (n: number): number => nextInRange(random, 0, n - 1);
  const subjects = Array.from({ length: pods }, (_, i): Subject => {
    const namespace = `ns${i % NAMESPACES}`;
    const labels = { app: `app${below(APPS)}`, tier: `tier${below(4)}`, instance: `i${i}` };
    const ports = [{ port: 8080 + (i % 3), protocol: 'TCP' as const, name: 'http' }];
    const ip = addressAt(ipv4('10.244.0.0'), i + 2);
    const pod = { namespace, name: `pod${i}`, labels, ports };
    return { id: `pod/${namespace}/pod${i}`, pod, ip, node: `node${i % 50}`, isNode: false };
  });
  const port = (): PolicyPort => {
    const numbers = [80, 443, 5432, 6379] as const;
    if (below(5) === 0) return { protocol: 'TCP', port: 'http' };
    return { protocol: below(6) === 0 ? 'UDP' : 'TCP', port: numbers[below(numbers.length)] ?? 80 };
  };
  const rule = (): PolicyRule => ({
    peers: Array.from({ length: 1 + below(2) }, () => {
      const podSelector = selector('app', `app${below(APPS)}`);
      if (below(3) > 0) return { kind: 'pods', podSelector };
      const namespaceSelector = selector('kubernetes.io/metadata.name', `ns${below(NAMESPACES)}`);
      return { kind: 'pods', podSelector, namespaceSelector };
    }),
    ports: below(2) === 0 ? [] : [port()],
  });
  const made = Array.from({ length: policies }, (_, i): NetworkPolicy => {
    const namespace = `ns${below(NAMESPACES)}`;
    const name = `policy${i}`;
    return {
      namespace,
      name,
      podSelector: i === 0 ? selector('instance', 'i0') : selector('app', `app${below(APPS)}`),
      isolates: { ingress: true, egress: below(2) === 0 },
      typesWritten: true,
      ingress: [rule(), rule()],
      egress: [rule()],
      ref: { kind: 'NetworkPolicy', namespace, name, path: '' },
    };
  });
  return { subjects, namespaces: new Map(), policies: made };
}

function median(times: number, run: () => void): number {
  const taken = Array.from({ length: times }, () => {
    const before = performance.now();
    run();
    return performance.now() - before;
  }).toSorted((a, b) => a - b);
  return taken[times >> 1] ?? NaN;
}

/** The same cluster with the ports of one policy's first rule taken away or given. */
function edited(given: MatrixInput, at: number): MatrixInput {
  const policies = given.policies.map((policy, i) => {
    if (i !== at) return policy;
    const ingress = policy.ingress.map((rule, r): PolicyRule =>
      r === 0 ? { ...rule, ports: rule.ports.length > 0 ? [] : [{ protocol: 'TCP', port: 9090 }] } : rule,
    );
    return { ...policy, ingress };
  });
  return { ...given, policies };
}

/** The same cluster as kubectl would print it, on ten nodes. */
function manifest({ subjects, policies }: MatrixInput): string {
  const nodes = Array.from({ length: 10 }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node${i}` },
    spec: { podCIDR: `10.244.${i}.0/24` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${11 + i}` }] },
  }));
  const pods = subjects.flatMap(({ pod }, i) =>
    pod
      ? [
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: pod.name, namespace: pod.namespace, labels: pod.labels },
            spec: {
              nodeName: `node${i % 10}`,
              containers: [
                { name: 'c', ports: pod.ports.map(({ port, name }) => ({ name, containerPort: port })) },
              ],
            },
            status: { phase: 'Running', podIP: `10.244.${i % 10}.${2 + Math.floor(i / 10)}` },
          },
        ]
      : [],
  );
  const selectorOf = ({ matchLabels }: LabelSelector) => ({ matchLabels });
  const rulesOf = (rules: readonly PolicyRule[], field: 'from' | 'to') =>
    rules.map(({ peers, ports }) => ({
      [field]: peers.flatMap((peer) =>
        peer.kind === 'pods'
          ? [
              {
                ...(peer.podSelector ? { podSelector: selectorOf(peer.podSelector) } : {}),
                ...(peer.namespaceSelector ? { namespaceSelector: selectorOf(peer.namespaceSelector) } : {}),
              },
            ]
          : [],
      ),
      ports,
    }));
  const policyDocuments = policies.map(({ namespace, name, podSelector, isolates, ingress, egress }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: selectorOf(podSelector),
      policyTypes: isolates.egress ? ['Ingress', 'Egress'] : ['Ingress'],
      ingress: rulesOf(ingress, 'from'),
      egress: rulesOf(egress, 'to'),
    },
  }));
  return [...nodes, ...pods, ...policyDocuments].map((object) => JSON.stringify(object)).join('\n---\n');
}

/** A whole edit as the page has it: the text is read, the controllers of ten nodes write what changed, the matrix is asked for. */
function onThePage(pods: number, policies: number): readonly Row[] {
  const given = input(pods, policies);
  const engine = new Engine();
  const opened = engine.handle('open', { text: manifest(given), revision: 1 });
  // the page goes on with the text as it was put in order, not with what was pasted
  let text = opened.text ?? '';
  const atSeq = Number.MAX_SAFE_INTEGER;
  engine.handle('matrix', { atSeq });
  const [applied, asked]: [number[], number[]] = [[], []];
  for (let edit = 0; edit < 15; edit++) {
    const { ref, ingress } = given.policies[edit] ?? must(given.policies[0], 'no policy');
    const value = (ingress[0]?.ports.length ?? 0) > 0 ? [] : [{ port: 9090 }];
    const at = { ...ref, path: 'spec.ingress[0].ports' };
    text = must(engine.handle('editField', { text, ref: at, value }).text, 'the policy was not written');
    const start = performance.now();
    engine.handle('apply', { text, revision: edit + 2 });
    const between = performance.now();
    engine.handle('matrix', { atSeq });
    applied.push(between - start);
    asked.push(performance.now() - between);
  }
  const middle = (times: number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;
  const what = `an edit of one policy among ${policies}, ${pods} pods:`;
  return [
    { what: `${what} text, warnings, rules of ten nodes`, value: middle(applied), unit: 'ms' },
    { what: `${what} matrix, what changed, cells`, value: middle(asked), unit: 'ms', goal: 'under 50 ms' },
  ];
}

export default {
  name: 'NetworkPolicy',
  run() {
    const rows: Row[] = [];
    for (const [pods, policies, goal] of [
      [200, 200, 'under 16 ms'],
      [1000, 300, 'under 40 ms'],
      [5000, 1000, 'under 250 ms'],
    ] as const) {
      const given = input(pods, policies);
      const { ports, classes } = matrixOf(given);
      const what = `matrix of ${pods} pods (${classes.first.length} classes), ${policies} policies, ${ports.length} port classes`;
      const full = median(pods > 1000 ? 5 : 15, () => matrixOf(given));
      rows.push({ what, value: full, unit: 'ms', goal });
      const before = matrixOf(given);
      let at = 0;
      const edit = median(15, () => nextMatrix(before, edited(given, at++)));
      rows.push({
        what: `  after an edit of one policy`,
        value: edit,
        unit: 'ms',
        goal: `under ${(full / 10).toFixed(1)} ms, a tenth`,
      });
    }
    return [...rows, ...onThePage(1000, 300)];
  },
} satisfies Bench;
