/** The rules of one service port in the chains that all share: what is caught, refused or dropped (facts/kube-proxy.md 5, 1-9). */
import type { ObjectRef } from '../../kernel/origin.ts';
import type { Ipv4 } from '../../wire/address.ts';
import { comment, type RuleLine } from './lines.ts';
import { hasLocalhostNodePorts, type ProxyNode } from './options.ts';
import type { PortChains } from './portChains.ts';
import { fieldOf, healthCheckPort, matchPort, virtualIps, type ProxyPort } from './servicePort.ts';

export interface Captured {
  readonly filter: readonly RuleLine[];
  readonly nat: readonly RuleLine[];
}

/** Why a service port is refused, as the comment of the rule says it; `port` is `namespace/name:port`. */
export const noEndpoints = (port: string): string => `${port} has no endpoints`;
const noLocalEndpoints = (port: string): string => `${port} has no local endpoints`;

export function captureRules(port: ProxyPort, chains: PortChains, node: ProxyNode): Captured {
  const { name, protocol, service } = port;
  const { hasAny, cluster } = { hasAny: chains.endpoints.hasAny, cluster: port.clusterIP };
  const filter: RuleLine[] = [];
  const nat: RuleLine[] = [];
  const [target, why] = hasAny ? ['DROP', noLocalEndpoints(name)] : ['REJECT', noEndpoints(name)];
  const to = (ip: Ipv4 | undefined, at = port.port.port): string => matchPort(protocol, ip, at);
  const refuse = (chain: string, match: string, whom: ObjectRef): void => {
    filter.push({ chain, rule: `${comment(why)} ${match} -j ${target}`, for: whom });
  };
  const capture = (what: string, ip: Ipv4, jump: string, whom: ObjectRef): void => {
    nat.push({
      chain: 'KUBE-SERVICES',
      rule: `${comment(`${name} ${what}`)} ${to(ip)} -j ${jump}`,
      for: whom,
    });
  };
  const field = (path: string): ObjectRef => fieldOf(port, path);

  if (chains.hasInternal) capture('cluster IP', cluster, chains.internal, field(`spec.ports[${port.index}]`));
  else refuse('KUBE-SERVICES', to(cluster), field(`spec.ports[${port.index}]`));

  service.externalIPs.forEach((ip, i) => {
    const whom = field(`spec.externalIPs[${i}]`);
    if (hasAny) capture('external IP', ip, chains.ext, whom);
    if (!chains.hasExternal) refuse('KUBE-EXTERNAL-SERVICES', to(ip), whom);
  });

  const vips = virtualIps(port).map(({ ip, index }) => ({
    ip,
    whom: field(`status.loadBalancer.ingress[${index}].ip`),
  }));
  for (const { ip, whom } of vips) {
    if (hasAny) capture('loadbalancer IP', ip, chains.usesFw ? chains.fw : chains.ext, whom);
    if (chains.usesFw)
      filter.push({
        chain: 'KUBE-PROXY-FIREWALL',
        rule: `${comment(`${name} traffic not accepted by ${chains.fw}`)} ${to(ip)} -j DROP`,
        for: field('spec.loadBalancerSourceRanges'),
      });
  }
  if (!chains.hasExternal) for (const { ip, whom } of vips) refuse('KUBE-EXTERNAL-SERVICES', to(ip), whom);

  const { nodePort } = port.port;
  if (nodePort !== undefined) {
    const whom = field(`spec.ports[${port.index}].nodePort`);
    if (hasAny) nat.push(...nodePortRules(port, nodePort, { chains, node, whom }));
    if (!chains.hasExternal)
      refuse('KUBE-EXTERNAL-SERVICES', `-m addrtype --dst-type LOCAL ${to(undefined, nodePort)}`, whom);
  }

  const health = healthCheckPort(port);
  if (health !== undefined)
    filter.push({
      chain: 'KUBE-NODEPORTS',
      rule: `${comment(`${name} health check node port`)} ${matchPort('tcp', undefined, health)} -j ACCEPT`,
      for: field('spec.healthCheckNodePort'),
    });
  return { filter, nat };
}

interface NodePortContext {
  readonly chains: PortChains;
  readonly node: ProxyNode;
  readonly whom: ObjectRef;
}

function nodePortRules(
  { name, protocol }: ProxyPort,
  nodePort: number,
  { chains, node, whom }: NodePortContext,
): readonly RuleLine[] {
  const line = (match: string): RuleLine => ({
    chain: 'KUBE-NODEPORTS',
    rule: `${comment(name)} -m ${protocol} -p ${protocol} ${match} -j ${chains.ext}`,
    for: whom,
  });
  const counted = `-d 127.0.0.0/8 --dport ${nodePort} -m nfacct --nfacct-name localhost_nps_accepted_pkts`;
  const all = line(`--dport ${nodePort}`);
  return node.nfacct && hasLocalhostNodePorts(node.config) ? [line(counted), all] : [all];
}
