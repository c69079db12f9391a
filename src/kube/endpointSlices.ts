/**
 * What the EndpointSlice controller writes: for a Service with a selector, the pods that it selects, with the port that each has
 * under the name or number of targetPort. Left out: topology hints (given ones are used), a hundred endpoints per slice.
 * @see kubernetes staging/src/k8s.io/endpointslice/{reconciler,utils}.go
 */
import type { Ipv4 } from '../wire/address.ts';
import type { ClusterNode, ClusterPod } from './cluster.ts';
import { hashOf } from './kubeProxy/names.ts';
import type { Endpoint, EndpointPort, EndpointSlice, Service, ServicePort } from './service.ts';

interface Cluster {
  readonly services: readonly Service[];
  readonly pods: readonly ClusterPod[];
  readonly nodes: readonly ClusterNode[];
}

type Target = Pick<ClusterPod, 'ports'>;

/** The port of a pod that a Service's port leads to; undefined: the pod has no port of that name and protocol. */
export function targetPortOf({ ports }: Target, { targetPort, protocol }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return ports.find((port) => port.name === targetPort && port.protocol === protocol)?.port;
}

type Selecting = Pick<Service, 'namespace' | 'selector'>;

/**
 * Looks pods up by their labels, for these Services and no others: the shortest list of pods with one of the pairs holds all that
 * have all. A pod has many more labels than anybody selects by.
 */
export class PodIndex {
  readonly #byPair = new Map<string, ClusterPod[]>();

  constructor(pods: readonly ClusterPod[], services: readonly Selecting[]) {
    const asked = new Set(services.flatMap(({ selector = {} }) => Object.keys(selector)));
    for (const pod of pods)
      for (const key of asked) {
        const value = pod.labels[key];
        if (value === undefined) continue;
        const pair = `${pod.namespace}/${key}=${value}`;
        const list = this.#byPair.get(pair);
        if (list) list.push(pod);
        else this.#byPair.set(pair, [pod]);
      }
  }

  /** In the order of the documents; none for a Service without a selector. */
  selectedBy({ namespace, selector = {} }: Selecting): readonly ClusterPod[] {
    const lists = Object.entries(selector).map(
      ([key, value]) => this.#byPair.get(`${namespace}/${key}=${value}`) ?? [],
    );
    const shortest = lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return shortest.filter((pod) =>
      Object.entries(selector).every(([key, value]) => pod.labels[key] === value),
    );
  }
}

/** The slices of all Services: those that were given, and for a Service with a selector and none given its own. */
export function withOwnSlices(cluster: Cluster, given: readonly EndpointSlice[]): readonly EndpointSlice[] {
  const index = new PodIndex(cluster.pods, cluster.services);
  const nodeIp = new Map(cluster.nodes.map(({ name, ip }) => [name, ip]));
  const has = new Set(given.map(({ namespace, service }) => `${namespace}/${service}`));
  const own = cluster.services
    .filter(({ namespace, name, selector }) => selector && !has.has(`${namespace}/${name}`))
    .flatMap((service) => slicesOf(service, index.selectedBy(service), nodeIp));
  return [...given, ...own];
}

/** Pods that have the same port numbers share a slice. */
function slicesOf(
  service: Service,
  pods: readonly ClusterPod[],
  nodeIp: ReadonlyMap<string, Ipv4>,
): readonly EndpointSlice[] {
  const slices = new Map<
    string,
    { readonly ports: readonly EndpointPort[]; readonly endpoints: Endpoint[] }
  >();
  for (const pod of pods) {
    const ip = pod.hostNetwork ? nodeIp.get(pod.node) : pod.ip;
    if (ip === undefined) continue;
    const ports = service.ports.flatMap((port): EndpointPort[] => {
      const number = targetPortOf(pod, port);
      return number === undefined ? [] : [{ name: port.name, protocol: port.protocol, port: number }];
    });
    const key = JSON.stringify(ports);
    const slice = slices.get(key) ?? { ports, endpoints: [] };
    slice.endpoints.push(endpointOf(service, pod, ip));
    slices.set(key, slice);
  }
  const { namespace, name } = service;
  return [...slices].map(([key, { ports, endpoints }]) => ({
    namespace,
    name: `${name}-${hashOf(`${namespace}/${name} ${key}`).slice(0, SUFFIX).toLowerCase()}`,
    service: name,
    ports,
    endpoints,
    generated: true as const,
  }));
}

/** as long as the suffix of metadata.generateName */
const SUFFIX = 5;

function endpointOf(service: Service, pod: ClusterPod, ip: Ipv4): Endpoint {
  const { publishNotReadyAddresses } = service;
  return {
    ip,
    ready: publishNotReadyAddresses || (pod.ready && !pod.terminating),
    serving: publishNotReadyAddresses || pod.ready,
    terminating: pod.terminating,
    node: pod.node,
    ...(pod.hostname !== undefined && pod.subdomain === service.name ? { hostname: pod.hostname } : {}),
    forZones: [],
    forNodes: [],
    ref: { ...pod.ref, path: 'status.podIP' },
  };
}
