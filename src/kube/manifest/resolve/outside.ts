/** What is around the nodes: the router that joins the segments, and clients behind it. */
import { message } from '../../../lib/message.ts';
import { contains, ipv4, printCidr, printIpv4, type Cidr, type Ipv4 } from '../../../wire/address.ts';
import type { Cluster, Segment } from '../../cluster.ts';
import type { BoardManifest } from '../boardDocument.ts';
import type { Findings } from './findings.ts';
import type { Single } from './network.ts';
import { isReserved } from './segments.ts';

/** The client of the lab; the second and third are for clusters that live in the first documentation block (RFC 5737). */
const DEFAULT_CLIENTS = [ipv4('203.0.113.50'), ipv4('198.51.100.50'), ipv4('192.0.2.50')];

/** A client's own network is the /24 around it, its gateway the router at .1. */
const CLIENT_BITS = 24;

export interface Inside {
  readonly segments: readonly Segment[];
  readonly clusterCIDR: Cidr;
  readonly serviceCIDR: Cidr;
  readonly nodeNames: ReadonlySet<string>;
}

export function resolveOutside(
  inside: Inside,
  board: Single<BoardManifest> | undefined,
  findings: Findings,
): Pick<Cluster, 'router' | 'clients'> {
  const spec = board?.value.spec;
  const taken = new Set(inside.nodeNames);
  const router = spec?.router?.name ?? freeName('rtr', taken);
  if (board && taken.has(router)) {
    const params = { name: router, field: 'spec.router.name' };
    findings.add('error', board.document, ['spec', 'router', 'name'], message('cluster.same-name', params));
  }
  taken.add(router);
  const given = spec?.clients;
  if (!board || !given || given.length === 0) {
    const ip = DEFAULT_CLIENTS.find((candidate) => !whereInside(candidate, inside));
    return {
      router: { name: router },
      clients: ip === undefined ? [] : [{ name: freeName('client', taken), ip }],
    };
  }
  given.forEach((client, i) => {
    const path = ['spec', 'clients', i];
    if (taken.has(client.name)) {
      const params = { name: client.name, field: `spec.clients[${i}].name` };
      findings.add('error', board.document, [...path, 'name'], message('cluster.same-name', params));
    }
    taken.add(client.name);
    const ip = printIpv4(client.ip);
    const where = whereInside(client.ip, inside);
    const other = given.slice(0, i).find((earlier) => earlier.ip === client.ip);
    if (where) {
      const params = { client: client.name, ip, where: where.name, cidr: printCidr(where.cidr) };
      findings.add('error', board.document, [...path, 'ip'], message('cluster.client-inside', params));
    } else if (other) {
      const params = { client: client.name, other: other.name, ip };
      findings.add('error', board.document, [...path, 'ip'], message('cluster.client-same-ip', params));
    } else if (isReserved({ address: client.ip, bits: CLIENT_BITS }, client.ip)) {
      const params = { client: client.name, ip };
      findings.add(
        'error',
        board.document,
        [...path, 'ip'],
        message('cluster.client-reserved-address', params),
      );
    }
  });
  return { router: { name: router }, clients: given.map(({ name, ip }) => ({ name, ip })) };
}

function whereInside(ip: Ipv4, inside: Inside): { readonly name: string; readonly cidr: Cidr } | undefined {
  const blocks = [
    ...inside.segments,
    { name: 'clusterCIDR', cidr: inside.clusterCIDR },
    { name: 'serviceCIDR', cidr: inside.serviceCIDR },
  ];
  return blocks.find(({ cidr }) => contains(cidr, ip));
}

/** Machines are network namespaces here, and a namespace has one name: a node called `rtr` makes the router `rtr-2`. */
function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
  return name;
}
