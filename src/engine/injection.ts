/** What a request to send means on a board. */
import { message, type Message } from '../lib/message.ts';
import type { Cluster } from '../kube/cluster.ts';
import { podNs } from '../kube/ids.ts';
import type { Injection } from '../sim/inject.ts';
import { resolveEndpoint, resolvePick } from './endpoint.ts';
import type { SendRequest } from './protocol.ts';

const TCP_REQUEST = 'GET / HTTP/1.1\r\n\r\n';

/** The packet to send; a message when an end is not there or cannot be one. */
export function injectionOf(cluster: Cluster, request: SendRequest): Injection | Message {
  const from = resolveEndpoint(cluster, request.from);
  if (!from.ok) return from.error;
  const to = resolveEndpoint(cluster, request.to);
  if (!to.ok) return to.error;
  for (const [endpoint, { waiting }] of [
    [request.from, from.value],
    [request.to, to.value],
  ] as const)
    if (waiting !== undefined) return message('send.waiting', { endpoint, why: waiting });
  const { ns } = from.value;
  if (ns === undefined) return message('send.not-a-sender', { endpoint: request.from });
  const { ip, name, port: dport } = to.value;
  const isPod = cluster.pods.some((pod) => !pod.hostNetwork && podNs(pod) === ns);
  if (name !== undefined && !isPod) return message('send.no-dns', { name, from: request.from });
  const dst = ip ?? name;
  if (dst === undefined) return message('send.no-address', { endpoint: request.to });
  const needsPort = request.protocol === 'tcp' || request.protocol === 'udp';
  if (needsPort && dport === undefined) return message('send.no-port', { endpoint: request.to });
  const picks = (request.pick ?? []).map((pick) => resolvePick(cluster, pick));
  const unpickable = picks.find((pick) => !pick.ok);
  if (unpickable?.ok === false) return unpickable.error;
  const pick = picks.flatMap((picked) => (picked.ok ? [picked.value] : []));
  const { protocol, ttl, size, df, sport } = request;
  return {
    protocol,
    from: ns,
    dst,
    ...(pick.length === 0 ? {} : { pick }),
    ...(dport === undefined ? {} : { dport }),
    ...(ttl === undefined ? {} : { ttl }),
    ...(size === undefined ? {} : { size }),
    ...(df === undefined ? {} : { df }),
    ...(sport === undefined ? {} : { sport }),
    ...(protocol === 'tcp' && request.probe !== true ? { request: TCP_REQUEST } : {}),
  };
}
