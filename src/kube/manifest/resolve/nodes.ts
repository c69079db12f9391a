/** Node documents -> nodes with one IPv4 address each. */
import { message } from '../../../lib/message.ts';
import { printCidr, printIpv4, type Cidr, type Ipv4, type Mac } from '../../../wire/address.ts';
import type { BackendType, NotReady } from '../../cluster.ts';
import type { Path } from '../diagnostic.ts';
import type { CidrField, IpField } from '../fields.ts';
import { annotationPath, type FlannelAnnotations } from '../flannel.ts';
import type { NodeManifest } from '../kubernetes.ts';
import type { Findings, ResolvableDocument } from './findings.ts';
import { findOverlaps } from './prefix.ts';
import { isBuiltFor, notLeased, UDP_NOT_SUPPORTED, wrongPodCIDRs } from '../../flannel/refusals.ts';

export interface ResolvedNode {
  readonly name: string;
  readonly ip: Ipv4;
  /** as its document says, or as kube-controller-manager gave it */
  readonly podCIDR?: Cidr;
  readonly vtepMac?: Mac;
  readonly zone?: string;
  readonly notReady?: NotReady;
  readonly flannel: FlannelAnnotations;
  /** index of its document, and the line that begins */
  readonly document: number;
  readonly line: number;
  readonly ipPath: Path;
  readonly podCIDRPath: Path;
  /** its document gives none of any family */
  readonly wantsPodCIDR: boolean;
  /** how many its document gives, when they are more than two */
  readonly podCIDRs?: number;
  /** where it is not amd64 */
  readonly architecture?: string;
}

const ZONE = 'topology.kubernetes.io/zone';

function zoneOf({ metadata }: NodeManifest): { readonly zone?: string } {
  const zone = metadata.labels?.[ZONE];
  return zone === undefined ? {} : { zone };
}

function architectureOf({ status }: NodeManifest): { readonly architecture?: string } {
  const architecture = status?.nodeInfo?.architecture ?? '';
  return architecture === '' || architecture === 'amd64' ? {} : { architecture };
}

const ADDRESSES: Path = ['status', 'addresses'];

/** The nodes that can be drawn, in the order of the text; every other one has a finding. */
export function resolveNodes(
  documents: readonly ResolvableDocument[],
  findings: Findings,
): readonly ResolvedNode[] {
  const nodes: ResolvedNode[] = [];
  const byIp = new Map<Ipv4, ResolvedNode>();
  documents.forEach(({ object, line }, document) => {
    if (object.kind !== 'Node') return;
    const { name, node: manifest, flannel } = object;
    const address = addressOf(manifest);
    if (!address) {
      findings.add('error', document, ADDRESSES, message('cluster.node-no-ip', { node: name }));
      return;
    }
    if (address.ip.family === 6) {
      findings.add(
        'warning',
        document,
        address.path,
        message('cluster.node-ipv6-only', { node: name, ip: address.ip.text }),
      );
      return;
    }
    const { ip } = address.ip;
    const podCIDR = podCIDROf(manifest, name, document, findings);
    const given = typeof podCIDR === 'string' ? undefined : podCIDR;
    const node: ResolvedNode = {
      name,
      ip,
      ...(given ? { podCIDR: given.cidr } : {}),
      wantsPodCIDR: podCIDR === undefined,
      ...(podCIDR === 'too-many' ? { podCIDRs: manifest.spec?.podCIDRs?.length ?? 0 } : {}),
      ...architectureOf(manifest),
      ...(flannel.vtepMac ? { vtepMac: flannel.vtepMac } : {}),
      ...zoneOf(manifest),
      ...notReadyOf(manifest, name, document, findings),
      flannel,
      document,
      line,
      ipPath: address.path,
      podCIDRPath: given?.path ?? ['spec'],
    };
    const other = byIp.get(ip);
    if (other) {
      const params = { node: name, other: other.name, ip: printIpv4(ip), line: other.line };
      findings.add('error', document, address.path, message('cluster.node-same-ip', params));
    }
    if (flannel.publicIP !== undefined && flannel.publicIP !== ip) {
      const params = { node: name, publicIP: printIpv4(flannel.publicIP), ip: printIpv4(ip) };
      findings.add(
        'warning',
        document,
        annotationPath('public-ip'),
        message('cluster.node-public-ip', params),
      );
    }
    byIp.set(ip, node);
    nodes.push(node);
  });
  return nodes;
}

/** The condition Ready, when it is not True; a Node without conditions is taken to be ready. */
function notReadyOf(
  { status }: NodeManifest,
  node: string,
  document: number,
  findings: Findings,
): { readonly notReady?: NotReady } {
  const conditions = status?.conditions ?? [];
  const index = conditions.findIndex(({ type }) => type === 'Ready');
  const said = conditions[index]?.status;
  if (said === undefined || said === 'True') return {};
  const notReady = said === 'False' ? 'False' : 'Unknown';
  const path = ['status', 'conditions', index, 'status'];
  findings.add('info', document, path, message('cluster.node-not-ready', { node, status: notReady }));
  return { notReady };
}

/** The first IPv4 InternalIP, else the first InternalIP. */
function addressOf(node: NodeManifest): { readonly ip: IpField; readonly path: Path } | undefined {
  const all = (node.status?.addresses ?? []).flatMap(({ ip }, i) =>
    ip ? [{ ip, path: [...ADDRESSES, i, 'address'] }] : [],
  );
  return all.find(({ ip }) => ip.family === 4) ?? all[0];
}

function podCIDROf(
  { spec }: NodeManifest,
  node: string,
  document: number,
  findings: Findings,
): { readonly cidr: Cidr; readonly path: Path } | 'ipv6-only' | 'too-many' | undefined {
  const count = spec?.podCIDRs?.length ?? 0;
  if (count > 2) {
    findings.addQuoting(notLeased(wrongPodCIDRs(node)), {
      severity: 'warning',
      document,
      path: ['spec', 'podCIDRs'],
      message: message('cluster.node-podcidrs', { node, count }),
    });
    return 'too-many';
  }
  const all: { readonly field: CidrField; readonly path: Path }[] = (spec?.podCIDRs ?? []).map(
    (field, i) => ({
      field,
      path: ['spec', 'podCIDRs', i],
    }),
  );
  if (spec?.podCIDR && spec.podCIDR !== 'none')
    all.unshift({ field: spec.podCIDR, path: ['spec', 'podCIDR'] });
  for (const { field, path } of all) if (field.family === 4) return { cidr: field.cidr, path };
  const [ipv6] = all;
  if (ipv6?.field.family === 6) {
    const params = { node, podCIDR: ipv6.field.text };
    findings.add('warning', document, ipv6.path, message('cluster.node-podcidr-ipv6', params));
    return 'ipv6-only';
  }
  return undefined;
}

/** Nodes on which flanneld does not start, for want of its proxy. */
export function reportArchitecture(
  nodes: readonly ResolvedNode[],
  backend: BackendType,
  findings: Findings,
): void {
  for (const node of nodes) {
    if (isBuiltFor(backend, node)) continue;
    const { name, architecture = '', document } = node;
    findings.addQuoting(UDP_NOT_SUPPORTED, {
      severity: 'warning',
      document,
      path: ['status', 'nodeInfo', 'architecture'],
      message: message('cluster.node-architecture', { node: name, architecture }),
    });
  }
}

export function reportOverlaps(nodes: readonly ResolvedNode[], findings: Findings): void {
  const withCIDR = nodes.flatMap((node) => (node.podCIDR ? [{ node, podCIDR: node.podCIDR }] : []));
  for (const [first, second] of findOverlaps(withCIDR.map(({ podCIDR }) => podCIDR))) {
    const a = withCIDR[first];
    const b = withCIDR[second];
    if (!a || !b) continue;
    const params = {
      node: b.node.name,
      podCIDR: printCidr(b.podCIDR),
      other: a.node.name,
      otherPodCIDR: printCidr(a.podCIDR),
      line: a.node.line,
    };
    findings.add('warning', b.node.document, b.node.podCIDRPath, message('cluster.podcidr-overlap', params));
  }
}
