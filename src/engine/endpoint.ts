/** Endpoints as people write them: `pod/NS/NAME[:PORT]`, `node/NAME[:PORT]`, `client/NAME[:PORT]`, `IP[:PORT]`. */
import { message, type Message } from '../lib/message.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { parseIpv4, type Ipv4 } from '../wire/address.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs, podNs } from '../kube/ids.ts';

export interface Resolved {
  /** the namespace it is; undefined for a bare address */
  readonly ns?: NetNsId;
  readonly ip?: Ipv4;
  readonly port?: number;
}

function splitPort(text: string): { readonly name: string; readonly port?: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  return match && port >= 1 && port <= 65535 ? { name: match[1] ?? '', port } : { name: text };
}

/** What an endpoint means on this board; the error names what is not there. */
export function resolveEndpoint(cluster: Cluster, endpoint: string): Result<Resolved, Message> {
  const { name, port } = splitPort(endpoint);
  const withPort = port === undefined ? {} : { port };
  const unknown = err(message('send.unknown-endpoint', { endpoint }));
  const [kind, first, second] = name.split('/');
  if (kind === 'pod') {
    const pod = cluster.pods.find((p) => p.namespace === first && p.name === second);
    if (!pod) return unknown;
    if (pod.hostNetwork)
      return resolveEndpoint(cluster, `node/${pod.node}${port === undefined ? '' : `:${port}`}`);
    return ok({ ns: podNs(pod), ...(pod.ip === undefined ? {} : { ip: pod.ip }), ...withPort });
  }
  if (kind === 'node') {
    const node = cluster.nodes.find((n) => n.name === first);
    return node ? ok({ ns: nodeNs(node.name), ip: node.ip, ...withPort }) : unknown;
  }
  if (kind === 'client') {
    const client = cluster.clients.find((c) => c.name === first);
    return client ? ok({ ns: nodeNs(client.name), ip: client.ip, ...withPort }) : unknown;
  }
  const ip = parseIpv4(name);
  return ip.ok ? ok({ ip: ip.value, ...withPort }) : unknown;
}
