import type { PodManifest } from '../kubernetes.ts';

const HASH_LABEL = 'pod-template-hash';

/**
 * The controller that made a pod, `KIND/NAME`. A pod names only its ReplicaSet; that it is a Deployment's is seen by the hash of
 * the template, which is a label and the end of the ReplicaSet's name. A static pod's owner is its node, which is no workload.
 * @see kubernetes pkg/controller/deployment/sync.go getNewReplicaSet
 */
export function workloadOf({ metadata }: PodManifest): { readonly workload?: string } {
  const owners = metadata.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  if (!owner || owner.kind === 'Node') return {};
  const end = `-${metadata.labels?.[HASH_LABEL] ?? ''}`;
  const isDeployments = owner.kind === 'ReplicaSet' && end !== '-' && owner.name.endsWith(end);
  return {
    workload: isDeployments
      ? `Deployment/${owner.name.slice(0, -end.length)}`
      : `${owner.kind}/${owner.name}`,
  };
}
