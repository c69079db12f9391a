/** What a cluster has to choose from when a policy is written: labels, namespaces and ports that are there. */
import type { Cluster } from '../kube/cluster.ts';
import type { ClusterWords } from './policyProtocol.ts';

export function clusterWords({ pods, namespaces }: Cluster): ClusterWords {
  const names = new Set([
    'default',
    ...namespaces.map(({ name }) => name),
    ...pods.map((pod) => pod.namespace),
  ]);
  const numbers = new Set(pods.flatMap(({ ports }) => ports.map(({ port }) => port)));
  const portNames = new Set(pods.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])));
  return {
    labels: valuesByKey(pods),
    namespaceLabels: valuesByKey(namespaces),
    namespaces: [...names].toSorted(),
    ports: [...[...numbers].toSorted((a, b) => a - b).map(String), ...[...portNames].toSorted()],
  };
}

function valuesByKey(
  objects: readonly { readonly labels: Readonly<Record<string, string>> }[],
): Readonly<Record<string, readonly string[]>> {
  const byKey = new Map<string, Set<string>>();
  for (const { labels } of objects)
    for (const [key, value] of Object.entries(labels)) {
      const values = byKey.get(key);
      if (values) values.add(value);
      else byKey.set(key, new Set([value]));
    }
  return Object.fromEntries(
    [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, values]) => [key, [...values].toSorted()]),
  );
}
