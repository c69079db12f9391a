/** Pod documents -> pods on nodes, each with an address of its own: the one its status tells, else one from host-local. */
import { message } from '../../../lib/message.ts';
import {
  contains,
  lastOf,
  networkOf,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../../wire/address.ts';
import type { ClusterPod, ContainerPort } from '../../cluster.ts';
import { allocate, gatewayOf } from '../../ipam/hostLocal.ts';
import type { BoardManifest } from '../boardDocument.ts';
import { clip, documentId, type Path } from '../diagnostic.ts';
import type { PodManifest } from '../kubernetes.ts';
import type { ManifestObject } from '../validate.ts';
import type { Findings, ResolvableDocument } from './findings.ts';
import type { ResolvedNode } from './nodes.ts';
import { workloadOf } from './workload.ts';

export interface ResolvedPods {
  readonly pods: readonly ClusterPod[];
  /** addresses that the text does not give a pod: those of Board.spec.allocated that hold, and new ones. Keys `Pod/ns/name`. */
  readonly allocated: Readonly<Record<string, Ipv4>>;
  /** by node: what host-local gave last */
  readonly last: Readonly<Record<string, Ipv4>>;
}

type PodObject = Extract<ManifestObject, { kind: 'Pod' }>;
type Written = NonNullable<NonNullable<BoardManifest['spec']>['allocated']>;

/** Addresses given before: by Board.spec.allocated, or (`remembered`) by an earlier read of the same board. */
export type Allocated = Readonly<Record<string, Written[string] & { readonly remembered?: true }>>;

interface Candidate {
  readonly object: PodObject;
  readonly document: number;
  readonly line: number;
  readonly node: ResolvedNode;
  /** of the node; undefined for hostNetwork pods, which take nothing from it */
  readonly podCIDR: Cidr | undefined;
  /** as the status tells it */
  readonly given: { readonly ip: Ipv4; readonly path: Path } | undefined;
}

/** The address that the status tells, if host-local can have given it. */
function keptIp({ given, podCIDR }: Candidate): Ipv4 | undefined {
  return podCIDR && given && contains(podCIDR, given.ip) ? given.ip : undefined;
}

export interface HostLocalMemory {
  /** nobody asks host-local: Docker gives addresses itself */
  readonly isDocker?: boolean;
  readonly earlier: Allocated;
  readonly last: ResolvedPods['last'];
}

export function resolvePods(
  documents: readonly ResolvableDocument[],
  nodes: readonly ResolvedNode[],
  memory: HostLocalMemory,
  findings: Findings,
): ResolvedPods {
  const { isDocker = false } = memory;
  const nodeByName = new Map(nodes.map((node) => [node.name, node]));
  const candidates = documents.flatMap(({ object, line }, document) => {
    if (object.kind !== 'Pod') return [];
    const candidate = toCandidate(object, { document, line, isDocker }, nodeByName, findings);
    return candidate ? [candidate] : [];
  });
  const owners = new Map<Ipv4, Candidate>();
  const nodeByIp = new Map(nodes.map((node) => [node.ip, node]));
  for (const candidate of candidates) checkGiven(candidate, owners, nodeByIp, findings);
  const { allocated, last } = allocateMissing(candidates, new Set(owners.keys()), memory, findings);
  // without a podCIDR, or when no address is left, a pod has none and stays ContainerCreating
  const pods = candidates.map((candidate) =>
    toPod(candidate, keptIp(candidate) ?? allocated[idOf(candidate.object)]),
  );
  return { pods, allocated, last };
}

/** Undefined, with a finding, for pods that are not drawn. */
function toCandidate(
  object: PodObject,
  { document, line, isDocker }: Pick<Candidate, 'document' | 'line'> & { readonly isDocker: boolean },
  nodeByName: ReadonlyMap<string, ResolvedNode>,
  findings: Findings,
): Candidate | undefined {
  const pod = nameOf(object);
  const { spec, status } = object.pod;
  const phase = status?.phase ?? '';
  if (phase === 'Succeeded' || phase === 'Failed') {
    // Its address went back to host-local, so another pod may have it
    findings.add('info', document, ['status', 'phase'], message('cluster.pod-finished', { pod, phase }));
    return undefined;
  }
  const nodeName = spec?.nodeName ?? '';
  if (nodeName === '') {
    findings.add('info', document, ['spec'], message('cluster.pod-unscheduled', { pod }));
    return undefined;
  }
  const node = nodeByName.get(nodeName);
  if (!node) {
    const params = { pod, node: clip(nodeName) };
    findings.add('warning', document, ['spec', 'nodeName'], message('cluster.pod-unknown-node', params));
    return undefined;
  }
  if (spec?.hostNetwork === true)
    return { object, document, line, node, podCIDR: undefined, given: undefined };
  const address = addressOf(object.pod);
  if (address?.ip.family === 6) {
    findings.add(
      'warning',
      document,
      address.path,
      message('cluster.pod-ipv6-only', { pod, ip: address.ip.text }),
    );
    return undefined;
  }
  // Docker gives addresses as it starts containers, whatever a text says
  if (isDocker) return { object, document, line, node, podCIDR: undefined, given: undefined };
  if (!node.podCIDR) {
    findings.add(
      'warning',
      document,
      ['spec', 'nodeName'],
      message('cluster.pod-no-podcidr', { pod, node: node.name }),
    );
  }
  const given = node.podCIDR && address && { ip: address.ip.ip, path: address.path };
  return { object, document, line, node, podCIDR: node.podCIDR, given };
}

/** The first IPv4 address of the status, else the first one. */
function addressOf({ status }: PodManifest) {
  const all = (status?.podIPs ?? []).map(({ ip }, i) => ({
    ip,
    path: ['status', 'podIPs', i, 'ip'] as Path,
  }));
  if (status?.podIP && status.podIP !== 'none') all.unshift({ ip: status.podIP, path: ['status', 'podIP'] });
  for (const { ip, path } of all) if (ip.family === 4) return { ip, path };
  return all[0];
}

function checkGiven(
  candidate: Candidate,
  owners: Map<Ipv4, Candidate>,
  nodeByIp: ReadonlyMap<Ipv4, ResolvedNode>,
  findings: Findings,
): void {
  const { object, document, node, given, podCIDR } = candidate;
  if (!given || !podCIDR) return;
  const pod = nameOf(object);
  const ip = printIpv4(given.ip);
  const other = owners.get(given.ip);
  const host = nodeByIp.get(given.ip);
  const owner = deviceWith(podCIDR, given.ip);
  if (other) {
    const params = { pod, other: nameOf(other.object), ip, line: other.line };
    findings.add('error', document, given.path, message('cluster.pod-same-ip', params));
    return;
  }
  owners.set(given.ip, candidate);
  if (host) {
    findings.add(
      'error',
      document,
      given.path,
      message('cluster.pod-ip-of-node', { pod, ip, node: host.name }),
    );
  } else if (owner) {
    findings.add(
      'error',
      document,
      given.path,
      message('cluster.pod-ip-reserved', { pod, ip, owner, node: node.name }),
    );
  } else if (!contains(podCIDR, given.ip)) {
    const params = { pod, ip, node: node.name, podCIDR: printCidr(podCIDR) };
    findings.addQuoting(`failed to allocate all requested IPs: ${ip}`, {
      severity: 'warning',
      document,
      path: given.path,
      message: message('cluster.pod-ip-outside', params),
    });
  }
}

/** The device of the node that has an address of the podCIDR by itself: flannel's .0, cni0's .1 (facts/dataplane.md 1.7, 2.4). */
function deviceWith(podCIDR: Cidr, ip: Ipv4): string | undefined {
  if (ip === gatewayOf(podCIDR)) return 'cni0';
  if (ip === networkOf(podCIDR).address) return 'flannel.1';
  return ip === lastOf(podCIDR) ? 'broadcast' : undefined;
}

/** Addresses for pods without one, per node, in the order of the text; what Board.spec.allocated says goes first. */
function allocateMissing(
  candidates: readonly Candidate[],
  taken: Set<Ipv4>,
  { earlier, last }: HostLocalMemory,
  findings: Findings,
): Pick<ResolvedPods, 'allocated' | 'last'> {
  const allocated: Record<string, Ipv4> = {};
  const missing = candidates.flatMap((candidate) => {
    const { podCIDR } = candidate;
    return podCIDR && keptIp(candidate) === undefined
      ? [{ ...candidate, podCIDR, id: idOf(candidate.object) }]
      : [];
  });
  for (const { id, object, node, document, podCIDR } of missing) {
    const ip = Object.hasOwn(earlier, id) ? earlier[id]?.ip : undefined;
    if (ip === undefined) continue;
    if (contains(podCIDR, ip) && !deviceWith(podCIDR, ip) && !taken.has(ip)) {
      allocated[id] = ip;
      taken.add(ip);
      continue;
    }
    // what nobody wrote down may be given up without a word
    if (earlier[id]?.remembered === true) continue;
    const params = { pod: nameOf(object), ip: printIpv4(ip), node: node.name, podCIDR: printCidr(podCIDR) };
    findings.add('warning', document, ['spec', 'nodeName'], message('cluster.allocated-ignored', params));
  }
  const lastByNode = new Map(Object.entries(last));
  for (const candidate of candidates) {
    const ip = keptIp(candidate);
    const { name } = candidate.node;
    if (ip === undefined || name in last) continue;
    // nobody knows where host-local of a running cluster stands: behind the highest address that it gave, if it never wrapped
    lastByNode.set(name, Math.max(lastByNode.get(name) ?? 0, ip) as Ipv4);
  }
  for (const { id, object, node, document, podCIDR } of missing) {
    if (allocated[id] !== undefined) continue;
    const next = allocate(podCIDR, taken, lastByNode.get(node.name));
    if (next.ok) {
      allocated[id] = next.value;
      taken.add(next.value);
      lastByNode.set(node.name, next.value);
      continue;
    }
    const params = { pod: nameOf(object), node: node.name, podCIDR: printCidr(podCIDR) };
    const said = message('cluster.pod-range-full', params);
    findings.addQuoting(next.error, {
      severity: 'warning',
      document,
      path: ['spec', 'nodeName'],
      message: said,
    });
  }
  return { allocated, last: Object.fromEntries(lastByNode) };
}

function toPod(candidate: Candidate, ip: Ipv4 | undefined): ClusterPod {
  const { object, node } = candidate;
  const { namespace, name, pod } = object;
  const hostNetwork = pod.spec?.hostNetwork === true;
  const { containers, initContainers } = pod.spec ?? {};
  // an init container that is always restarted is a sidecar: it runs on beside the others
  const sidecars = (initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...(containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []);
  return {
    namespace,
    name,
    node: node.name,
    ...(ip === undefined ? {} : { ip }),
    ...(hostNetwork || keptIp(candidate) !== undefined ? {} : { chosen: true as const }),
    hostNetwork,
    labels: pod.metadata.labels ?? {},
    ...(pod.spec?.hostname ? { hostname: pod.spec.hostname } : {}),
    ...(pod.spec?.subdomain ? { subdomain: pod.spec.subdomain } : {}),
    ...workloadOf(pod),
    ...(isCoreDns(pod) ? { servesDns: true as const } : {}),
    ready: isReady(pod, node),
    terminating: (pod.metadata.deletionTimestamp ?? '') !== '',
    targetPorts: [],
    ports: ports.map((port): ContainerPort => ({
      port: port.containerPort,
      protocol: port.protocol ?? 'TCP',
      ...(port.name ? { name: port.name } : {}),
      ...(port.hostPort ? { hostPort: port.hostPort } : {}),
    })),
    ref: { kind: 'Pod', namespace, name, path: '' },
  };
}

/** By its image; a text that names no images has the label that kubeadm gives. */
function isCoreDns({ metadata, spec }: PodManifest): boolean {
  const images = (spec?.containers ?? []).flatMap(({ image }) => image ?? []);
  if (images.length > 0) return images.some((image) => /(^|\/)coredns(:|@|$)/.test(image));
  return metadata.labels?.['k8s-app'] === 'kube-dns';
}

/**
 * A pod of which the text says nothing is ready. On a node that is not, the node lifecycle controller has set the condition Ready
 * of every pod to False, hostNetwork pods too; a kubelet that runs (the node's Ready is False, not Unknown) writes its pods' own
 * state again, so there a pod whose text says True is. @see kubernetes pkg/controller/util/node/controller_utils.go MarkPodsNotReady
 */
function isReady({ status }: PodManifest, { notReady }: Pick<ResolvedNode, 'notReady'>): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  if (notReady === 'Unknown') return false;
  if (notReady === 'False') return condition?.status === 'True';
  return condition ? condition.status === 'True' : (status?.phase ?? 'Running') === 'Running';
}

function idOf({ namespace, name }: PodObject): string {
  return documentId('Pod', namespace, name);
}

function nameOf({ namespace, name }: PodObject): string {
  return `${namespace}/${name}`;
}
