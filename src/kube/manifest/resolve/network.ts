/** The pod network and flannel's configuration: Board, else what flannel wrote to the nodes, else net-conf.json, else defaults. */
import { message } from '../../../lib/message.ts';
import { cidr, contains, printCidr, printIpv4, type Cidr } from '../../../wire/address.ts';
import type { BackendType, FlannelConfig } from '../../cluster.ts';
import { BACKENDS, type BoardManifest } from '../boardDocument.ts';
import { clip, type Path } from '../diagnostic.ts';
import { annotationPath, NET_CONF, type NetConf } from '../flannel.ts';
import type { Finding, Findings } from './findings.ts';
import type { ResolvedNode } from './nodes.ts';
import { covers, smallestBlock } from './prefix.ts';

/** An object of which a text has one, with the index of its document. */
export interface Single<T> {
  readonly value: T;
  readonly document: number;
  /** where in it, when that is not where one looks for it */
  readonly path?: Path;
}

/** Network of the stock kube-flannel.yml; kubeadm users type it as --pod-network-cidr. */
const STOCK_NETWORK = cidr('10.244.0.0/16');

/** Backends that flannel has and the board cannot show (pkg/backend/*). */
const OTHER_BACKENDS: ReadonlySet<string> = new Set([
  'alloc',
  'extension',
  'ipip',
  'ipsec',
  'wireguard',
  'tencent-vpc',
]);

export interface NetworkSources {
  readonly board: Single<BoardManifest> | undefined;
  readonly netConf: Single<NetConf> | undefined;
  readonly nodes: readonly ResolvedNode[];
}

export function resolveFlannel(sources: NetworkSources, findings: Findings): FlannelConfig {
  const { board, netConf, nodes } = sources;
  const flags = board?.value.spec?.flannel;
  const backend = resolveBackend(sources, findings);
  const network = resolveNetwork(sources);
  for (const node of nodes) {
    if (contains(network, node.ip)) {
      const params = { node: node.name, ip: printIpv4(node.ip), network: printCidr(network) };
      findings.add('warning', node.document, node.ipPath, message('cluster.node-ip-in-pod-network', params));
    }
    if (flags?.manager !== 'etcd' && node.podCIDR && !covers(network, node.podCIDR)) {
      const params = { node: node.name, podCIDR: printCidr(node.podCIDR), network: printCidr(network) };
      // flanneld's own words (pkg/subnet/kube/kube.go AcquireLease)
      const upstream = `subnet "${params.network}" specified in the flannel net config doesn't contain "${params.podCIDR}" PodCIDR of the "${node.name}" node`;
      const said = message('cluster.node-podcidr-outside', params);
      const place = { document: node.document, path: node.podCIDRPath };
      findings.addQuoting(upstream, { severity: 'warning', ...place, message: said });
    }
  }
  const given = netConf?.value;
  const { vni, port, mtu, directRouting = false, nftables = false, subnets = {} } = given ?? {};
  if (nftables && netConf)
    findings.add(
      'warning',
      netConf.document,
      netConf.path ?? NET_CONF,
      message('cluster.flannel-nftables', {}),
    );
  return {
    backend,
    network,
    vni: vni ?? nodes.find((node) => node.flannel.vni !== undefined)?.flannel.vni ?? 1,
    port: port ?? (backend === 'udp' ? 8285 : 8472),
    ...(mtu === undefined ? {} : { mtu }),
    ...((flags?.directRouting ?? directRouting) ? { directRouting: true } : {}),
    ...(nftables ? { trafficManager: 'none' } : {}),
    ...(flags?.manager === 'etcd' ? { manager: 'etcd', subnets } : {}),
    ...(flags?.ipMasq === false ? { ipMasq: false } : {}),
    ...(flags?.iptablesForwardRules === false ? { forwardRules: false } : {}),
  };
}

function resolveNetwork({ board, netConf, nodes }: NetworkSources): Cidr {
  const said = board?.value.spec?.clusterCIDR ?? netConf?.value.network;
  if (said) return said;
  const podCIDRs = nodes.flatMap((node) => node.podCIDR ?? []);
  if (podCIDRs.every((podCIDR) => covers(STOCK_NETWORK, podCIDR))) return STOCK_NETWORK;
  return smallestBlock(podCIDRs) ?? STOCK_NETWORK;
}

function resolveBackend({ board, netConf, nodes }: NetworkSources, findings: Findings): BackendType {
  const flags = board?.value.spec?.flannel;
  if (flags?.backend) return flags.backend;
  // with the etcd manager nobody reads annotations
  const fromFile = flags?.manager === 'etcd' ? backendInFile(netConf, findings) : undefined;
  if (fromFile) return fromFile;
  const annotated = nodes.flatMap((node) =>
    node.flannel.backendType === undefined ? [] : [{ node, type: node.flannel.backendType }],
  );
  const path = annotationPath('backend-type');
  const [first] = annotated;
  if (first) {
    const backend = toBackend(
      first.type,
      { document: first.node.document, path, severity: 'warning' },
      findings,
    );
    for (const { node, type } of annotated) {
      if (type.toLowerCase() === first.type.toLowerCase()) continue;
      const params = { backend, node: node.name, nodeBackend: nameOf(type) };
      findings.add('warning', node.document, path, message('cluster.backend-mixed', params));
    }
    return backend;
  }
  const inFile = backendInFile(netConf, findings);
  if (inFile) return inFile;
  const [node] = nodes;
  if (node)
    findings.add('info', node.document, ['metadata'], message('cluster.no-flannel', { backend: 'vxlan' }));
  return 'vxlan';
}

function backendInFile(netConf: NetworkSources['netConf'], findings: Findings): BackendType | undefined {
  const type = netConf?.value.backendType;
  if (!netConf || type === undefined) return undefined;
  const { document, path = NET_CONF } = netConf;
  return toBackend(type, { document, path, severity: 'error' }, findings);
}

/** flannel writes udp as the empty string and compares without case (pkg/backend/manager.go). */
function nameOf(type: string): string {
  return type === '' ? 'udp' : clip(type.toLowerCase());
}

/** `severity` = how bad a word is that flanneld itself would refuse. */
function toBackend(type: string, place: Omit<Finding, 'message'>, findings: Findings): BackendType {
  const name = nameOf(type);
  const known = BACKENDS.find((backend) => backend === name);
  if (known) return known;
  const params = { backend: name, used: 'vxlan', allowed: BACKENDS.join(', ') };
  const said = message('cluster.backend-not-simulated', params);
  if (OTHER_BACKENDS.has(name)) findings.add('warning', place.document, place.path, said);
  else
    findings.addQuoting(`Error fetching backend: unknown backend type: ${name}`, { ...place, message: said });
  return 'vxlan';
}
