/** Services as the page asks for them: a line each for the board, and everything behind one of them on one node. */
import { printIpv4 } from '../wire/address.ts';
import type { NetNs } from '../kernel/netns.ts';
import { TABLE_NAMES } from '../kernel/netfilter/rule.ts';
import type { Cluster } from '../kube/cluster.ts';
import { portName, serviceHash, endpointChain } from '../kube/kubeProxy/names.ts';
import type { EndpointSlice, Service } from '../kube/service.ts';
import type { ServiceDetail, BoardService, ServiceEndpoint } from './servicesProtocol.ts';

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

function slicesByService({ endpointSlices }: Cluster): ReadonlyMap<string, readonly EndpointSlice[]> {
  const all = new Map<string, EndpointSlice[]>();
  for (const slice of endpointSlices) {
    const key = keyOf({ namespace: slice.namespace, name: slice.service });
    const own = all.get(key);
    if (own) own.push(slice);
    else all.set(key, [slice]);
  }
  return all;
}

/** Can somebody outside the cluster reach it? Only then is there an externalTrafficPolicy. */
function isExternal({ type, externalIPs }: Service): boolean {
  return type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
}

export function boardServices(cluster: Cluster): readonly BoardService[] {
  const slices = slicesByService(cluster);
  return cluster.services.map((service): BoardService => {
    const { namespace, name, type, clusterIP, ports, externalTrafficPolicy } = service;
    const own = (slices.get(keyOf(service)) ?? []).flatMap(({ endpoints }) => endpoints);
    return {
      namespace,
      name,
      type,
      ...(clusterIP === undefined ? {} : { clusterIP: printIpv4(clusterIP) }),
      ports: ports.map(({ name: port, protocol, port: number, nodePort }) => ({
        name: port,
        protocol,
        port: number,
        ...(nodePort === undefined ? {} : { nodePort }),
      })),
      endpoints: new Set(own.filter(({ ready }) => ready).map(({ ip }) => ip)).size,
      ...(isExternal(service) ? { externalTrafficPolicy } : {}),
    };
  });
}

function endpointsOf(cluster: Cluster, service: Service): readonly ServiceEndpoint[] {
  const pods = new Map(cluster.pods.map((pod) => [pod.ip, keyOf(pod)]));
  return (slicesByService(cluster).get(keyOf(service)) ?? []).flatMap(({ endpoints, ports }) =>
    endpoints.flatMap(({ ip, node, ready, terminating }) =>
      ports.map(({ name, port }): ServiceEndpoint => {
        const pod = pods.get(ip);
        return {
          ip: printIpv4(ip),
          port,
          portName: name,
          ...(pod === undefined ? {} : { pod }),
          ...(node === undefined ? {} : { node }),
          ready,
          terminating,
        };
      }),
    ),
  );
}

/** Names of the chains that a Service may own, in the order in which a packet comes through them. */
function chainNames(service: Service, endpoints: readonly ServiceEndpoint[]): readonly string[] {
  return service.ports.flatMap(({ name, protocol }) => {
    const port = portName(service.namespace, service.name, name);
    const lower = protocol.toLowerCase();
    const hash = serviceHash(port, lower);
    const own = endpoints.filter(({ portName: of }) => of === name);
    return [
      ...['FW', 'EXT', 'SVC', 'SVL'].map((kind) => `KUBE-${kind}-${hash}`),
      ...own.map((to) => endpointChain(port, lower, `${to.ip}:${to.port}`)),
    ];
  });
}

/** Undefined when there is no such Service; `ns` is the node whose rules are looked at. */
export function serviceDetail(
  cluster: Cluster,
  ns: NetNs | undefined,
  key: string,
): ServiceDetail | undefined {
  const service = cluster.services.find((one) => keyOf(one) === key);
  if (!service) return undefined;
  const endpoints = endpointsOf(cluster, service);
  const names = chainNames(service, endpoints);
  const chains = names.flatMap((chain) => {
    const found = ns?.state.rules.nat?.chains.get(chain);
    return found ? [{ table: 'nat' as const, chain, rules: found.rules.length }] : [];
  });
  const own = new Set(names);
  const rules = TABLE_NAMES.flatMap((table) =>
    [...(ns?.state.rules[table]?.chains.values() ?? [])].flatMap((chain) =>
      own.has(chain.name)
        ? []
        : chain.rules.flatMap(({ origin: { object }, text }, i) =>
            object?.kind === 'Service' && keyOf(object) === key
              ? [{ table, chain: chain.name, number: i + 1, text }]
              : [],
          ),
    ),
  );
  return { endpoints, rules, chains };
}
