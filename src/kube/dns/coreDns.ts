/**
 * CoreDNS in a pod: it answers on UDP port 53 from what the API server has told it. Its watch of the API server is not traffic
 * here, TCP 53 only opens connections, and its cache (30 s) is left out: what changes is answered at once.
 */
import { nextInRange, type Random } from '../../lib/random.ts';
import type { Ipv4 } from '../../wire/address.ts';
import { DNS_PORT, emitDns, parseDns, type DnsRecord } from '../../wire/dns.ts';
import { openSocket, sendDatagram } from '../../kernel/socket.ts';
import type { Behaviour, Process } from '../../sim/process.ts';
import type { Cluster, ClusterPod } from '../cluster.ts';
import { podNs } from '../ids.ts';
import { answer } from './zone.ts';

const SECOND = 1_000_000_000;
const ANY = 0 as Ipv4;

export function coreDnsProcess(pod: ClusterPod): Process {
  return {
    pid: `coredns@${podNs(pod)} on ${pod.node}`,
    behaviour: 'coredns',
    ns: podNs(pod),
    state: undefined,
  };
}

/** loadbalance round_robin: addresses come in another order every time. */
function shuffled(records: readonly DnsRecord[], random: Random): readonly DnsRecord[] {
  const addresses = records.filter(({ type }) => type === 'A');
  if (addresses.length < 2) return records;
  const left = [...addresses];
  const drawn = addresses.map(() => left.splice(nextInRange(random, 0, left.length - 1), 1)[0]);
  return [...records.filter(({ type }) => type !== 'A'), ...drawn.flatMap((record) => record ?? [])];
}

export const coreDns: Behaviour<undefined, Cluster> = {
  name: 'coredns',
  wake(sys, _state, why) {
    if (why.why === 'start')
      openSocket(sys.kernel(), { kind: 'udp', owner: sys.pid, ip: ANY, port: DNS_PORT });
    if (why.why !== 'socket' || why.event.event !== 'datagram') return undefined;
    const { event } = why;
    const query = parseDns(event.payload);
    // what is no query is dropped without a word
    if (!query.ok || query.value.response) return undefined;
    const k = sys.kernel();
    const found = answer(sys.cluster, query.value, Math.floor(sys.now / SECOND));
    const bytes = emitDns({ ...found, answers: shuffled(found.answers, k.random) });
    const from = {
      parent: event.hop,
      cause: 'reply' as const,
      exchange: k.recorder.exchangeOf(event.hop),
      by: 'dns',
    };
    const ports = { sport: DNS_PORT, dport: event.sport, payload: { kind: 'bytes' as const, bytes } };
    sendDatagram(k, ports, { dst: event.from, src: event.to, discover: 'want' }, from);
    return undefined;
  },
};
