/**
 * flannel's CNI plugin: reads what flanneld wrote of this node (subnet.env), makes a configuration for the bridge plugin of it,
 * keeps that for DEL, and hands over.
 * @see flannel-io/cni-plugin v1.9.1-flannel1 flannel.go, flannel_linux.go (facts/dataplane.md 2.3)
 * Left out: IPv6 and multi-subnet environments, a delegate given by the runtime.
 */
import { networkOf, parseCidr, printCidr } from '../../wire/address.ts';
import { SUBNET_ENV } from '../flannel/subnetEnv.ts';
import {
  CniError,
  field,
  objectIn,
  printConf,
  textIn,
  type CniEnv,
  type Host,
  type Json,
  type JsonObject,
} from './plugin.ts';

const DATA_DIR = '/var/lib/cni/flannel';

interface SubnetEnv {
  readonly network: string;
  readonly subnet: string;
  readonly mtu: number;
  readonly ipMasq: boolean;
}

function loadSubnetEnv(host: Host): SubnetEnv {
  const failed = (why: string): CniError =>
    new CniError(
      `failed to load flannel 'subnet.env' file: ${why}. Check the flannel pod log for this node.`,
    );
  const text = host.files.read(SUBNET_ENV);
  if (text === undefined) throw failed(`open ${SUBNET_ENV}: no such file or directory`);
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const [key = '', value] = line.split('=');
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const network = values.get('FLANNEL_NETWORK');
  const subnet = values.get('FLANNEL_SUBNET');
  const mtu = values.get('FLANNEL_MTU');
  const ipMasq = values.get('FLANNEL_IPMASQ');
  const missing = [
    ...(network === undefined ? ['FLANNEL_NETWORK', 'FLANNEL_IPV6_NETWORK'] : []),
    ...(subnet === undefined ? ['FLANNEL_SUBNET', 'FLANNEL_IPV6_SUBNET'] : []),
    ...(mtu === undefined ? ['FLANNEL_MTU'] : []),
    ...(ipMasq === undefined ? ['FLANNEL_IPMASQ'] : []),
  ];
  if (network === undefined || subnet === undefined || mtu === undefined || ipMasq === undefined)
    throw failed(`${SUBNET_ENV} is missing ${missing.join(', ')}`);
  return { network, subnet, mtu: Number(mtu), ipMasq: ipMasq === 'true' };
}

function delegateOf(conf: JsonObject): JsonObject {
  const delegate = objectIn(field(conf, 'delegate')) ?? {};
  for (const key of ['name', 'ipam']) {
    if (Object.hasOwn(delegate, key))
      throw new CniError(`'delegate' dictionary must not have '${key}' field, it'll be set by flannel`);
  }
  return delegate;
}

/** The configuration that the bridge plugin gets. */
function configurationOf(conf: JsonObject, env: SubnetEnv): JsonObject {
  const delegate = delegateOf(conf);
  const type = textIn(field(delegate, 'type'));
  const subnet = parseCidr(env.subnet);
  const own = subnet.ok ? printCidr(networkOf(subnet.value)) : env.subnet;
  const defaults: Record<string, Json> = {
    type: type === '' ? 'bridge' : type,
    ipMasq: !env.ipMasq,
    mtu: env.mtu,
    ...(type === '' || type === 'bridge' ? { isGateway: true } : {}),
  };
  return {
    ...defaults,
    ...delegate,
    name: textIn(field(conf, 'name')),
    cniVersion: textIn(field(conf, 'cniVersion')),
    ipam: { type: 'host-local', ranges: [[{ subnet: own }]], routes: [{ dst: env.network }] },
  };
}

function add(host: Host, env: CniEnv, conf: JsonObject): JsonObject | undefined {
  const subnetEnv = loadSubnetEnv(host);
  const delegated = configurationOf(conf, subnetEnv);
  const text = printConf(delegated);
  const path = `${DATA_DIR}/${env.containerId}`;
  host.say('delegateAdd: netconf sent to delegate plugin:', host.origins.pod, { detail: text });
  host.files.write(path, text);
  host.say(`write ${path}`, host.origins.pod, { detail: text });
  const type = textIn(field(delegated, 'type'));
  if (type !== 'bridge')
    throw new CniError(`failed to delegate add: failed to find plugin "${type}" in path [/opt/cni/bin]`);
  const ended = host.exec('bridge', env, delegated);
  if (ended.error !== undefined) throw new CniError(ended.error);
  return ended.result;
}

function del(host: Host, env: CniEnv): void {
  const path = `${DATA_DIR}/${env.containerId}`;
  const text = host.files.read(path);
  // what is not there has been removed before: no error (SPEC.md)
  if (text === undefined) return;
  const conf = objectIn(JSON.parse(text) as Json) ?? {};
  const ended = host.exec('bridge', env, conf);
  if (ended.error !== undefined) throw new CniError(ended.error);
  host.files.remove(path);
  host.say(`unlink ${path}`, host.origins.pod);
}

export function flannel(host: Host, env: CniEnv, conf: JsonObject): JsonObject | undefined {
  if (env.command === 'ADD') return add(host, env, conf);
  del(host, env);
  return undefined;
}
