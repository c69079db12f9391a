/** Clusters of random pods and policies, to measure the matrix on. */
import { createRandom, nextInRange } from '../lib/random.ts';
import type { MatrixInput } from '../kube/policy/matrix.ts';
import type { LabelSelector, NetworkPolicy, PolicyPort, PolicyRule } from '../kube/policy/networkPolicy.ts';
import type { Subject } from '../kube/policy/subject.ts';
import { addressAt, ipv4 } from '../wire/address.ts';

const NAMESPACES = 10;
const APPS = 20;

function selector(key: string, value: string): LabelSelector {
  return { matchLabels: { [key]: value }, matchExpressions: [] };
}

/** Every pod has a label of its own under a key that policies name, so that no two pods are alike to them. */
export function input(pods: number, policies: number): MatrixInput {
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

/** The same cluster as kubectl would print it, on ten nodes. */
export function manifest({ subjects, policies }: MatrixInput): string {
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
