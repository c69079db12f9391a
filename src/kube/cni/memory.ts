/** What host-local has given on a running board, for who reads the text of the next edit. */
import { parseIpv4, type Ipv4 } from '../../wire/address.ts';
import type { World } from '../../sim/world.ts';
import type { Cluster } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import { LAST_RESERVED } from './hostLocal.ts';

export interface GivenAddresses {
  /** keys `Pod/namespace/name`, pods whose text gives no address */
  readonly pods: Readonly<Record<string, Ipv4>>;
  /** by node; a node that nobody has touched yet has given nothing */
  readonly last: Readonly<Record<string, Ipv4>>;
}

export function addressesOf(world: World<Cluster>): GivenAddresses {
  const { pods, nodes } = world.cluster;
  const given = pods.flatMap(({ namespace, name, ip, chosen }) =>
    chosen === true && ip !== undefined ? [[`Pod/${namespace}/${name}`, ip] as const] : [],
  );
  const last = nodes.flatMap(({ name }) => {
    const ip = parseIpv4(world.readFile(nodeNs(name), LAST_RESERVED) ?? '');
    return ip.ok ? [[name, ip.value] as const] : [];
  });
  return { pods: Object.fromEntries(given), last: Object.fromEntries(last) };
}
