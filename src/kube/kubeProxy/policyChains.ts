/** The chains of one service port: who is masqueraded, who is let in, and to which endpoints it goes (facts/kube-proxy.md 5, 10-22). */
import type { ObjectRef } from '../../kernel/origin.ts';
import { contains, printCidr, printIpv4 } from '../../wire/address.ts';
import { comment, type ChainLine, type RuleLine } from './lines.ts';
import { localDetector, type ProxyNode } from './options.ts';
import type { PortChains } from './portChains.ts';
import {
  fieldOf,
  isExternalLocal,
  matchPort,
  virtualIps,
  type ProxyEndpoint,
  type ProxyPort,
} from './servicePort.ts';

export interface PolicyContext {
  readonly chains: PortChains;
  readonly node: ProxyNode;
  /** more than 1,000 endpoints in the cluster: rules about one endpoint have no comment */
  readonly large: boolean;
}

export interface Written {
  readonly chains: readonly ChainLine[];
  readonly rules: readonly RuleLine[];
}

const MARK_MASQ = 'KUBE-MARK-MASQ';

export function policyChains(port: ProxyPort, context: PolicyContext): Written {
  const { chains } = context;
  const rules = [...internalRules(port, context)];
  const made: ChainLine[] = [];
  const make = (chain: string, path: string): void => {
    made.push({ chain, for: fieldOf(port, path) });
  };
  if (chains.usesExt) {
    make(chains.ext, `spec.ports[${port.index}]`);
    rules.push(...externalRules(port, context));
  }
  if (chains.usesFw) {
    make(chains.fw, 'spec.loadBalancerSourceRanges');
    rules.push(...firewallRules(port, context));
  }
  if (chains.usesSvc) {
    make(chains.svc, `spec.ports[${port.index}]`);
    rules.push(...balancingRules(port, chains.svc, chains.endpoints.cluster, context));
  }
  if (chains.usesSvl) {
    make(chains.svl, `spec.ports[${port.index}]`);
    rules.push(...balancingRules(port, chains.svl, chains.endpoints.local, context));
  }
  for (const endpoint of chains.endpoints.reachable) {
    made.push({ chain: chains.sep(endpoint), for: endpoint.ref });
    rules.push(...endpointRules(port, endpoint, context));
  }
  return { chains: made, rules };
}

/** Traffic for the ClusterIP that does not come from a pod is masqueraded, or the answer would go past this node. */
function internalRules(port: ProxyPort, { chains, node }: PolicyContext): readonly RuleLine[] {
  if (!chains.hasInternal) return [];
  const detector = localDetector(node);
  const { masqueradeAll } = node.config;
  if (!masqueradeAll && !detector) return [];
  const from = masqueradeAll || !detector ? '' : ` ${detector.ifNotLocal}`;
  const match = matchPort(port.protocol, port.clusterIP, port.port.port);
  return [
    {
      chain: chains.internal,
      rule: `${comment(`${port.name} cluster IP`)} ${match}${from} -j ${MARK_MASQ}`,
      for: fieldOf(port, `spec.ports[${port.index}]`),
    },
  ];
}

function externalRules(port: ProxyPort, { chains, node }: PolicyContext): readonly RuleLine[] {
  const whom = fieldOf(port, 'spec.externalTrafficPolicy');
  const rules: RuleLine[] = [];
  const add = (about: string, rest: string): void => {
    const said = about === '' ? '' : `${comment(`${about} for ${port.name} external destinations`)} `;
    rules.push({ chain: chains.ext, rule: said + rest, for: whom });
  };
  if (!isExternalLocal(port)) {
    // the endpoint may be on another node, and the answer must come back here
    add('masquerade traffic', `-j ${MARK_MASQ}`);
  } else {
    const detector = localDetector(node);
    // pods and this node's own processes are not outside: they may use all endpoints
    if (detector) add('pod traffic', `${detector.ifLocal} -j ${chains.svc}`);
    add('masquerade LOCAL traffic', `-m addrtype --src-type LOCAL -j ${MARK_MASQ}`);
    add('route LOCAL traffic', `-m addrtype --src-type LOCAL -j ${chains.svc}`);
  }
  if (chains.hasExternal) add('', `-j ${chains.external}`);
  return rules;
}

function firewallRules(port: ProxyPort, { chains, node }: PolicyContext): readonly RuleLine[] {
  const { sourceRanges } = port.service;
  const allow = (source: string, whom: ObjectRef): RuleLine => ({
    chain: chains.fw,
    rule: `${comment(`${port.name} loadbalancer IP`)} -s ${source} -j ${chains.ext}`,
    for: whom,
  });
  const ranges = sourceRanges.map((range, i) =>
    allow(printCidr(range), fieldOf(port, `spec.loadBalancerSourceRanges[${i}]`)),
  );
  // what this node itself sends to the address comes from the address, once it is bound to a local device
  const own = sourceRanges.some((range) => contains(range, node.ip))
    ? virtualIps(port).map(({ ip }) => allow(printIpv4(ip), fieldOf(port, 'spec.loadBalancerSourceRanges')))
    : [];
  const rest = comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`);
  return [
    ...ranges,
    ...own,
    { chain: chains.fw, rule: rest, for: fieldOf(port, 'spec.loadBalancerSourceRanges') },
  ];
}

/** The share of the next endpoint when `left` are still to come, as Go prints it: `%0.10f`. */
export function probability(left: number): string {
  return (1 / left).toFixed(10);
}

/** First whoever was served before, then one endpoint by lot: each rule's share is of those that came so far. */
function balancingRules(
  port: ProxyPort,
  chain: string,
  endpoints: readonly ProxyEndpoint[],
  { chains, large }: PolicyContext,
): readonly RuleLine[] {
  const about = ({ address }: ProxyEndpoint): string =>
    large ? '' : `${comment(`${port.name} -> ${address}`)} `;
  const { affinity } = port.service;
  const again =
    affinity === undefined
      ? []
      : endpoints.map((endpoint): RuleLine => {
          const sep = chains.sep(endpoint);
          const seen = `-m recent --name ${sep} --rcheck --seconds ${affinity} --reap`;
          return {
            chain,
            rule: `${about(endpoint)}${seen} -j ${sep}`,
            for: fieldOf(port, 'spec.sessionAffinity'),
          };
        });
  const drawn = endpoints.map((endpoint, i): RuleLine => {
    const left = endpoints.length - i;
    const lot = left === 1 ? '' : `-m statistic --mode random --probability ${probability(left)} `;
    return { chain, rule: `${about(endpoint)}${lot}-j ${chains.sep(endpoint)}`, for: endpoint.ref };
  });
  return [...again, ...drawn];
}

function endpointRules(
  port: ProxyPort,
  endpoint: ProxyEndpoint,
  { chains, large }: PolicyContext,
): readonly RuleLine[] {
  const chain = chains.sep(endpoint);
  const { protocol, name, service } = port;
  const about = large ? '' : `${comment(name)} `;
  const remember = service.affinity === undefined ? '' : `-m recent --name ${chain} --set `;
  return [
    // a pod that reaches itself must not see its own address as the source
    { chain, rule: `${about}-s ${printIpv4(endpoint.ip)} -j ${MARK_MASQ}`, for: endpoint.ref },
    {
      chain,
      rule: `${about}${remember}-m ${protocol} -p ${protocol} -j DNAT --to-destination ${endpoint.address}`,
      for: endpoint.ref,
    },
  ];
}
