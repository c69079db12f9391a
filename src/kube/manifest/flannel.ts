/**
 * What flannel itself says in objects: annotations on nodes, net-conf.json in its ConfigMap.
 * @see flannel pkg/subnet/kube/{kube,annotations}.go, pkg/subnet/config.go (facts/dataplane.md 1.2, 1.4)
 */
import { message } from '../../lib/message.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { parseMac, type Cidr, type Ipv4, type Mac } from '../../wire/address.ts';
import { clip, printPath, type Path, type Problem } from './diagnostic.ts';
import { parseCidrField, parseIpField, printInput, typeName } from './fields.ts';

const PREFIX = 'flannel.alpha.coreos.com/';

export interface FlannelAnnotations {
  /** flannel's spelling; the empty string is udp. Missing: flanneld never wrote to this node. */
  readonly backendType?: string;
  readonly vtepMac?: Mac;
  readonly vni?: number;
  readonly publicIP?: Ipv4;
}

export interface NetConf {
  readonly network?: Cidr;
  readonly backendType?: string;
  readonly vni?: number;
  readonly port?: number;
}

interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** The path of a flannel annotation on a node. */
export function annotationPath(name: 'backend-type' | 'backend-data' | 'public-ip'): Path {
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
  const text = annotations[`${PREFIX}public-ip`];
  const publicIP = text === undefined ? undefined : parseIpField(text);
  if (text !== undefined && !publicIP) {
    const path = annotationPath('public-ip');
    problems.push(
      warning(message('manifest.bad-ip', { document, field: printPath(path), value: clip(text) }), path),
    );
  }
  const value = {
    ...(backendType === undefined ? {} : { backendType }),
    ...data.value,
    ...(publicIP?.family === 4 ? { publicIP: publicIP.ip } : {}),
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

/** net-conf.json of the ConfigMap kube-flannel-cfg; a file that flanneld would refuse is an error. */
export function readNetConf(text: string, document: string): Read<NetConf> {
  const path: Path = ['data', 'net-conf.json'];
  const at = (name: string) => `${printPath(path)}: ${name}`;
  const json = parseJson(text);
  if (!json.ok) {
    return {
      value: {},
      problems: [
        {
          ...error(message('manifest.bad-json', { document, field: printPath(path) }), path),
          upstream: json.error,
        },
      ],
    };
  }
  const problems: Problem[] = [];
  const networkText = get(json.value, 'Network');
  const network = typeof networkText === 'string' ? parseCidrField(networkText) : undefined;
  if (networkText !== undefined && network?.family !== 4) {
    problems.push(
      error(
        message('manifest.bad-cidr', { document, field: at('Network'), value: printInput(networkText) }),
        path,
      ),
    );
  }
  const backend = get(json.value, 'Backend');
  // A missing Backend is udp in flanneld's code, though its documentation says vxlan
  const type = backend === undefined ? '' : (get(backend, 'Type') ?? '');
  if (typeof type !== 'string') {
    const params = { document, field: at('Backend.Type'), expected: 'string', found: typeName(type) };
    problems.push(error(message('manifest.wrong-type', params), path));
  }
  const numbers = [
    { name: 'VNI', to: 0xffffff },
    { name: 'Port', to: 65535 },
  ].map(({ name, to }) => {
    const value = get(backend, name) ?? 0; // 0 is flannel's "not set"
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= to) return value;
    const params = { document, field: at(`Backend.${name}`), value: printInput(value), from: 0, to };
    problems.push(error(message('manifest.bad-number', params), path));
    return 0;
  });
  const [vni = 0, port = 0] = numbers;
  const value = {
    ...(network?.family === 4 ? { network: network.cidr } : {}),
    ...(typeof type === 'string' ? { backendType: type } : {}),
    ...(vni > 0 ? { vni } : {}),
    ...(port > 0 ? { port } : {}),
  };
  return { value, problems };
}

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
