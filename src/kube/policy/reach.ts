/**
 * Everybody of a cluster who can talk and be talked to, and the policies as its controller enforces them: what matrix and reasons
 * are made of.
 */
import type { Cluster } from '../cluster.ts';
import { resolvedPolicies } from './enforce.ts';
import { asEnforced, KUBE_ROUTER } from './kubeRouter/meaning.ts';
import { SPEC } from './match.ts';
import type { MatrixInput } from './matrix.ts';
import type { NetworkPolicy } from './networkPolicy.ts';
import { namespaceLabels, subjectOfClient, subjectOfNode, subjectOfPod, type Subject } from './subject.ts';

interface Known extends Pick<Cluster, 'nodes' | 'clients' | 'flannel'> {
  readonly subjects: readonly Subject[];
}

/** by the pods: an edit of a policy leaves everybody as they are */
const known = new WeakMap<Cluster['pods'], Known>();

/** Pods in the order of their namespaces and names, then nodes, then clients. */
export function subjectsOf(cluster: Cluster): readonly Subject[] {
  const { pods, nodes, clients, flannel } = cluster;
  const before = known.get(pods);
  if (before?.nodes === nodes && before.clients === clients && before.flannel === flannel)
    return before.subjects;
  const subjects = sortedSubjects(cluster);
  known.set(pods, { nodes, clients, flannel, subjects });
  return subjects;
}

function sortedSubjects(cluster: Cluster): readonly Subject[] {
  const key = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
    `${namespace}/${name}`;
  return [
    ...cluster.pods.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map((pod) => subjectOfPod(cluster, pod)),
    ...cluster.nodes.map(({ name }) => subjectOfNode(cluster, name)),
    ...cluster.clients.map(subjectOfClient),
  ];
}

const enforcedByCluster = new WeakMap<Cluster, readonly NetworkPolicy[]>();

/** The policies as they come to pass: kube-router departs from the API's text here and there, and nobody enforces nothing. */
export function enforcedPolicies(cluster: Cluster): readonly NetworkPolicy[] {
  if (cluster.policyController === 'spec') return cluster.policies;
  if (cluster.policyController !== 'kube-router') return [];
  let enforced = enforcedByCluster.get(cluster);
  if (!enforced) enforcedByCluster.set(cluster, (enforced = resolvedPolicies(cluster).map(asEnforced)));
  return enforced;
}

/** What the matrix of a cluster is made of. */
export function reachOf(cluster: Cluster): MatrixInput {
  return {
    subjects: subjectsOf(cluster),
    namespaces: namespaceLabels(cluster),
    policies: enforcedPolicies(cluster),
    reading: cluster.policyController === 'kube-router' ? KUBE_ROUTER : SPEC,
  };
}
