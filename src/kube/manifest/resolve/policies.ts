/** Namespaces with their labels, and the NetworkPolicies in them. */
import { message } from '../../../lib/message.ts';
import type { Cluster, ClusterNamespace } from '../../cluster.ts';
import {
  NAMESPACE_NAME_LABEL,
  policyKey,
  type NetworkPolicy,
  type PolicyController,
} from '../../policy/networkPolicy.ts';
import { lintPolicies } from '../../policy/lint.ts';
import type { Findings, ResolvableDocument } from './findings.ts';

/** The API server makes these itself. */
const ALWAYS = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Those with a document, those that a pod is in, and those of every cluster; by name. */
export function resolveNamespaces(documents: readonly ResolvableDocument[]): readonly ClusterNamespace[] {
  const labelsByName = new Map<string, Readonly<Record<string, string>>>(ALWAYS.map((name) => [name, {}]));
  for (const { object } of documents)
    if (object.kind === 'Pod' && !labelsByName.has(object.namespace)) labelsByName.set(object.namespace, {});
  for (const { object } of documents)
    if (object.kind === 'Namespace') labelsByName.set(object.name, object.labels);
  return [...labelsByName]
    .map(([name, labels]) => ({ name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The policies of the text; one whose namespace is not there selects nobody, which is said. */
export function resolvePolicies(
  documents: readonly ResolvableDocument[],
  namespaces: readonly ClusterNamespace[],
  findings: Findings,
): readonly NetworkPolicy[] {
  const known = new Set(namespaces.map(({ name }) => name));
  return documents.flatMap(({ object }, document) => {
    if (object.kind !== 'NetworkPolicy') return [];
    const { policy } = object;
    if (!known.has(policy.namespace)) {
      const said = message('cluster.policy-no-namespace', {
        policy: policyKey(policy),
        namespace: policy.namespace,
      });
      findings.add('warning', document, ['metadata', 'namespace'], said);
    }
    return [policy];
  });
}

/** kube-router where there is something to enforce and nobody says otherwise: a board without policies stays as flannel made it. */
export function policyControllerOf(
  written: PolicyController | undefined,
  policies: readonly NetworkPolicy[],
): Pick<Cluster, 'policyController'> {
  const chosen = written ?? (policies.length > 0 ? 'kube-router' : undefined);
  return chosen === undefined ? {} : { policyController: chosen };
}

/** What the policies probably do not mean, each at its field. */
export function sayLint(
  documents: readonly ResolvableDocument[],
  cluster: Cluster,
  findings: Findings,
): void {
  const place = new Map<NetworkPolicy, number>();
  documents.forEach(({ object }, i) => {
    if (object.kind === 'NetworkPolicy') place.set(object.policy, i);
  });
  for (const { policy, path, severity, message: said } of lintPolicies(cluster)) {
    const document = place.get(policy);
    if (document !== undefined) findings.add(severity, document, path, said);
  }
}
