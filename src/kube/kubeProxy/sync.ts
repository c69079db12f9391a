/**
 * One sync: the text for `iptables-restore --noflush --counters`. The chains that Services share are written every time; those
 * of one Service only when it changed, or in a full sync. @see pkg/proxy/iptables/proxier.go syncProxyRules (facts/kube-proxy.md 8)
 */
import { captureRules } from './captureRules.ts';
import { printChains, printRules } from './lines.ts';
import { isServiceChain } from './names.ts';
import type { ProxyNode } from './options.ts';
import { policyChains } from './policyChains.ts';
import { portChains } from './portChains.ts';
import { samePort, type ProxyPort, type ServiceMap } from './servicePort.ts';
import {
  filterChains,
  firewallRules,
  forwardRules,
  MASQUERADE_RULES,
  NAT_CHAINS,
  nodePortJumps,
} from './staticRules.ts';

/** More endpoints than this, and rules about one endpoint have no comment. */
export const LARGE_CLUSTER = 1000;

/** The rules of one service port, printed. */
export interface PortRules {
  /** what they were made of */
  readonly of: ProxyPort;
  readonly filter: string;
  readonly capture: string;
  readonly chains: string;
  readonly rules: string;
  readonly chainNames: readonly string[];
}

export interface Written {
  /** by the keys of the ServiceMap */
  readonly ports: ReadonlyMap<string, PortRules>;
  readonly large: boolean;
}

export const NOTHING_WRITTEN: Written = { ports: new Map(), large: false };

export interface SyncInput {
  readonly map: ServiceMap;
  readonly node: ProxyNode;
  /** what the last sync wrote on this node, with the same ProxyNode */
  readonly written: Written;
  readonly full: boolean;
  /** chains of the nat table that exist; undefined: nobody looks for stale ones this time */
  readonly existing: Iterable<string> | undefined;
}

export interface Sync {
  readonly text: string;
  readonly written: Written;
}

export function isLargeCluster(map: ServiceMap): boolean {
  let endpoints = 0;
  for (const port of map.values()) endpoints += port.endpoints.length;
  return endpoints > LARGE_CLUSTER;
}

function rulesOf(port: ProxyPort, node: ProxyNode, large: boolean): PortRules {
  const chains = portChains(port, node);
  const { filter, nat } = captureRules(port, chains, node);
  const own = policyChains(port, { chains, node, large });
  return {
    of: port,
    filter: printRules(filter),
    capture: printRules(nat),
    chains: printChains(own.chains),
    rules: printRules(own.rules),
    chainNames: own.chains.map(({ chain }) => chain),
  };
}

const isSame = (known: PortRules | undefined, port: ProxyPort): known is PortRules =>
  known !== undefined && samePort(known.of, port);

/** The Services of which a port came, changed or went: the others keep their chains in a partial sync. */
function changedServices(map: ServiceMap, { ports }: Written): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [key, port] of map) if (!isSame(ports.get(key), port)) changed.add(serviceOf(port));
  return changed;
}

const serviceOf = ({ service }: ProxyPort): string => `${service.namespace}/${service.name}`;

export function sync({ map, node, written, full, existing }: SyncInput): Sync {
  const large = isLargeCluster(map);
  const changed = changedServices(map, written);
  const ports = new Map<string, PortRules>();
  const filter: string[] = [];
  const chains: string[] = [];
  const nat: string[] = [];
  const active = existing && new Set<string>();
  for (const [key, port] of map) {
    const isChanged = changed.has(serviceOf(port));
    const writes = full || isChanged;
    const known = written.ports.get(key);
    // crossing the threshold does not by itself rewrite what stands
    const stands = isSame(known, port) && !(writes && large !== written.large);
    const rules = stands ? known : rulesOf(port, node, large);
    ports.set(key, rules);
    filter.push(rules.filter);
    nat.push(rules.capture);
    if (active) for (const name of rules.chainNames) active.add(name);
    if (!writes) continue;
    chains.push(rules.chains);
    nat.push(rules.rules);
  }
  const stale = active
    ? [...(existing ?? [])].filter((name) => isServiceChain(name) && !active.has(name))
    : [];
  const text = [
    '*filter\n',
    printChains(filterChains(node)),
    printRules(firewallRules(node)),
    ...filter,
    printRules(forwardRules(node)),
    'COMMIT\n*nat\n',
    printChains(NAT_CHAINS),
    ...chains,
    // a line for a chain empties it, so that it can be deleted
    ...stale.map((name) => `:${name} - [0:0]\n`),
    printRules(MASQUERADE_RULES),
    ...nat,
    ...stale.map((name) => `-X ${name}\n`),
    printRules(nodePortJumps(node)),
    'COMMIT\n',
  ].join('');
  return { text, written: { ports, large } };
}
