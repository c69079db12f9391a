/**
 * What flannel itself says in objects: annotations on nodes, net-conf.json in its ConfigMap.
 * @see flannel pkg/subnet/kube/{kube,annotations}.go, pkg/subnet/config.go (facts/dataplane.md 1.2, 1.4)
 */
import { message } from '../../lib/message.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { parseMac, type Cidr, type Ipv4, type Mac } from '../../wire/address.ts';
import { clip, printPath, type Path, type Problem } from './diagnostic.ts';
import { goJsonError } from '../flannel/goJson.ts';
import type { SubnetChoice } from '../flannel/netConf.ts';
import { parseCidrField, parseIpField, printInput, typeName } from './fields.ts';

const PREFIX = 'flannel.alpha.coreos.com/';

export interface FlannelAnnotations {
  /** flannel's spelling; the empty string is udp. Missing: flanneld never wrote to this node. */
  readonly backendType?: string;
  readonly vtepMac?: Mac;
  readonly vni?: number;
  readonly publicIP?: Ipv4;
  /** what an operator wrote: public-ip-overwrite, node-public-ip */
  readonly overwrite?: Ipv4;
  readonly nodePublicIP?: Ipv4;
}

export interface NetConf {
  readonly network?: Cidr;
  readonly backendType?: string;
  readonly vni?: number;
  readonly port?: number;
  readonly mtu?: number;
  readonly directRouting?: boolean;
  readonly nftables?: boolean;
  readonly subnets: SubnetChoice;
}

interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** The path of a flannel annotation on a node. */
export function annotationPath(
  name: 'backend-type' | 'backend-data' | 'public-ip' | 'public-ip-overwrite' | 'node-public-ip',
): Path {
  return ['metadata', 'annotations', PREFIX + name];
}

/** Annotations that cannot be read are warnings: a running cluster's own words are never a reason to show no board. */
export function readAnnotations(
  annotations: Readonly<Record<string, string>>,
  document: string,
): Read<FlannelAnnotations> {
  const problems: Problem[] = [];
  const backendType = annotations[`${PREFIX}backend-type`];
  const data = readBackendData(annotations[`${PREFIX}backend-data`] ?? 'null', document);
  problems.push(...data.problems);
  const address = (name: 'public-ip' | 'public-ip-overwrite' | 'node-public-ip'): Ipv4 | undefined => {
    const text = annotations[PREFIX + name];
    const read = text === undefined ? undefined : parseIpField(text);
    if (text !== undefined && !read) {
      const path = annotationPath(name);
      const params = { document, field: printPath(path), value: clip(text) };
      problems.push(warning(message('manifest.bad-ip', params), path));
    }
    return read?.family === 4 ? read.ip : undefined;
  };
  const publicIP = address('public-ip');
  const overwrite = address('public-ip-overwrite');
  const nodePublicIP = address('node-public-ip');
  const value = {
    ...(backendType === undefined ? {} : { backendType }),
    ...data.value,
    ...(publicIP === undefined ? {} : { publicIP }),
    ...(overwrite === undefined ? {} : { overwrite }),
    ...(nodePublicIP === undefined ? {} : { nodePublicIP }),
  };
  return { value, problems };
}

/** `{"VNI":1,"VtepMAC":"…"}`; old releases write the VtepMAC alone; host-gw and udp write `null`. */
function readBackendData(text: string, document: string): Read<Pick<FlannelAnnotations, 'vtepMac' | 'vni'>> {
  const path = annotationPath('backend-data');
  const field = printPath(path);
  const json = parseJson(text);
  if (!json.ok)
    return {
      value: {},
      problems: [
        { ...warning(message('manifest.bad-json', { document, field }), path), upstream: json.error },
      ],
    };
  const macText = get(json.value, 'VtepMAC');
  const vni = get(json.value, 'VNI');
  const mac = typeof macText === 'string' ? parseMac(macText) : undefined;
  const problems =
    mac && !mac.ok
      ? [warning(message('manifest.bad-mac', { document, field, value: clip(mac.error) }), path)]
      : [];
  return { value: { ...(mac?.ok ? { vtepMac: mac.value } : {}), ...(isVni(vni) ? { vni } : {}) }, problems };
}

/** Where net-conf.json of the ConfigMap kube-flannel-cfg stands. */
export const NET_CONF: Path = ['data', 'net-conf.json'];
/** What the kube manager says of a text that it cannot read, and the etcd manager every second. */
const PARSING = 'Failed to create SubnetManager: error parsing subnet config: ';
const FETCHING = "Couldn't fetch network config: ";

/** A file that flanneld would refuse is an error; `etcd`: it is the key of etcd that holds it. */
export function readNetConf(text: string, document: string, etcd?: Path): Read<NetConf> {
  const path = etcd ?? NET_CONF;
  const fails = etcd ? FETCHING : PARSING;
  const at = (name: string) => `${printPath(path)}: ${name}`;
  const json = parseJson(text);
  if (!json.ok) {
    const said = error(message('manifest.bad-json', { document, field: printPath(path) }), path);
    const upstream = fails + (goJsonError(text) ?? json.error);
    return { value: { subnets: {} }, problems: [{ ...said, upstream }] };
  }
  const problems: Problem[] = [];
  const networkText = get(json.value, 'Network');
  const network = typeof networkText === 'string' ? parseCidrField(networkText) : undefined;
  if (networkText !== undefined && network?.family !== 4) {
    const value = printInput(networkText);
    const said = error(message('manifest.bad-cidr', { document, field: at('Network'), value }), path);
    problems.push(
      typeof networkText === 'string'
        ? { ...said, upstream: `${fails}invalid CIDR address: ${networkText}` }
        : said,
    );
  }
  const backend = get(json.value, 'Backend');
  // A missing Backend is udp in flanneld's code, though its documentation says vxlan
  const type = backend === undefined ? '' : (get(backend, 'Type') ?? '');
  if (typeof type !== 'string') {
    const params = { document, field: at('Backend.Type'), expected: 'string', found: typeName(type) };
    problems.push(error(message('manifest.wrong-type', params), path));
  }
  const numberOf = (holder: unknown, name: string, { from = 0, to, upstream }: Bounds): number => {
    const value = get(holder, name) ?? 0; // 0 is flannel's "not set"
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= to)
      if (value === 0 || value >= from) return value;
    const field = at(holder === backend ? `Backend.${name}` : name);
    const said = error(
      message('manifest.bad-number', { document, field, value: printInput(value), from, to }),
      path,
    );
    problems.push(upstream === undefined ? said : { ...said, upstream });
    return 0;
  };
  const addressOf = (name: string): Ipv4 | undefined => {
    const value = get(json.value, name);
    const ip = typeof value === 'string' ? parseIpField(value) : undefined;
    if (value !== undefined && ip?.family !== 4) {
      const params = { document, field: at(name), value: printInput(value) };
      problems.push(error(message('manifest.bad-ip', params), path));
    }
    return ip?.family === 4 ? ip.ip : undefined;
  };
  const vni = numberOf(backend, 'VNI', { to: 0xffffff, upstream: OUT_OF_RANGE });
  const port = numberOf(backend, 'Port', { to: 65535 });
  // 50 are taken from it, and no device of Linux has an MTU under 68
  const mtu = numberOf(backend, 'MTU', { from: 118, to: 65535, upstream: INVALID_ARGUMENT });
  const subnetLen = numberOf(json.value, 'SubnetLen', { to: 32 });
  const subnetMin = addressOf('SubnetMin');
  const subnetMax = addressOf('SubnetMax');
  const value: NetConf = {
    ...(network?.family === 4 ? { network: network.cidr } : {}),
    ...(typeof type === 'string' ? { backendType: type } : {}),
    ...(vni > 0 ? { vni } : {}),
    ...(port > 0 ? { port } : {}),
    ...(mtu > 0 ? { mtu } : {}),
    ...(get(backend, 'DirectRouting') === true ? { directRouting: true } : {}),
    ...(get(json.value, 'EnableNFTables') === true ? { nftables: true } : {}),
    subnets: {
      ...(subnetLen > 0 ? { subnetLen } : {}),
      ...(subnetMin === undefined ? {} : { subnetMin }),
      ...(subnetMax === undefined ? {} : { subnetMax }),
    },
  };
  return { value, problems };
}

interface Bounds {
  readonly from?: number;
  readonly to: number;
  /** what flanneld says when Linux refuses such a device */
  readonly upstream?: string;
}

/** vxlan_validate answers ERANGE, rtnl_create_link EINVAL */
const OUT_OF_RANGE = 'Error registering network: numerical result out of range';
const INVALID_ARGUMENT = 'Error registering network: invalid argument';

function isVni(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffffff;
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (thrown) {
    return err(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** A member of a JSON object by Go's rule: names match without case. */
function get(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function warning(text: Problem['message'], path: Path): Problem {
  return { severity: 'warning', message: text, path };
}

function error(text: Problem['message'], path: Path): Problem {
  return { severity: 'error', message: text, path };
}
