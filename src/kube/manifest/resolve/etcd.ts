/**
 * flannel with the etcd manager: its configuration and leases are keys of etcd, which a Board document may hold, and a node's subnet
 * is its lease. Which one that is flanneld finds out when it starts; the reader asks the same function, so that pods can be placed.
 */
import { message, type Message } from '../../../lib/message.ts';
import { parseCidr, parseIpv4, parseMac, printCidr, printIpv4, type Ipv4 } from '../../../wire/address.ts';
import type { FlannelConfig } from '../../cluster.ts';
import { ETCD_PREFIX, type Lease, type LeaseObjects } from '../../flannel/lease.ts';
import { acquireLease } from '../../flannel/manager.ts';
import { checkNetworkConfig, type Refused } from '../../flannel/netConf.ts';
import { SEEDED_NAMING } from '../../naming.ts';
import type { BoardManifest } from '../boardDocument.ts';
import { clip, type Path } from '../diagnostic.ts';
import { NET_CONF, readNetConf, type NetConf } from '../flannel.ts';
import type { Findings } from './findings.ts';
import type { Single } from './network.ts';
import type { ResolvedNode } from './nodes.ts';
import type { KnownPodCidrs } from './podCidrs.ts';
import { notLeased } from '../../flannel/refusals.ts';

const CONFIG = `${ETCD_PREFIX}/config`;
const SUBNETS = `${ETCD_PREFIX}/subnets/`;
const ETCD: Path = ['spec', 'flannel', 'etcd'];

export function isEtcdBoard(board: Single<BoardManifest> | undefined): boolean {
  return board?.value.spec?.flannel?.manager === 'etcd';
}

/** The configuration that flanneld reads: the key of etcd, or what somebody put there from the ConfigMap's file. */
export function etcdNetConf(
  board: Single<BoardManifest> | undefined,
  netConf: Single<NetConf> | undefined,
  findings: Findings,
): Single<NetConf> | undefined {
  const keys = board?.value.spec?.flannel?.etcd;
  if (!board || !isEtcdBoard(board) || !keys) return netConf;
  const text = keys[CONFIG];
  const place = { document: board.document, path: text === undefined ? ETCD : [...ETCD, CONFIG] };
  if (text === undefined) {
    const upstream =
      "Couldn't fetch network config: flannel config not found in etcd store. Did you create your config using etcdv3 API?";
    const said = message('cluster.etcd-no-config', { key: CONFIG });
    findings.addQuoting(upstream, { severity: 'error', ...place, message: said });
    return netConf;
  }
  const { value, problems } = readNetConf(text, 'Board', place.path);
  for (const { severity, message: said, upstream } of problems) {
    if (upstream === undefined) findings.add(severity, place.document, place.path, said);
    else findings.addQuoting(upstream, { severity, ...place, message: said });
  }
  return { value, ...place };
}

const GLOSSES: Readonly<Record<Refused['why'], (network: string) => Message>> = {
  network: () => message('cluster.netconf-network', {}),
  'subnet-len': () => message('cluster.netconf-subnet-len', {}),
  'four-subnets': (network) => message('cluster.netconf-four-subnets', { network }),
  'too-small': (network) => message('cluster.netconf-too-small', { network }),
  range: (network) => message('cluster.netconf-range', { network }),
  boundary: () => message('cluster.netconf-boundary', {}),
};

export interface EtcdSources {
  readonly board: Single<BoardManifest>;
  readonly netConf: Single<NetConf> | undefined;
  readonly flannel: FlannelConfig;
  readonly known: KnownPodCidrs;
}

/** The nodes with their leases as subnets, and the leases as etcd holds them then. */
export function resolveLeases(
  nodes: readonly ResolvedNode[],
  { board, netConf, flannel, known }: EtcdSources,
  findings: Findings,
): {
  readonly nodes: readonly ResolvedNode[];
  readonly leases: readonly Lease[];
  readonly known: KnownPodCidrs;
} {
  const checked = checkNetworkConfig(flannel.network, flannel.subnets ?? {});
  if (!checked.ok) {
    const { why, error } = checked.error;
    const upstream = `Couldn't fetch network config: ${error}`;
    const said = GLOSSES[why](printCidr(flannel.network));
    const place = netConf
      ? { document: netConf.document, path: netConf.path ?? NET_CONF }
      : { document: board.document, path: ['spec'] };
    findings.addQuoting(upstream, { severity: 'error', ...place, message: said });
    return { nodes, leases: [], known };
  }
  let objects: LeaseObjects = { flannel, nodes: [], leases: leasesIn(board, nodes, findings) };
  const placed = nodes.map((node): ResolvedNode => {
    const { podCIDR: _given, ...rest } = node;
    const publicIP = node.flannel.nodePublicIP ?? node.ip;
    const vtepMac = node.vtepMac ?? SEEDED_NAMING.mac('vtep', node.name);
    const attrs = {
      node: node.name,
      publicIP,
      backendType: flannel.backend,
      ...(flannel.backend === 'vxlan' ? { vni: flannel.vni, vtepMac } : {}),
    };
    const previous = known.byNode[node.name];
    const acquired = acquireLease(objects, { attrs, previous, first: true });
    objects = acquired.cluster;
    if (acquired.lease.ok) return { ...rest, podCIDR: acquired.lease.value.subnet, wantsPodCIDR: false };
    const upstream = notLeased(acquired.lease.error);
    const said = message('cluster.node-no-lease', { node: node.name });
    findings.addQuoting(upstream, {
      severity: 'warning',
      document: node.document,
      path: ['metadata'],
      message: said,
    });
    return { ...rest, wantsPodCIDR: false };
  });
  const byNode = placed.flatMap(({ name, podCIDR }) => (podCIDR ? [[name, podCIDR] as const] : []));
  return {
    nodes: placed,
    leases: objects.leases ?? [],
    known: { ...known, byNode: Object.fromEntries(byNode) },
  };
}

/** Leases and reservations that the text gives; what cannot be read is said and left out. */
function leasesIn(
  board: Single<BoardManifest>,
  nodes: readonly ResolvedNode[],
  findings: Findings,
): readonly Lease[] {
  const keys = Object.entries(board.value.spec?.flannel?.etcd ?? {}).filter(([key]) => key !== CONFIG);
  return keys.flatMap(([key, text]): readonly Lease[] => {
    const subnet = parseCidr(key.startsWith(SUBNETS) ? key.slice(SUBNETS.length).replace('-', '/') : '');
    const value = parsed(text);
    const publicIP = addressIn(value);
    if (subnet.ok && publicIP !== undefined) {
      const type = textIn(value, 'BackendType');
      const vtep = parseMac(textIn(dataIn(value), 'VtepMAC') ?? '');
      const node = nodes.find(({ ip, flannel }) => (flannel.nodePublicIP ?? ip) === publicIP)?.name ?? '';
      const backendType = type === 'vxlan' || type === 'host-gw' ? type : 'udp';
      return [
        {
          node,
          subnet: subnet.value,
          publicIP,
          backendType,
          ...(vtep.ok ? { vni: 1, vtepMac: vtep.value } : {}),
          revision: 0,
        },
      ];
    }
    const said = message('cluster.etcd-bad-key', { key: clip(key), example: `${SUBNETS}10.244.1.0-24` });
    findings.add('warning', board.document, [...ETCD, key], said);
    return [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const dataIn = (value: unknown): unknown => memberOf(value, 'BackendData');

function textIn(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' ? text : undefined;
}

function addressIn(value: unknown): Ipv4 | undefined {
  const ip = parseIpv4(textIn(value, 'PublicIP') ?? '');
  return ip.ok ? ip.value : undefined;
}

/** Two nodes that are known by one address: each hides the other's pods. */
export function reportSamePublicIp(
  nodes: readonly ResolvedNode[],
  isEtcd: boolean,
  findings: Findings,
): void {
  const byIp = new Map<Ipv4, ResolvedNode>();
  for (const node of nodes) {
    const { overwrite, nodePublicIP } = node.flannel;
    const publicIP = (isEtcd ? undefined : overwrite) ?? nodePublicIP ?? node.ip;
    const other = byIp.get(publicIP);
    byIp.set(publicIP, other ?? node);
    if (!other || other.ip === node.ip) continue;
    const params = { node: node.name, other: other.name, ip: printIpv4(publicIP), line: other.line };
    findings.add('warning', node.document, ['metadata'], message('cluster.same-public-ip', params));
  }
}
