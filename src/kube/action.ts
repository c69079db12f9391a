/**
 * What an administrator does that changes no table by itself: programs are ended and started, files removed, and what flanneld
 * put to the API server or to etcd is taken away. Each has the text of a real command, for the terminal and for `spec.faults`.
 */
import { parseCidr, printCidr, type Cidr } from '../wire/address.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Origin } from '../kernel/origin.ts';
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import type { Process } from '../sim/process.ts';
import type { Cluster } from './cluster.ts';
import { CONFLIST, CONFLIST_TEXT } from './cni/conflist.ts';
import { flanneldPid, flanneldProcess } from './flannel/index.ts';
import {
  ANNOTATION,
  ETCD_PREFIX,
  isEtcd,
  LEASE_TTL,
  leasesOf,
  withLease,
  withoutLease,
} from './flannel/lease.ts';
import { nodeNs } from './ids.ts';
import { kubeletStarted, kubeletStopped, NODE_LIFECYCLE } from './nodeLifecycle.ts';

export type Action =
  | { readonly action: 'stop'; readonly signal: 'TERM' | 'KILL' }
  | { readonly action: 'start' }
  | { readonly action: 'restart' }
  /** the machine goes down and comes up */
  | { readonly action: 'reboot' }
  /** kubelet of the machine, which its Node depends on */
  | { readonly action: 'kubelet'; readonly verb: 'stop' | 'start' | 'restart' }
  /** a file, or all files below a directory */
  | { readonly action: 'remove'; readonly path: string; readonly below?: true }
  /** every sandbox of the machine is thrown away; kubelet makes its pods anew */
  | { readonly action: 'rmp' }
  /** etcd's key of a lease is deleted */
  | { readonly action: 'revoke'; readonly subnet: Cidr }
  /** another controller wipes flannel's annotations off a Node */
  | { readonly action: 'strip'; readonly node: string };

/** The program that can be stopped and started. */
export const PROGRAM = 'flanneld';
const SUBNETS = `${ETCD_PREFIX}/subnets/`;

/** The first words of the commands below. */
export const ACTION_COMMANDS = [
  'pkill',
  'systemctl',
  'reboot',
  'rm',
  'crictl',
  'etcdctl',
  'kubectl',
] as const;

export function printAction(action: Action): string {
  switch (action.action) {
    case 'stop':
      return action.signal === 'KILL' ? `pkill -9 ${PROGRAM}` : `pkill ${PROGRAM}`;
    case 'start':
    case 'restart':
      return `systemctl ${action.action} ${PROGRAM}`;
    case 'kubelet':
      return `systemctl ${action.verb} kubelet`;
    case 'reboot':
      return 'reboot';
    case 'rmp':
      return 'crictl rmp -a -f';
    case 'remove':
      return `rm ${action.below === true ? '-r ' : ''}${action.path}`;
    case 'revoke':
      return `etcdctl del ${SUBNETS}${printCidr(action.subnet).replace('/', '-')}`;
    case 'strip':
      return `kubectl annotate node ${action.node} ${ANNOTATION}kube-subnet-manager-`;
  }
}

/** An action from its command; undefined when the text begins with none of their words. The error is what the tool would print. */
export function parseAction(text: string): Result<Action, string> | undefined {
  const [tool = '', ...words] = text.trim().split(/\s+/);
  switch (tool) {
    case 'pkill':
      return parsePkill(words);
    case 'systemctl':
      return parseSystemctl(words);
    case 'crictl':
      return text.trim() === 'crictl rmp -a -f'
        ? ok({ action: 'rmp' })
        : err('crictl: only "crictl rmp -a -f" is known here');
    case 'reboot':
      return words.length === 0 ? ok({ action: 'reboot' }) : err(`reboot: too many arguments`);
    case 'rm': {
      const [path = '', ...more] = words.filter((word) => !word.startsWith('-'));
      if (path === '' || more.length > 0) return err('rm: missing operand');
      const isBelow = words.some((word) => word === '-r' || word === '-rf');
      return ok({ action: 'remove', path, ...(isBelow ? { below: true } : {}) });
    }
    case 'etcdctl':
      return parseEtcdctl(words);
    case 'kubectl':
      return parseKubectl(words);
    default:
      return undefined;
  }
}

function parsePkill(words: readonly string[]): Result<Action, string> {
  const signals = ['-9', '-KILL', '-SIGKILL', '-15', '-TERM', '-SIGTERM'];
  const [signal = '-TERM'] = words.filter((word) => word.startsWith('-'));
  const [name, ...more] = words.filter((word) => !word.startsWith('-'));
  if (!signals.includes(signal)) return err(`pkill: invalid option -- '${signal.slice(1)}'`);
  if (name !== PROGRAM || more.length > 0) return err(`pkill: only ${PROGRAM} can be ended here`);
  return ok({ action: 'stop', signal: signals.indexOf(signal) < 3 ? 'KILL' : 'TERM' });
}

function parseSystemctl([verb = '', unit = '', ...more]: readonly string[]): Result<Action, string> {
  const name = unit.replace(/\.service$/, '');
  if (verb !== 'stop' && verb !== 'start' && verb !== 'restart') return err(`Unknown command verb ${verb}.`);
  if (name === 'kubelet' && more.length === 0) return ok({ action: 'kubelet', verb });
  if (name !== PROGRAM || more.length > 0)
    return err(`Failed to ${verb} ${unit}: Unit ${name}.service not found.`);
  if (verb === 'stop') return ok({ action: 'stop', signal: 'TERM' });
  return ok({ action: verb === 'start' ? 'start' : 'restart' });
}

function parseEtcdctl([verb = '', key = '', ...more]: readonly string[]): Result<Action, string> {
  if (verb !== 'del' || more.length > 0) return err(`Error: unknown command "${verb}" for "etcdctl"`);
  const subnet = parseCidr(key.startsWith(SUBNETS) ? key.slice(SUBNETS.length).replace('-', '/') : '');
  return subnet.ok
    ? ok({ action: 'revoke', subnet: subnet.value })
    : err(`Error: ${key} is no lease: ${SUBNETS}10.244.1.0-24`);
}

function parseKubectl([verb = '', kind = '', ...rest]: readonly string[]): Result<Action, string> {
  if (verb !== 'annotate') return err(`error: unknown command "${verb}" for "kubectl"`);
  const [name = '', ...keys] = kind.includes('/') ? [kind.split('/')[1] ?? '', ...rest] : rest;
  const isNode = /^nodes?(\/|$)|^no(\/|$)/.test(kind);
  if (!isNode || name === '' || keys.length === 0)
    return err('error: one or more annotations must be specified as <key>=<value> or <key>-');
  const wrong = keys.find((key) => !key.startsWith(ANNOTATION) || !key.endsWith('-'));
  return wrong === undefined
    ? ok({ action: 'strip', node: name })
    : err(`error: invalid annotation format: ${wrong}`);
}

/** What whoever carries an action out can do: the world, or a process in it. */
export interface ActionHost {
  readonly now: SimTime;
  readonly cluster: Cluster;
  process(pid: string): Process | undefined;
  kill(pid: string): void;
  spawn(process: Process): void;
  writeFile(ns: NetNsId, path: string, text: string | undefined): void;
  filesOf(ns: NetNsId): readonly string[];
  writeObjects(cluster: Cluster): void;
  say(ns: NetNsId, text: string, by: Origin, more?: { readonly kind: 'object' }): void;
}

/** Carries an action out on a machine, as somebody who typed its command there. */
export function perform(host: ActionHost, ns: NetNsId, action: Action, by: Origin): void {
  const say = (more?: { readonly kind: 'object' }): void => {
    host.say(ns, printAction(action), by, more);
  };
  switch (action.action) {
    case 'stop':
      say();
      stop(host, ns);
      return;
    case 'start':
      say();
      start(host, ns);
      return;
    case 'restart':
      say();
      stop(host, ns);
      start(host, ns);
      return;
    case 'kubelet': {
      say();
      const node = host.cluster.nodes.find(({ name }) => nodeNs(name) === ns);
      if (!node) return;
      const next =
        action.verb === 'stop'
          ? kubeletStopped(host.cluster, node.name, host.now)
          : kubeletStarted(host.cluster, node.name);
      if (next !== host.cluster) host.writeObjects(next);
      // it has something to do only from now on
      if (!host.process(NODE_LIFECYCLE.pid)) host.spawn(NODE_LIFECYCLE);
      return;
    }
    case 'reboot': {
      say();
      const node = host.cluster.nodes.find(({ name }) => nodeNs(name) === ns);
      if (!node) return;
      const { boots = {} } = host.cluster;
      host.writeObjects({ ...host.cluster, boots: { ...boots, [node.name]: (boots[node.name] ?? 0) + 1 } });
      return;
    }
    case 'remove': {
      const { path, below } = action;
      const gone = below === true ? host.filesOf(ns).filter((file) => file.startsWith(`${path}/`)) : [path];
      for (const file of gone) host.writeFile(ns, file, undefined);
      say();
      return;
    }
    case 'rmp': {
      say();
      const { evicted = {} } = host.cluster;
      host.writeObjects({ ...host.cluster, evicted: { ...evicted, [ns]: (evicted[ns] ?? 0) + 1 } });
      return;
    }
    case 'revoke':
    case 'strip': {
      const { cluster } = host;
      say({ kind: 'object' });
      const isMeant = (lease: { readonly node: string; readonly subnet: Cidr }): boolean =>
        action.action === 'strip'
          ? lease.node === action.node
          : printCidr(lease.subnet) === printCidr(action.subnet);
      const fits = isEtcd(cluster) === (action.action === 'revoke');
      if (fits && leasesOf(cluster).some(isMeant)) host.writeObjects(withoutLease(cluster, isMeant));
    }
  }
}

const HOUR = 3_600_000_000_000;
/** --subnet-lease-renew-margin before its end */
const RENEWED_EVERY = LEASE_TTL - HOUR;

/** What it wrote stays; its lease in etcd lives on until nobody has renewed it for a day. */
function stop(host: ActionHost, ns: NetNsId): void {
  const pid = flanneldPid(ns);
  if (!host.process(pid)) return;
  host.kill(pid);
  if (!isEtcd(host.cluster)) return;
  const lease = leasesOf(host.cluster).find(({ node }) => nodeNs(node) === ns);
  if (!lease || lease.expires !== undefined) return;
  const renewed = host.now - (host.now % RENEWED_EVERY);
  host.writeObjects(withLease(host.cluster, { ...lease, expires: renewed + LEASE_TTL }));
}

/** Its pod begins with the containers install-cni-plugin and install-cni. */
function start(host: ActionHost, ns: NetNsId): void {
  const node = host.cluster.nodes.find(({ name }) => nodeNs(name) === ns);
  if (node) host.writeFile(ns, CONFLIST, CONFLIST_TEXT);
  if (node && !host.process(flanneldPid(node.name))) host.spawn(flanneldProcess(node.name, true));
}
