/**
 * Endpoints as people write them: `pod/NS/NAME[:PORT]`, `node/NAME[:PORT]`, `client/NAME[:PORT]`, `svc/NS/NAME[:PORT]`,
 * `IP[:PORT]`, `HOST.NAME[:PORT]` for the sender's resolver; and which endpoint of a Service shall be taken.
 */
import { message, type Message } from '../lib/message.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { parseIpv4, printIpv4, type Ipv4 } from '../wire/address.ts';
import { isDnsName } from '../wire/dns.ts';
import type { NetNsId, Picked } from '../kernel/recorder.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs, podNs } from '../kube/ids.ts';

/** so many endpoints are named when another was asked for */
const MOST_NAMED = 5;

export interface Resolved {
  /** the namespace it is; undefined for a bare address */
  readonly ns?: NetNsId;
  readonly ip?: Ipv4;
  /** a name in DNS, which the sender looks up */
  readonly name?: string;
  readonly port?: number;
  /** a pod that is still ContainerCreating, in kubelet's words: nobody is there to send or to answer */
  readonly waiting?: string;
}

function splitPort(text: string): { readonly name: string; readonly port?: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  return match && port >= 1 && port <= 65535 ? { name: match[1] ?? '', port } : { name: text };
}

/** With a dot and a letter, so that it is neither a slip nor half an address. */
function isHostName(text: string): boolean {
  return (
    text.includes('.') && /[a-z]/i.test(text) && !text.includes('/') && isDnsName(text.replace(/\.$/, ''))
  );
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
    return ok({
      ns: podNs(pod),
      ...(pod.ip === undefined ? {} : { ip: pod.ip }),
      ...(pod.waiting === undefined ? {} : { waiting: pod.waiting }),
      ...withPort,
    });
  }
  if (kind === 'node') {
    const node = cluster.nodes.find((n) => n.name === first);
    return node ? ok({ ns: nodeNs(node.name), ip: node.ip, ...withPort }) : unknown;
  }
  if (kind === 'client') {
    const client = cluster.clients.find((c) => c.name === first);
    return client ? ok({ ns: nodeNs(client.name), ip: client.ip, ...withPort }) : unknown;
  }
  if (kind === 'svc') {
    const service = cluster.services.find((s) => s.namespace === first && s.name === second);
    if (!service) return unknown;
    if (service.clusterIP === undefined) {
      const type = service.type === 'ExternalName' ? 'ExternalName' : 'headless';
      return err(message('send.no-cluster-ip', { endpoint: name, type }));
    }
    const [only] = service.ports;
    const ports = service.ports.map((p) => String(p.port)).join(', ');
    if (port !== undefined && !service.ports.some((p) => p.port === port))
      return err(message('send.no-service-port', { endpoint: name, port, ports }));
    // without a port the first one is meant
    const named = port ?? only?.port;
    return ok({ ip: service.clusterIP, ...(named === undefined ? {} : { port: named }) });
  }
  const ip = parseIpv4(name);
  if (ip.ok) return ok({ ip: ip.value, ...withPort });
  return isHostName(name) ? ok({ name, ...withPort }) : unknown;
}

/**
 * What `SVC=ENDPOINT` means for rules that draw lots; SVC is `NS/NAME`, with or without `svc/` in front, ENDPOINT is one of its
 * endpoints as `IP[:PORT]` or `pod/NS/NAME`. The error names what is not there.
 */
export function resolvePick(cluster: Cluster, pick: string): Result<Picked, Message> {
  const [service = '', endpoint, more] = pick.split('=');
  if (endpoint === undefined || more !== undefined) return err(message('send.bad-pick', { pick }));
  const [namespace, name] = service.replace(/^svc\//, '').split('/');
  if (!cluster.services.some((s) => s.namespace === namespace && s.name === name))
    return err(message('send.unknown-endpoint', { endpoint: service }));
  const resolved = resolveEndpoint(cluster, endpoint);
  if (!resolved.ok) return resolved;
  const { ip, port } = resolved.value;
  const slices = cluster.endpointSlices.filter((s) => s.namespace === namespace && s.service === name);
  const fits = slices.some(
    (slice) =>
      slice.endpoints.some((known) => known.ip === ip) &&
      (port === undefined || slice.ports.some((known) => known.port === port)),
  );
  if (ip === undefined || !fits) {
    const known = slices.flatMap(({ endpoints }) => endpoints.map((e) => printIpv4(e.ip)));
    const endpoints = [...new Set(known)].slice(0, MOST_NAMED).join(', ');
    return err(message('send.not-an-endpoint', { endpoint, service, endpoints }));
  }
  return ok({ ip, ...(port === undefined ? {} : { port }) });
}
