/** The transcripts of the real plugins (../shared/data/flannel/cni), and a machine like the one that they ran on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { must } from '../../lib/assert.ts';
import { mac as toMac, type Mac } from '../../wire/address.ts';
import { createNetNs, type NetNs } from '../../kernel/netns.ts';
import { apply } from '../../kernel/op.ts';
import { iptablesSave } from '../../kernel/netfilter/save.ts';
import { parseOp } from '../../kernel/opText.ts';
import { printAddress, printRoute } from '../../kernel/print.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { IfName, NetNsId, SimTime } from '../../kernel/recorder.ts';
import { hostWith } from './exec.ts';
import { NETWORKS } from './hostLocal.ts';
import {
  namesIn,
  type Files,
  type CniEnv,
  type Ended,
  type Host,
  type Json,
  type JsonObject,
  type PluginName,
} from './plugin.ts';

const FOLDER = new URL('../../../../shared/data/flannel/cni/', import.meta.url);

export const haveTranscripts = existsSync(FOLDER);

/** One program run by another: `exec` with what it got, `returned` with what it printed. */
export interface Call {
  readonly what: string;
  readonly body: string;
}

/** One plugin run by hand, with all that it ran. */
export interface Block {
  readonly env: CniEnv;
  readonly plugin: PluginName;
  readonly conf: JsonObject;
  readonly calls: readonly Call[];
}

export class Transcripts {
  readonly #version: string;
  readonly #all: string;

  constructor(version: 'v1.9.1' | 'debian-1.1.1') {
    this.#version = version;
    const names = readdirSync(new URL(`${version}/`, FOLDER)).filter((name) => name.endsWith('.txt'));
    this.#all = names.map((name) => this.text(name)).join('\n');
  }

  text(name: string): string {
    return readFileSync(new URL(`${this.#version}/${name}`, FOLDER), 'utf8');
  }

  /** The full container id of its beginning; one that no file shows is filled up. */
  idOf(prefix: string): string {
    return (
      new RegExp(`${prefix}[0-9a-f]{${64 - prefix.length}}`).exec(this.#all)?.[0] ?? prefix.padEnd(64, '0')
    );
  }

  blocks(name: string): readonly Block[] {
    const parts = this.text(name).split(/^(?=\$ CNI_COMMAND)/m);
    return parts
      .filter((part) => part.startsWith('$ CNI_COMMAND'))
      .flatMap((part) => {
        const head =
          /^\$ CNI_COMMAND=(\S+) CNI_CONTAINERID=([0-9a-z]*)\.\.\. CNI_NETNS=(\S+) CNI_IFNAME=(\S+) (?:CNI_ARGS="(\S*)")? *(\S+) /.exec(
            part,
          );
        const [, command = '', id = '', netns = '', ifname = '', args = '', plugin = ''] = must(
          head ?? undefined,
          part.slice(0, 200),
        );
        const calls = callsOf(part);
        const [first] = calls;
        if (plugin !== 'flannel' && plugin !== 'bridge' && plugin !== 'host-local') return [];
        if (first === undefined || !first.body.startsWith('{')) return [];
        const containerId = id === '' ? '' : this.idOf(id);
        const conf = JSON.parse(first.body) as JsonObject;
        return [{ env: { command, containerId, netns, ifname, args }, plugin, conf, calls }];
      });
  }
}

function callsOf(part: string): readonly Call[] {
  const calls: Call[] = [];
  for (const piece of part.split(/^--- /m).slice(1)) {
    const [line = '', ...rest] = piece.split('\n');
    const end = rest.findIndex((text) => text === '' || text.startsWith('stderr:') || /^[$#]/.test(text));
    const body = (end < 0 ? rest : rest.slice(0, end)).join('\n');
    const exec = /^exec (\S+) CNI_COMMAND=(\S+)/.exec(line);
    const returned = /^(\S+) returned (rc=\d)/.exec(line);
    if (exec) calls.push({ what: `exec ${exec[1]} ${exec[2]}`, body });
    else if (returned) calls.push({ what: `${returned[1]} ${returned[2]}`, body });
  }
  return calls;
}

const NODE = 'node-b' as NetNsId;
const AT = 0 as SimTime;
const CONF: JsonObject = {
  name: 'cbr0',
  cniVersion: '0.3.1',
  type: 'flannel',
  delegate: { hairpinMode: true, isDefaultGateway: true },
};

/** Random things as a block shows them. */
interface Shown {
  readonly veth: IfName;
  readonly bridgeMac: Mac;
  readonly vethMac: Mac;
  readonly podMac: Mac;
}

const ANY = toMac('02:00:00:00:00:01');
let unnamed = 0;

function shownIn(calls: readonly Call[]): Shown {
  const all = calls.map(({ body }) => body).join('\n');
  const result = /"interfaces"/.test(all)
    ? calls.findLast(({ body }) => body.includes('"interfaces"'))
    : undefined;
  const macs = [...(result?.body.matchAll(/"mac": "(\S+)"/g) ?? [])].map((match) => toMac(match[1] ?? ''));
  const veth = /veth[0-9a-f]{8}/.exec(all)?.[0] ?? `veth${String(unnamed++).padStart(8, '0')}`;
  return { veth: veth as IfName, bridgeMac: macs[0] ?? ANY, vethMac: macs[1] ?? ANY, podMac: macs[2] ?? ANY };
}

export class Machine {
  readonly #namespaces = new Map<NetNsId, NetNs>();
  readonly #disk = new Map<string, string>();
  readonly files: Files = {
    read: (path) => this.#disk.get(path),
    write: (path, text) => {
      this.#disk.set(path, text);
    },
    remove: (path) => {
      this.#disk.delete(path);
    },
    list: (directory) => namesIn(directory, [...this.#disk.keys()].toSorted()),
  };
  readonly #version: Host['version'];

  constructor(version: Host['version']) {
    this.#version = version;
    this.#namespaces.set(NODE, createNetNs(NODE, { conntrackHooks: true }));
    this.subnetEnv('10.244.1.1/24');
  }

  subnetEnv(subnet: string, ipMasq = true): void {
    this.files.write(
      '/run/flannel/subnet.env',
      `FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=${subnet}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=${ipMasq}\n`,
    );
  }

  get node(): NetNs {
    return must(this.#namespaces.get(NODE), NODE);
  }

  addNetns(path: string): void {
    const id = path as NetNsId;
    if (!this.#namespaces.has(id)) this.#namespaces.set(id, createNetNs(id, { conntrackHooks: false }));
  }

  deleteNetns(path: string): void {
    const eth0 = this.#namespaces.get(path as NetNsId)?.state.devices.get('eth0' as IfName);
    if (eth0) this.run('ip link del eth0', path as NetNsId);
    this.#namespaces.delete(path as NetNsId);
  }

  run(command: string, ns: NetNsId = NODE): void {
    const op = parseOp(command);
    const result = apply(
      this.#namespaces,
      must(this.#namespaces.get(ns), ns),
      must(op.ok ? op.value : undefined, command),
      { at: AT, origin: BY_USER },
    );
    if (!result.ok) throw new Error(`${command}: ${result.text}`);
  }

  forgetStore(): void {
    for (const name of this.files.list(`${NETWORKS}/cbr0`)) this.files.remove(`${NETWORKS}/cbr0/${name}`);
  }

  /** Runs a plugin; what it ran is told as the transcripts tell it. */
  exec(
    { env, plugin, conf }: Pick<Block, 'env' | 'plugin' | 'conf'>,
    shown: Shown = shownIn([]),
  ): { readonly ended: Ended; readonly calls: readonly Call[] } {
    const calls: Call[] = [];
    const host = hostWith({
      ns: NODE,
      netnsAt: (path) => (this.#namespaces.has(path as NetNsId) ? (path as NetNsId) : undefined),
      tables: (ns) => this.#namespaces.get(ns)?.state,
      op: (ns, op, origin) =>
        apply(this.#namespaces, must(this.#namespaces.get(ns), ns), op, { at: AT, origin }),
      files: this.files,
      isHeard: true,
      say: (text, _by, { detail = '' } = {}) => {
        const exec = /^CNI_COMMAND=(\S+) .* (\S+)$/.exec(text);
        const returned = /^(\S+) returned (rc=\d)$/.exec(text);
        if (exec) calls.push({ what: `exec ${exec[2]} ${exec[1]}`, body: detail });
        else if (returned) calls.push({ what: `${returned[1]} ${returned[2]}`, body: detail });
      },
      names: shown,
      origins: { pod: BY_USER, bridge: BY_USER },
      version: this.#version,
    });
    return { ended: host.exec(plugin, env, conf), calls };
  }

  /** The run of a transcript again; the namespace is there unless its name says that it is not. */
  again(block: Block): readonly Call[] {
    if (!block.env.netns.endsWith('nosuchns')) this.addNetns(block.env.netns);
    return this.exec(block, shownIn(block.calls)).calls;
  }

  flannel(command: 'ADD' | 'DEL', pod: string, id: string): string {
    const netns = `/var/run/netns/${pod}`;
    if (command === 'ADD') this.addNetns(netns);
    const env = { command, containerId: id, netns, ifname: 'eth0', args: '' };
    const { ended } = this.exec({ env, plugin: 'flannel', conf: CONF });
    const [ip] = (ended.result?.['ips'] ?? []) as readonly { readonly address: string }[];
    return ip?.address ?? ended.error ?? `rc=${ended.rc}`;
  }

  /** The store as `cat -A` of the transcripts shows it. */
  store(): readonly string[] {
    const directory = `${NETWORKS}/cbr0`;
    return this.files.list(directory).flatMap((name) => {
      const text = this.files.read(`${directory}/${name}`) ?? '';
      const lines = text === '' ? [] : text.split('\n').map((line) => line.replace(/\r$/, '^M$'));
      return [`== ${directory}/${name}`, ...lines];
    });
  }

  /** Rules of nat with a chain of the plugins in them, as iptables-save prints them. */
  rules(): readonly string[] {
    return iptablesSave(this.node.state.rules)
      .split('\n')
      .filter((line) => /^-A .*CNI-/.test(line));
  }

  routes(ns: NetNsId = NODE): readonly string[] {
    return (this.#namespaces.get(ns)?.state.routes ?? [])
      .filter(({ table }) => table === 'main')
      .map(printRoute);
  }

  addresses(ns: NetNsId = NODE): readonly string[] {
    return (this.#namespaces.get(ns)?.state.addresses ?? []).map(printAddress);
  }
}

/** The store's files in a transcript, from the last listing. */
export function storeIn(text: string): readonly string[] {
  const at = text.lastIndexOf('cat -A $f');
  const lines = text.slice(at).split('\n');
  const from = lines.findIndex((line) => line.startsWith('== '));
  const rest = lines.slice(from);
  const end = rest.findIndex(
    (line) => line.startsWith('total') || line.startsWith('#') || line.startsWith('$'),
  );
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line !== '');
}

/** The same with JSON that was written by hand read and printed alike. */
export function comparable(calls: readonly Call[]): readonly Call[] {
  return calls.map(({ what, body }) => {
    if (!what.startsWith('exec')) return { what, body };
    return { what, body: JSON.stringify(sorted(JSON.parse(body) as Json)) };
  });
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
