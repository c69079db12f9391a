/**
 * What CoreDNS answers: the kubernetes plugin for `cluster.local` with kubeadm's Corefile (ttl 30, pods insecure), and for the
 * names of the board's machines its hosts plugin, which stands for the resolver outside. Everything else is SERVFAIL, since there
 * is nobody to forward to. Left out: PTR, TXT, NS records, the cache.
 * @see coredns plugin/kubernetes/{kubernetes,parse}.go, plugin/backend_lookup.go; kubernetes/dns specification.md
 */
import { parseIpv4, printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { DnsMessage, DnsQuestion, DnsRecord, Rcode } from '../../wire/dns.ts';
import type { Cluster } from '../cluster.ts';
import type { Endpoint, EndpointPort, Service } from '../service.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

/** seconds: kubeadm's Corefile */
const TTL = 30;
/** a name that points to a name that points ... : plugin/pkg/upstream gives up */
const MOST_CNAMES = 8;
/** hosts plugin */
const HOSTS_TTL = 3600;

type Reply = Pick<DnsMessage, 'rcode' | 'answers' | 'authoritative'>;

const reply = (answers: readonly DnsRecord[], rcode: Rcode = 'NOERROR'): Reply => ({
  rcode,
  answers,
  authoritative: true,
});
/** the name is there, but nothing of the type that is asked for */
const NODATA = reply([]);
const NXDOMAIN = reply([], 'NXDOMAIN');
const SERVFAIL: Reply = { rcode: 'SERVFAIL', answers: [], authoritative: false };

/** The whole answer to a query; `serial` is that of the zone, seconds. Names are answered in the case in which they were asked. */
export function answer(cluster: Cluster, query: DnsMessage, serial: number): DnsMessage {
  const { id, question, recursionDesired } = query;
  const found = lookUp(cluster, question);
  const isDenial = found.authoritative && found.answers.length === 0;
  return {
    id,
    response: true,
    recursionDesired,
    recursionAvailable: false,
    question,
    ...found,
    authorities: isDenial ? [soa(serial)] : [],
  };
}

function soa(serial: number): DnsRecord {
  const [mname, rname] = [`ns.dns.${CLUSTER_DOMAIN}`, `hostmaster.${CLUSTER_DOMAIN}`];
  const numbers = { serial, refresh: 7200, retry: 1800, expire: 86_400, minimum: TTL };
  return { name: CLUSTER_DOMAIN, ttl: TTL, type: 'SOA', mname, rname, numbers };
}

function lookUp(cluster: Cluster, question: DnsQuestion, pointed = 0): Reply {
  const name = question.name.toLowerCase();
  if (name === CLUSTER_DOMAIN) return NODATA;
  if (name.endsWith(`.${CLUSTER_DOMAIN}`)) {
    const labels = name.slice(0, -CLUSTER_DOMAIN.length - 1).split('.');
    const [kind, namespace, ...rest] = labels.toReversed();
    if (kind === 'svc')
      return ofService(cluster, { question, namespace, labels: rest.toReversed(), pointed });
    return kind === 'pod' ? ofPod(cluster, question, { namespace, labels: rest }) : NXDOMAIN;
  }
  const machine = [...cluster.nodes, ...cluster.clients].find((one) => one.name.toLowerCase() === name);
  if (!machine) return SERVFAIL;
  return question.type === 'A' ? reply([addressRecord(question.name, machine.ip, HOSTS_TTL)]) : NODATA;
}

function addressRecord(name: string, ip: Ipv4, ttl = TTL): DnsRecord {
  return { name, ttl, type: 'A', ip };
}

function hasNamespace({ namespaces, services, pods }: Cluster, name: string): boolean {
  const all = [namespaces.map((one) => one.name), [...services, ...pods].map(({ namespace }) => namespace)];
  return all.flat().includes(name);
}

/** `10-244-1-2.shop.pod`: with `pods insecure` any address that the name spells. */
function ofPod(
  cluster: Cluster,
  question: DnsQuestion,
  { namespace, labels }: { readonly namespace: string | undefined; readonly labels: readonly string[] },
): Reply {
  const [spelt, ...more] = labels;
  if (namespace === undefined) return NODATA;
  if (!hasNamespace(cluster, namespace)) return NXDOMAIN;
  if (spelt === undefined) return NODATA;
  const ip = parseIpv4(spelt.replaceAll('-', '.'));
  if (!ip.ok || more.length > 0) return NXDOMAIN;
  return question.type === 'A' ? reply([addressRecord(question.name, ip.value)]) : NODATA;
}

interface ServiceQuestion {
  readonly question: DnsQuestion;
  readonly namespace: string | undefined;
  /** in front of the namespace: `web`, `web-0.web`, `_http._tcp.web` */
  readonly labels: readonly string[];
  readonly pointed: number;
}

function ofService(cluster: Cluster, { question, namespace, labels, pointed }: ServiceQuestion): Reply {
  if (namespace === undefined) return NODATA;
  if (labels.length === 0) return hasNamespace(cluster, namespace) ? NODATA : NXDOMAIN;
  const name = labels.at(-1);
  const service = cluster.services.find((one) => one.namespace === namespace && one.name === name);
  if (!service) return NXDOMAIN;
  const [first = '', second = ''] = labels;
  const isPort = labels.length === 3 && first.startsWith('_') && second.startsWith('_');
  if (labels.length > 2 && !isPort) return NXDOMAIN;
  if (service.type === 'ExternalName')
    return labels.length > 1 ? NXDOMAIN : ofExternalName(cluster, { question, service, pointed });
  const wanted = {
    ...(labels.length === 2 ? { endpoint: first } : {}),
    ...(isPort ? { port: first.slice(1), protocol: second.slice(1).toUpperCase() } : {}),
  };
  const targets =
    service.clusterIP === undefined || wanted.endpoint !== undefined
      ? endpointTargets(cluster, service, wanted)
      : clusterIpTargets(service, service.clusterIP, wanted);
  if (targets.length === 0) return NXDOMAIN;
  if (question.type === 'A') {
    const ips = [...new Set(targets.map(({ ip }) => ip))];
    return reply(ips.map((ip) => addressRecord(question.name, ip)));
  }
  return question.type === 'SRV' ? reply(serviceRecords(question.name, targets)) : NODATA;
}

interface Wanted {
  readonly endpoint?: string;
  readonly port?: string;
  readonly protocol?: string;
}

interface Target {
  readonly ip: Ipv4;
  readonly name: string;
  readonly port: number;
}

function fits(
  { port, protocol }: Wanted,
  own: { readonly name: string; readonly protocol: string },
): boolean {
  return (port === undefined || port === own.name) && (protocol === undefined || protocol === own.protocol);
}

const domainOf = ({ name, namespace }: Service): string => `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;

function clusterIpTargets(service: Service, ip: Ipv4, wanted: Wanted): readonly Target[] {
  return service.ports
    .filter((port) => fits(wanted, port))
    .map(({ port }) => ({ ip, name: domainOf(service), port }));
}

/** A headless Service without ports has endpoints all the same. */
const ANY_PORT: readonly EndpointPort[] = [{ name: '', protocol: 'TCP', port: 0 }];

/** The ready endpoints, each with a name: its hostname, else its address with dashes. */
function endpointTargets({ endpointSlices }: Cluster, service: Service, wanted: Wanted): readonly Target[] {
  const nameOf = ({ hostname, ip }: Endpoint): string => hostname ?? printIpv4(ip).replaceAll('.', '-');
  return endpointSlices
    .filter((slice) => slice.namespace === service.namespace && slice.service === service.name)
    .flatMap(({ endpoints, ports }) =>
      endpoints
        .filter((one) => one.ready && (wanted.endpoint === undefined || wanted.endpoint === nameOf(one)))
        .flatMap((one) =>
          (ports.length === 0 ? ANY_PORT : ports)
            .filter((port) => fits(wanted, port))
            .map(({ port }) => ({ ip: one.ip, name: `${nameOf(one)}.${domainOf(service)}`, port })),
        ),
    );
}

function serviceRecords(name: string, targets: readonly Target[]): readonly DnsRecord[] {
  const weight = Math.max(1, Math.floor(100 / targets.length));
  return targets.map(({ name: target, port }) => ({
    name,
    ttl: TTL,
    type: 'SRV',
    priority: 0,
    weight,
    port,
    target,
  }));
}

/** A CNAME, and what it points to as far as this server knows. */
function ofExternalName(
  cluster: Cluster,
  {
    question,
    service,
    pointed,
  }: { readonly question: DnsQuestion; readonly service: Service; readonly pointed: number },
): Reply {
  const target = service.externalName ?? '';
  const cname: DnsRecord = { name: question.name, ttl: TTL, type: 'CNAME', target };
  if (question.type === 'CNAME' || pointed >= MOST_CNAMES) return reply([cname]);
  const behind = lookUp(cluster, { name: target, type: question.type }, pointed + 1);
  // plugin/backend_lookup.go: what cannot be resolved upstream is left for the client to ask
  return reply([cname, ...behind.answers]);
}
