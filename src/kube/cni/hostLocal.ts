/**
 * The host-local IPAM plugin and its store, a directory of files: one for each address (`<container id>\r\n<ifname>`), and
 * `last_reserved_ip.0`, behind which the search goes on. So a freed address is not reused before the range has been walked
 * through, and a file that nobody deletes takes its address out of use.
 * @see containernetworking/plugins plugins/ipam/host-local/{main.go,backend/allocator/{allocator,range,config}.go,backend/disk/backend.go}
 * Left out: several ranges in a set, IPv6, resolvConf.
 */
import {
  addressAt,
  contains,
  lastOf,
  networkOf,
  parseCidr,
  parseIpv4,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../wire/address.ts';
import { gatewayOf, nextAddress, tooSmall } from '../ipam/hostLocal.ts';
import {
  CniError,
  field,
  listIn,
  loadArgs,
  objectIn,
  textIn,
  type CniEnv,
  type Host,
  type JsonObject,
} from './plugin.ts';

export const NETWORKS = '/var/lib/cni/networks';
const LAST = 'last_reserved_ip.0';
/** of the network of the stock conflist */
export const LAST_RESERVED = `${NETWORKS}/cbr0/${LAST}`;

/** The store of the network `name` on a machine, as the disk backend of the plugin sees it. */
export class Store {
  readonly #host: Pick<Host, 'files' | 'say' | 'origins'>;
  readonly #directory: string;

  constructor(host: Pick<Host, 'files' | 'say' | 'origins'>, name: string) {
    this.#host = host;
    this.#directory = `${NETWORKS}/${name}`;
  }

  lock(): void {
    const path = `${this.#directory}/lock`;
    if (this.#host.files.read(path) === undefined) this.#host.files.write(path, '');
  }

  get last(): Ipv4 | undefined {
    const parsed = parseIpv4(this.#host.files.read(`${this.#directory}/${LAST}`) ?? '');
    return parsed.ok ? parsed.value : undefined;
  }

  /** Makes the file of an address, and points at it; false when there is one. */
  reserve(ip: Ipv4, owner: string): boolean {
    const path = `${this.#directory}/${printIpv4(ip)}`;
    if (this.#host.files.read(path) !== undefined) return false;
    this.#write(path, owner);
    this.#write(`${this.#directory}/${LAST}`, printIpv4(ip));
    return true;
  }

  isTaken(ip: Ipv4): boolean {
    return this.#host.files.read(`${this.#directory}/${printIpv4(ip)}`) !== undefined;
  }

  /** Deletes every file of an owner. */
  release(owner: string): void {
    for (const ip of this.of(owner)) {
      const path = `${this.#directory}/${printIpv4(ip)}`;
      this.#host.files.remove(path);
      this.#host.say(`unlink ${path}`, this.#host.origins.pod);
    }
  }

  of(owner: string): readonly Ipv4[] {
    return this.#host.files.list(this.#directory).flatMap((name) => {
      const ip = parseIpv4(name);
      return ip.ok && this.#host.files.read(`${this.#directory}/${name}`) === owner ? [ip.value] : [];
    });
  }

  #write(path: string, text: string): void {
    this.#host.files.write(path, text);
    this.#host.say(`write ${path}`, this.#host.origins.pod, { detail: text });
  }
}

const ownerOf = ({ containerId, ifname }: CniEnv): string => `${containerId}\r\n${ifname}`;

function rangeOf(conf: JsonObject): Cidr {
  const ipam = objectIn(field(conf, 'ipam')) ?? {};
  const range = objectIn(listIn(listIn(field(ipam, 'ranges'))[0])[0]) ?? {};
  const subnet = parseCidr(textIn(field(range, 'subnet')));
  if (!subnet.ok) throw new CniError('no IP ranges specified');
  const small = tooSmall(subnet.value);
  if (small !== undefined) throw new CniError(small);
  return networkOf(subnet.value);
}

function reserve(store: Store, subnet: Cidr, env: CniEnv, requested: Ipv4 | undefined): Ipv4 {
  const owner = ownerOf(env);
  const set = `${printIpv4(gatewayOf(subnet))}-${printIpv4(addressAt(lastOf(subnet), -1))}`;
  if (requested !== undefined) {
    const text = printIpv4(requested);
    if (requested === gatewayOf(subnet)) throw new CniError(`requested ip ${text} is subnet's gateway`);
    if (!store.reserve(requested, owner))
      throw new CniError(`requested IP address ${text} is not available in range set ${set}`);
    return requested;
  }
  for (const ip of store.of(owner)) {
    if (contains(subnet, ip))
      throw new CniError(
        `${printIpv4(ip)} has been allocated to ${env.containerId}, duplicate allocation is not allowed`,
      );
  }
  const ip = nextAddress(subnet, (candidate) => store.isTaken(candidate), store.last);
  if (ip === undefined) throw new CniError(`no IP addresses available in range set: ${set}`);
  store.reserve(ip, owner);
  return ip;
}

/** May the range give this address at all? */
function inRange(subnet: Cidr, ip: Ipv4): boolean {
  return ip >= gatewayOf(subnet) && ip < lastOf(subnet);
}

function add(host: Host, env: CniEnv, conf: JsonObject): JsonObject {
  const subnet = rangeOf(conf);
  const asked = parseIpv4(loadArgs(env.args, ['IP']).get('IP') ?? '');
  const requested = asked.ok ? asked.value : undefined;
  const store = new Store(host, textIn(field(conf, 'name')));
  store.lock();
  const fits = requested !== undefined && inRange(subnet, requested);
  let ip: Ipv4;
  try {
    ip = reserve(store, subnet, env, fits ? requested : undefined);
  } catch (error) {
    if (error instanceof CniError) throw new CniError(`failed to allocate for range 0: ${error.message}`);
    throw error;
  }
  if (requested !== undefined && !fits) {
    // an address of the range was given, only then it is seen that another one was wanted
    store.release(ownerOf(env));
    throw new CniError(`failed to allocate all requested IPs: ${printIpv4(requested)}`);
  }
  const ipam = objectIn(field(conf, 'ipam')) ?? {};
  return {
    cniVersion: textIn(field(conf, 'cniVersion')),
    ips: [
      {
        version: '4',
        address: printCidr({ address: ip, bits: subnet.bits }),
        gateway: printIpv4(gatewayOf(subnet)),
      },
    ],
    routes: listIn(field(ipam, 'routes')),
    dns: {},
  };
}

export function hostLocal(host: Host, env: CniEnv, conf: JsonObject): JsonObject | undefined {
  if (env.command === 'ADD') return add(host, env, conf);
  const store = new Store(host, textIn(field(conf, 'name')));
  store.lock();
  store.release(ownerOf(env));
  return undefined;
}
