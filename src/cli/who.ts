/** `who FILE IP`: which object an address belongs to, and by which row every machine would send a packet there. */
import { contains, printCidr, printIpv4, type Ipv4 } from '../wire/address.ts';
import { lookup } from '../kernel/fib.ts';
import type { Origin } from '../kernel/origin.ts';
import { printAddress, printRoute } from '../kernel/print.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createBoard, touch } from '../kube/board.ts';
import { nodeNs } from '../kube/ids.ts';
import { printObject } from '../trace/printObject.ts';

const because = ({ by, object }: Origin): string =>
  `# ${by}${object === undefined ? '' : `: ${printObject(object)}`}`;

/** The blocks of the cluster that an address is in, when no device has it. */
function blocksWith(cluster: Cluster, ip: Ipv4): readonly string[] {
  const blocks = [
    ...cluster.nodes.flatMap(({ name, podCIDR }) =>
      podCIDR ? [{ cidr: podCIDR, what: `the pods of ${name}` }] : [],
    ),
    { cidr: cluster.flannel.network, what: 'the pod network' },
    { cidr: cluster.serviceCIDR, what: 'Services' },
    ...cluster.segments.map(({ name, cidr }) => ({ cidr, what: `segment ${name}` })),
  ];
  return blocks
    .filter(({ cidr }) => contains(cidr, ip))
    .map(({ cidr, what }) => `  in ${printCidr(cidr)}, for ${what}`);
}

/** The Services that an address is a virtual one of: no device has it, kube-proxy's rules take it. */
function servicesWith(cluster: Cluster, ip: Ipv4): readonly string[] {
  return cluster.services.flatMap(({ namespace, name, clusterIP, externalIPs, loadBalancer }) => {
    const said = (what: string): string => `  Service ${namespace}/${name}: ${what}`;
    return [
      ...(clusterIP === ip ? [said('clusterIP')] : []),
      ...(externalIPs.includes(ip) ? [said('externalIPs')] : []),
      ...(loadBalancer.some((ingress) => ingress.ip === ip) ? [said('status.loadBalancer.ingress')] : []),
    ];
  });
}

/** What is said of `ip`, line by line. */
export function whoOwns(cluster: Cluster, ip: Ipv4): readonly string[] {
  const world = createBoard(cluster);
  for (const node of cluster.nodes) touch(world, nodeNs(node.name));
  const namespaces = world.namespaces.ids().map((id) => world.netns(id));
  const onDevices = namespaces.flatMap(({ id, state }) =>
    state.addresses
      .filter((address) => address.ip === ip)
      .map((address) => `  ${id}: ${printAddress(address)}  ${because(address.origin)}`),
  );
  const owners = [...onDevices, ...servicesWith(cluster, ip)];
  const nobody = [`  nobody`, ...blocksWith(cluster, ip)];
  const machines = [...cluster.nodes, cluster.router, ...cluster.clients];
  const routes = machines.flatMap(({ name }) => {
    const ns = world.namespaces.get(nodeNs(name));
    if (!ns) return [];
    const route = lookup(ns, ip);
    return route === 'miss'
      ? [`  ${name}: no route`]
      : [`  ${name}: ${printRoute(route)}  ${because(route.origin)}`];
  });
  return [`${printIpv4(ip)} belongs to`, ...(owners.length > 0 ? owners : nobody), 'and is sent', ...routes];
}
