/** Service documents -> Services as controllers see them: checked as the API server does, with the numbers that it gives out. */
import { message } from '../../../lib/message.ts';
import { createRandom, hashText } from '../../../lib/random.ts';
import type { Result } from '../../../lib/result.ts';
import {
  cidr,
  contains,
  networkOf,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../../wire/address.ts';
import {
  allocateClusterIp,
  allocationFailed,
  requestClusterIp,
  requestRefused,
} from '../../ipam/clusterIp.ts';
import {
  allocateNodePort,
  healthCheckPortRefused,
  PORT_ALLOCATED,
  portAllocationFailed,
  portRefused,
  requestNodePort,
  type PortRange,
} from '../../ipam/nodePort.ts';
import type { Service } from '../../service.ts';
import { documentId, type Path, type Severity } from '../diagnostic.ts';
import type { ManifestObject } from '../validate.ts';
import type { Findings, ResolvableDocument } from './findings.ts';
import { smallestBlock } from './prefix.ts';
import type { Allocated } from './pods.ts';
import { refusalsOf } from './serviceRules.ts';
import { clusterIpOf, toService } from './toService.ts';

type ServiceObject = Extract<ManifestObject, { kind: 'Service' }>;

interface Candidate {
  readonly object: ServiceObject;
  readonly document: number;
  readonly line: number;
}

export interface ResolvedService {
  readonly service: Service;
  readonly document: number;
}

/** kubeadm's --service-cidr */
const DEFAULT_SERVICE_CIDR = cidr('10.96.0.0/12');

function candidatesOf(documents: readonly ResolvableDocument[]): readonly Candidate[] {
  return documents.flatMap(({ object, line }, document) =>
    object.kind === 'Service' ? [{ object, document, line }] : [],
  );
}

/** so that there is room for a Service without an address */
const LEAST_BITS = 16;

/** kubeadm's, unless a Service has an address elsewhere: then the smallest block that holds them all, at least a /16. */
export function serviceCidrOf(documents: readonly ResolvableDocument[]): Cidr {
  const given = candidatesOf(documents).flatMap(({ object }) => {
    const ip = clusterIpOf(object.service.spec ?? {});
    return typeof ip === 'number' ? [ip] : [];
  });
  if (given.every((ip) => contains(DEFAULT_SERVICE_CIDR, ip))) return DEFAULT_SERVICE_CIDR;
  const block = smallestBlock(given.map((address) => ({ address, bits: 32 }))) ?? DEFAULT_SERVICE_CIDR;
  return networkOf({ ...block, bits: Math.min(block.bits, LEAST_BITS) });
}

/** Who has a number, for whoever asks for it next. */
interface Owner {
  readonly name: string;
  readonly line: number;
}

interface Ranges {
  readonly serviceCIDR: Cidr;
  readonly nodePorts: PortRange;
  /** the Board says it; a serviceCIDR that it does not say is found from the Services, so nobody is outside */
  readonly isNodePortsGiven: boolean;
}

/** The Services in the order of the text; what the text gives is taken first, then numbers are given out. */
export function resolveServices(
  documents: readonly ResolvableDocument[],
  { allocated, ...ranges }: Ranges & { readonly allocated: Allocated },
  findings: Findings,
): readonly ResolvedService[] {
  const numbers = new Numbers(ranges, findings);
  const candidates = candidatesOf(documents);
  for (const candidate of candidates) {
    const { object, document } = candidate;
    for (const { path, upstream } of refusalsOf(object.service.spec ?? {}))
      refuse(findings, { object, document, path, upstream: invalid(object, upstream) });
    numbers.take(candidate, allocated[documentId('Service', object.namespace, object.name)]?.ip);
  }
  return candidates.map((candidate) => ({
    service: numbers.give(candidate),
    document: candidate.document,
  }));
}

const nameOf = ({ namespace, name }: ServiceObject): string => `${namespace}/${name}`;

const invalid = ({ name }: ServiceObject, error: string): string =>
  `The Service "${name}" is invalid: ${error}`;

interface Said {
  readonly object: ServiceObject;
  readonly document: number;
  readonly path: Path;
  readonly upstream: string;
  readonly severity?: Severity;
}

function refuse(
  findings: Findings,
  { object, document, path, upstream, severity = 'error' }: Said,
  said = message('cluster.service-invalid', { service: nameOf(object) }),
): void {
  findings.addQuoting(upstream, { severity, document, path, message: said });
}

/** An API server gives it to every object that it takes. */
const wasTaken = ({ service }: ServiceObject): boolean => Boolean(service.metadata.uid);

/** The two allocators of the API server, and what each Service got of them. */
class Numbers {
  readonly #range: Cidr;
  readonly #nodePorts: PortRange;
  readonly #isNodePortsGiven: boolean;
  readonly #findings: Findings;
  readonly #ips = new Map<Ipv4, Owner>();
  /** by number: one Service may use it for TCP and UDP */
  readonly #ports = new Map<number, Owner>();
  readonly #given = new Map<ServiceObject, { ip?: Ipv4; ports: (number | undefined)[]; health?: number }>();

  constructor({ serviceCIDR, nodePorts, isNodePortsGiven }: Ranges, findings: Findings) {
    this.#range = serviceCIDR;
    this.#nodePorts = nodePorts;
    this.#isNodePortsGiven = isNodePortsGiven;
    this.#findings = findings;
  }

  /** What the text gives; `written` is the address in Board.spec.allocated. */
  take(candidate: Candidate, written: Ipv4 | undefined): void {
    const { object, line } = candidate;
    const spec = object.service.spec ?? {};
    const owner = { name: nameOf(object), line };
    const ip = clusterIpOf(spec);
    const given: { ip?: Ipv4; ports: (number | undefined)[]; health?: number } = { ports: [] };
    if (typeof ip === 'number') {
      if (this.#takeIp(candidate, ip)) given.ip = ip;
    } else if (ip === undefined && written !== undefined && !this.#ips.has(written)) given.ip = written;
    if (given.ip !== undefined) this.#ips.set(given.ip, owner);
    given.ports = (spec.ports ?? []).map(({ nodePort }, i) =>
      nodePort && this.#takePort(candidate, nodePort, ['spec', 'ports', i, 'nodePort'])
        ? nodePort
        : undefined,
    );
    const health = spec.healthCheckNodePort;
    if (health && this.#takePort(candidate, health, ['spec', 'healthCheckNodePort'])) given.health = health;
    this.#given.set(object, given);
  }

  #takeIp({ object, document }: Candidate, ip: Ipv4): boolean {
    const asked = requestClusterIp(
      { ranges: [this.#range], allocator: 'bitmap' },
      new Set(this.#ips.keys()),
      ip,
    );
    if (asked.ok) return true;
    const path = ['spec', 'clusterIP'];
    const upstream = invalid(object, requestRefused(ip, asked.error));
    const other = this.#ips.get(ip);
    this.#say({ object, document, path, upstream }, other, {
      what: printIpv4(ip),
      range: printCidr(this.#range),
    });
    return other === undefined;
  }

  #takePort({ object, document, line }: Candidate, port: number, path: Path): boolean {
    const name = nameOf(object);
    const other = this.#ports.get(port);
    const taken = new Set(other && other.name !== name ? [port] : []);
    const asked = requestNodePort(taken, port, this.#nodePorts);
    this.#ports.set(port, other ?? { name, line });
    if (asked.ok) return true;
    const [, , index] = path;
    const upstream =
      typeof index === 'number'
        ? invalid(object, portRefused(index, port, asked.error))
        : healthCheckPortRefused(port, asked.error);
    const range = `${this.#nodePorts.from}-${this.#nodePorts.to}`;
    const isOther = asked.error === PORT_ALLOCATED;
    const params = { what: `${port}`, range };
    // nobody said what the range is, and a cluster took the port: its range is another
    const isOthers = !this.#isNodePortsGiven && wasTaken(object);
    const severity = isOthers && !isOther ? 'warning' : 'error';
    this.#say({ object, document, path, upstream, severity }, isOther ? other : undefined, params);
    return !isOther;
  }

  /**
   * Taken by another, or outside the range: the API server refuses it. As a warning it is a NodePort that the API server of
   * another cluster took, and it is used.
   */
  #say(said: Said, other: Owner | undefined, { what, range }: { what: string; range: string }): void {
    const service = nameOf(said.object);
    if (other) {
      const params = { service, what, other: other.name, line: other.line };
      refuse(this.#findings, said, message('cluster.service-taken', params));
    } else {
      const params = { service, what, range };
      const id = said.severity === 'warning' ? 'cluster.service-outside' : 'cluster.service-out-of-range';
      refuse(this.#findings, said, message(id, params));
    }
  }

  /** The Service, with numbers from the allocators where the text gives none. */
  give(candidate: Candidate): Service {
    const { object } = candidate;
    const spec = object.service.spec ?? {};
    const type = spec.type ?? 'ClusterIP';
    const given = this.#given.get(object);
    // by its name: the same Service gets the same numbers, whatever stands around it
    const random = createRandom(hashText(nameOf(object)));
    const wantsIp = type !== 'ExternalName' && clusterIpOf(spec) === undefined;
    const ip =
      given?.ip ??
      (wantsIp
        ? this.#allocated(candidate, ['spec'], {
            result: allocateClusterIp([this.#range], new Set(this.#ips.keys()), random),
            failed: allocationFailed,
          })
        : undefined);
    const owner = { name: nameOf(object), line: candidate.line };
    if (ip !== undefined) this.#ips.set(ip, owner);
    const wantsPorts = type === 'NodePort' || type === 'LoadBalancer';
    const port = (path: Path): number | undefined => {
      const number = this.#allocated(candidate, path, {
        result: allocateNodePort(new Set(this.#ports.keys()), random, this.#nodePorts),
        failed: portAllocationFailed,
      });
      if (number !== undefined) this.#ports.set(number, owner);
      return number;
    };
    const nodePorts = (spec.ports ?? []).map(
      ({ nodePort }, i) =>
        given?.ports[i] ?? (wantsPorts && !nodePort ? port(['spec', 'ports', i]) : undefined),
    );
    const wantsHealth = type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
    const health = given?.health ?? (wantsHealth && !spec.healthCheckNodePort ? port(['spec']) : undefined);
    return toService(object.service, object.namespace, {
      ...(ip === undefined ? {} : { clusterIP: ip }),
      nodePorts,
      ...(health === undefined ? {} : { healthCheckNodePort: health }),
    });
  }

  #allocated<T>(
    { object, document }: Candidate,
    path: Path,
    { result, failed }: { readonly result: Result<T, string>; readonly failed: (error: string) => string },
  ): T | undefined {
    if (result.ok) return result.value;
    refuse(this.#findings, { object, document, path, upstream: failed(result.error) });
    return undefined;
  }
}
