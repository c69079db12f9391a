/**
 * All documents together -> the cluster. Oddities of real clusters become warnings and still a board; an error means that
 * no board can be made, and then there is none: the last good one stays.
 */
import { message } from '../../../lib/message.ts';
import { cidr, type Ipv4 } from '../../../wire/address.ts';
import type { Cluster, ClusterNode } from '../../cluster.ts';
import { NODE_PORTS } from '../../ipam/nodePort.ts';
import { hasFlannel, isCnm } from '../../docker/options.ts';
import type { BoardManifest } from '../boardDocument.ts';
import { KUBECTL_COMMAND } from '../diagnostic.ts';
import type { ManifestObject } from '../validate.ts';
import { podNs } from '../../ids.ts';
import { resolveExpect } from './expect.ts';
import { resolveFaults } from './faults.ts';
import { etcdNetConf, isEtcdBoard, reportSamePublicIp, resolveLeases } from './etcd.ts';
import { Findings, type Finding, type ResolvableDocument } from './findings.ts';
import { resolveFlannel, type Single } from './network.ts';
import { reportArchitecture, resolveNodes, type ResolvedNode } from './nodes.ts';
import { resolveOutside } from './outside.ts';
import { resolvePodCidrs, type KnownPodCidrs } from './podCidrs.ts';
import { policyControllerOf, resolveNamespaces, resolvePolicies, sayLint } from './policies.ts';
import { resolvePods, type Allocated } from './pods.ts';
import { resolveSegments } from './segments.ts';
import { resolveEndpointSlices, withTargetPorts } from './endpoints.ts';
import { resolveKubeProxy } from './kubeProxy.ts';
import { resolveServices, serviceCidrOf } from './services.ts';

const SECOND = 1_000_000_000;

export interface Resolved {
  /** undefined if and only if a finding is an error */
  readonly cluster: Cluster | undefined;
  /** keys `Pod/namespace/name` */
  readonly allocated: Readonly<Record<string, Ipv4>>;
  readonly remembered: Remembered;
  readonly findings: readonly Finding[];
}

/** What was chosen for a board when it was last read, so that an edit renumbers nothing. Plain data; whoever reads keeps it. */
export interface Remembered {
  /** addresses that host-local gave: keys `Pod/namespace/name` */
  readonly pods: Readonly<Record<string, Ipv4>>;
  /** the address that host-local gave last on a node (`last_reserved_ip.0`) */
  readonly last: Readonly<Record<string, Ipv4>>;
  readonly podCIDRs: KnownPodCidrs;
}

export const NOTHING_REMEMBERED: Remembered = { pods: {}, last: {}, podCIDRs: { byNode: {}, next: 0 } };

/** A pod or a node that is still there keeps what an earlier read gave it. */
export function resolve(
  documents: readonly ResolvableDocument[],
  remembered: Remembered = NOTHING_REMEMBERED,
): Resolved {
  const findings = new Findings();
  const board = single(documents, findings, 'Board', (object) =>
    object.kind === 'Board' ? object.board : undefined,
  );
  const file = single(documents, findings, 'ConfigMap', (object) =>
    object.kind === 'NetConf' ? object.netConf : undefined,
  );
  const netConf = etcdNetConf(board, file, findings);
  const drawn = resolveNodes(documents, findings);
  if (drawn.length === 0 && !findings.hasErrors) {
    const ipv6Nodes = documents.filter(({ object }) => object.kind === 'Node').length;
    const said =
      ipv6Nodes > 0
        ? message('cluster.ipv6-only', { nodes: ipv6Nodes })
        : message('cluster.no-nodes', { command: KUBECTL_COMMAND });
    findings.add('error', 0, [], said);
  }
  if (findings.hasErrors) return nothing(findings);
  const spec = board?.value.spec;
  const serviceCIDR = spec?.serviceCIDR ?? serviceCidrOf(documents);
  const nodePortRange = spec?.nodePortRange ?? undefined;
  const sources = { clusterCIDR: spec?.clusterCIDR ?? undefined, serviceCIDR, known: remembered.podCIDRs };
  const runtime = runtimeOf(spec);
  const isEtcd = board !== undefined && isEtcdBoard(board);
  const given = isEtcd
    ? { nodes: drawn, known: remembered.podCIDRs }
    : hasFlannel(runtime)
      ? resolvePodCidrs(drawn, sources, findings)
      : withoutPodCidrs(drawn);
  reportDualStack(documents, findings);
  const { segments, segmentOf } = resolveSegments(given.nodes, board, findings);
  const flannel = resolveFlannel({ board, netConf, nodes: given.nodes }, findings);
  const leased = isEtcd
    ? resolveLeases(given.nodes, { board, netConf, flannel, known: given.known }, findings)
    : { ...given, leases: undefined };
  const { nodes, leases, known: podCIDRs } = leased;
  reportSamePublicIp(nodes, isEtcd, findings);
  if (hasFlannel(runtime)) reportArchitecture(nodes, flannel.backend, findings);
  const nodeNames = new Set(nodes.map(({ name }) => name));
  const outside = resolveOutside(
    { segments, clusterCIDR: flannel.network, serviceCIDR, nodeNames },
    board,
    findings,
  );
  const namespaces = resolveNamespaces(documents);
  const policies = resolvePolicies(documents, namespaces, findings);
  const earlier: Allocated = {
    ...Object.fromEntries(
      Object.entries(remembered.pods).map(([id, ip]) => [id, { ip, remembered: true } as const]),
    ),
    ...spec?.allocated,
  };
  const memory = { earlier, last: remembered.last, isDocker: isCnm(runtime) };
  const { allocated, last, ...placed } = resolvePods(documents, nodes, memory, findings);
  const services = resolveServices(
    documents,
    {
      serviceCIDR,
      nodePorts: nodePortRange ?? NODE_PORTS,
      isNodePortsGiven: nodePortRange !== undefined,
      allocated: earlier,
    },
    findings,
  );
  const pods = withTargetPorts(services, placed.pods, findings);
  const places = [outside.router, ...outside.clients, ...nodes].map(({ name }) => name);
  const faults = board ? resolveFaults(board, new Set([...places, ...pods.map(podNs)]), findings) : [];
  const expect = board ? resolveExpect(board, findings) : [];
  if (findings.hasErrors) return nothing(findings);
  const clusterNodes = nodes.map(
    ({
      name,
      ip,
      podCIDR,
      wantsPodCIDR,
      podCIDRs: count,
      architecture,
      vtepMac,
      zone,
      ...more
    }): ClusterNode => ({
      name,
      ip,
      segment: segmentOf.get(name) ?? '',
      ...(podCIDR ? { podCIDR } : {}),
      ...(podCIDR && wantsPodCIDR ? { givenPodCIDR: true as const } : {}),
      ...(count === undefined ? {} : { podCIDRs: count }),
      ...(architecture === undefined ? {} : { architecture }),
      ...(vtepMac ? { vtepMac } : {}),
      ...(more.flannel.nodePublicIP === undefined ? {} : { publicIP: more.flannel.nodePublicIP }),
      ...(more.flannel.overwrite === undefined ? {} : { publicIPOverwrite: more.flannel.overwrite }),
      ...(zone === undefined ? {} : { zone }),
      ...(more.notReady === undefined ? {} : { notReady: more.notReady }),
      ref: { kind: 'Node', namespace: '', name, path: '' },
    }),
  );
  const cluster: Cluster = {
    name: board?.value.metadata?.name ?? 'cluster',
    serviceCIDR,
    ...(nodePortRange ? { nodePortRange } : {}),
    flannel,
    ...runtime,
    segments,
    ...outside,
    nodes: clusterNodes,
    ...(leases === undefined ? {} : { leases }),
    pods,
    namespaces,
    policies,
    ...policyControllerOf(spec?.policyController ?? (isCnm(runtime) ? 'none' : undefined), policies),
    services: services.map(({ service }) => service),
    endpointSlices: resolveEndpointSlices(documents, { services, pods, nodes: clusterNodes }, findings),
    kubeProxy: resolveKubeProxy(
      isCnm(runtime) ? { mode: 'none', ...spec?.kubeProxy } : spec?.kubeProxy,
      flannel.network,
    ),
    traffic: (spec?.traffic ?? []).map(({ from, to, protocol, every }) => ({
      from,
      to,
      protocol: protocol ?? 'tcp',
      every: every ?? SECOND,
    })),
    faults,
    expect,
  };
  sayLint(documents, cluster, findings);
  const now = { pods: allocated, last, podCIDRs };
  return { cluster, allocated, remembered: now, findings: findings.list };
}

/** Docker's default pool, and the address of docker0 in it. @see moby/libnetwork ipamutils/utils.go */
const DOCKER_BIP = cidr('172.17.0.1/16');

function runtimeOf(
  spec: NonNullable<BoardManifest['spec']> | undefined | null,
): Pick<Cluster, 'runtime' | 'docker'> {
  const runtime = spec?.runtime;
  if (!runtime) return {};
  return runtime === 'docker' ? { runtime, docker: { bip: spec?.docker?.bip ?? DOCKER_BIP } } : { runtime };
}

/** Docker alone knows nothing of ranges of nodes. */
function withoutPodCidrs(nodes: readonly ResolvedNode[]): ReturnType<typeof resolvePodCidrs> {
  return {
    nodes: nodes.map(({ podCIDR: _podCIDR, ...node }) => node),
    known: NOTHING_REMEMBERED.podCIDRs,
  };
}

function nothing({ list }: Findings): Resolved {
  return { cluster: undefined, allocated: {}, remembered: NOTHING_REMEMBERED, findings: list };
}

/** The first document of a kind of which a text has one; a second one is a warning. */
function single<T>(
  documents: readonly ResolvableDocument[],
  findings: Findings,
  kind: string,
  pick: (object: ManifestObject) => T | undefined,
): Single<T> | undefined {
  let first: (Single<T> & { readonly line: number }) | undefined;
  documents.forEach(({ id, object, line }, document) => {
    const value = pick(object);
    if (value === undefined) return;
    if (!first) first = { value, document, line };
    else {
      const params = { document: id, kind, line: first.line };
      findings.add('warning', document, ['kind'], message('manifest.one-only', params));
    }
  });
  return first;
}

/** One sentence for the whole cluster, at the first object with addresses of both families. */
function reportDualStack(documents: readonly ResolvableDocument[], findings: Findings): void {
  const dual = documents.flatMap(({ object }, i) => (isDualStack(object) ? [i] : []));
  const [first] = dual;
  if (first !== undefined)
    findings.add('info', first, ['status'], message('cluster.dual-stack', { count: dual.length }));
}

function isDualStack(object: ManifestObject): boolean {
  const families =
    object.kind === 'Node'
      ? [
          ...(object.node.status?.addresses ?? []).map(({ ip }) => ip?.family),
          ...(object.node.spec?.podCIDRs ?? []).map(({ family }) => family),
        ]
      : object.kind === 'Pod'
        ? (object.pod.status?.podIPs ?? []).map(({ ip }) => ip.family)
        : [];
  return families.includes(4) && families.includes(6);
}
