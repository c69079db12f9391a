/**
 * Who gives a node its podCIDR: kube-controller-manager, if it runs with --allocate-node-cidrs and --cluster-cidr. A board says
 * that it does by `spec.clusterCIDR` (kubeadm's --pod-network-cidr sets all three). A dump of a real cluster without podCIDRs
 * comes from one where nobody does, and flanneld says so.
 */
import { message } from '../../../lib/message.ts';
import { ok, type Result } from '../../../lib/result.ts';
import { printCidr, type Cidr } from '../../../wire/address.ts';
import { allocateNext, createCidrSet, occupy, POD_CIDR_IMMUTABLE, type CidrSet } from '../../ipam/podCidr.ts';
import type { Findings } from './findings.ts';
import { reportOverlaps, type ResolvedNode } from './nodes.ts';
import { overlaps } from './prefix.ts';
import { noPodCIDR, notLeased } from '../../flannel/refusals.ts';

/** What kube-controller-manager and the API server know from an earlier read of the same board. */
export interface KnownPodCidrs {
  readonly byNode: Readonly<Record<string, Cidr>>;
  /** the block that the range allocator tries next */
  readonly next: number;
  /** the range that is given out; undefined: nobody gives podCIDRs */
  readonly clusterCIDR?: Cidr;
}

export interface PodCidrSources {
  readonly clusterCIDR: Cidr | undefined;
  readonly serviceCIDR: Cidr;
  readonly known: KnownPodCidrs;
}

/** The nodes with the blocks that they get; whoever gets none has a finding, in the words of who refuses. */
export function resolvePodCidrs(
  nodes: readonly ResolvedNode[],
  sources: PodCidrSources,
  findings: Findings,
): { readonly nodes: readonly ResolvedNode[]; readonly known: KnownPodCidrs } {
  const { clusterCIDR, known } = sources;
  for (const node of nodes) reportChange(node, known, findings);
  const started = clusterCIDR && start(clusterCIDR, nodes, sources);
  let set: CidrSet | undefined = started?.ok === true ? started.value : undefined;
  const resolved = nodes.map((node): ResolvedNode => {
    if (!node.wantsPodCIDR) return node;
    const kept = set ? known.byNode[node.name] : undefined;
    if (kept) return { ...node, podCIDR: kept };
    const next = set && allocateNext(set);
    if (next?.ok === true) {
      ({ set } = next.value);
      return { ...node, podCIDR: next.value.cidr };
    }
    const refused = next ?? started;
    // else flanneld's own words (pkg/subnet/kube/kube.go AcquireLease, main.go)
    const upstream = refused?.ok === false ? refused.error : notLeased(noPodCIDR(node.name));
    const said = message('cluster.node-no-podcidr', { node: node.name });
    const place = { document: node.document, path: ['spec'] };
    findings.addQuoting(upstream, { severity: 'warning', ...place, message: said });
    return node;
  });
  reportOverlaps(resolved, findings);
  const byNode = resolved.flatMap(({ name, podCIDR }) => (podCIDR ? [[name, podCIDR] as const] : []));
  const range = clusterCIDR ? { clusterCIDR } : {};
  return {
    nodes: resolved,
    known: { byNode: Object.fromEntries(byNode), next: set?.next ?? 0, ...range },
  };
}

/** NewCIDRRangeAllocator: what the service range and the nodes have is marked first, and one node outside stops it all. */
function start(
  clusterCIDR: Cidr,
  nodes: readonly ResolvedNode[],
  { serviceCIDR, known }: PodCidrSources,
): Result<CidrSet, string> {
  const created = createCidrSet(clusterCIDR);
  if (!created.ok) return created;
  let set: CidrSet = { ...created.value, next: known.next };
  const taken = nodes.flatMap((node) => (node.wantsPodCIDR ? known.byNode[node.name] : node.podCIDR) ?? []);
  for (const cidr of [...(overlaps(clusterCIDR, serviceCIDR) ? [serviceCIDR] : []), ...taken]) {
    const marked = occupy(set, cidr);
    if (!marked.ok) return marked;
    set = marked.value;
  }
  return ok(set);
}

/** The API server lets nobody change a podCIDR; the board takes such an edit as the Node deleted and joined anew. */
function reportChange(node: ResolvedNode, { byNode }: KnownPodCidrs, findings: Findings): void {
  const was = byNode[node.name];
  if (!was || !node.podCIDR || printCidr(was) === printCidr(node.podCIDR)) return;
  const params = { node: node.name, was: printCidr(was), podCIDR: printCidr(node.podCIDR) };
  findings.addQuoting(POD_CIDR_IMMUTABLE, {
    severity: 'info',
    document: node.document,
    path: node.podCIDRPath,
    message: message('cluster.podcidr-changed', params),
  });
}
