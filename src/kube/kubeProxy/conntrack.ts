/**
 * Which connections kube-proxy deletes after a sync: those of UDP services that lead where no endpoint is. A UDP flow has no end
 * of its own, so its entry would send later datagrams to a dead pod for ever. TCP is never touched, traffic policies are ignored.
 * @see pkg/proxy/conntrack/cleanup.go (facts/kube-proxy.md 10)
 */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL } from '../../wire/frame.ts';
import type { CtEntry, CtTuple } from '../../kernel/conntrack/types.ts';
import { virtualIps, type ProxyPort, type ServiceMap } from './servicePort.ts';

/** `address:port` of the endpoints that may still answer, by where a client sends to: `ip:port`, or `:port` for a NodePort. */
function allowed(map: ServiceMap): ReadonlyMap<string, ReadonlySet<string>> {
  const byDestination = new Map<string, ReadonlySet<string>>();
  for (const port of map.values()) {
    if (port.protocol !== 'udp') continue;
    const serving = new Set(port.endpoints.filter((e) => e.serving).map((e) => e.address));
    // without any the rules refuse, and the entry is left to time out
    if (serving.size === 0) continue;
    for (const ip of addressesOf(port)) byDestination.set(`${printIpv4(ip)}:${port.port.port}`, serving);
    if (port.port.nodePort !== undefined) byDestination.set(`:${port.port.nodePort}`, serving);
  }
  return byDestination;
}

function addressesOf(port: ProxyPort): readonly Ipv4[] {
  return [port.clusterIP, ...port.service.externalIPs, ...virtualIps(port).map(({ ip }) => ip)];
}

const at = (ip: Ipv4, port: number): string => `${printIpv4(ip)}:${port}`;

export function staleEntries(map: ServiceMap, entries: Iterable<CtEntry>): readonly CtEntry[] {
  const byDestination = allowed(map);
  if (byDestination.size === 0) return [];
  return [...entries].filter(({ original, reply }) => {
    if (original.protocol !== PROTOCOL.udp) return false;
    const serving =
      byDestination.get(at(original.dst, original.dport)) ?? byDestination.get(`:${original.dport}`);
    return serving !== undefined && !serving.has(at(reply.src, reply.sport));
  });
}

/** The command that deletes one flow: kube-proxy does the same over netlink. */
export function deleteCommand({ src, dst, sport, dport }: CtTuple): string {
  return `conntrack -D -p udp --orig-src ${printIpv4(src)} --orig-dst ${printIpv4(dst)} --sport ${sport} --dport ${dport}`;
}
