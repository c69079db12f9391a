/**
 * Ops as text: the commands of iproute2 and sysctl, one line each, and back. `parseOp(printOp(op))` is `op`.
 * A cable (a network card's link to its switch) is a veth pair with the comment `# cable`, so the line still runs anywhere.
 */
import { assertUnreachable } from '../lib/assert.ts';
import { err, ok, type Result } from '../lib/result.ts';
import {
  parseCidr,
  parseIpv4,
  parseMac,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
  type Mac,
} from '../wire/address.ts';
import type { LinkChange, LinkKind, LinkOptions, RouteSpec, TableOp } from './ops/types.ts';
import type { IfName, NetNsId } from './recorder.ts';

function options({ address, mtu }: LinkOptions): string {
  return `${address === undefined ? '' : ` address ${address}`}${mtu === undefined ? '' : ` mtu ${mtu}`}`;
}

function prefix(dst: Cidr): string {
  if (dst.bits === 0 && dst.address === 0) return 'default';
  return dst.bits === 32 ? printIpv4(dst.address) : printCidr(dst);
}

function route(spec: RouteSpec): string {
  const words = [spec.type === 'unicast' ? '' : spec.type, prefix(spec.dst)];
  if (spec.via !== undefined) words.push('via', printIpv4(spec.via));
  if (spec.dev !== undefined) words.push('dev', spec.dev);
  if (spec.src !== undefined) words.push('src', printIpv4(spec.src));
  if (spec.metric !== 0) words.push('metric', String(spec.metric));
  if (spec.onlink) words.push('onlink');
  return words.filter((word) => word !== '').join(' ');
}

function linkChange(name: IfName, change: LinkChange): string {
  switch (change.set) {
    case 'up':
    case 'down':
    case 'nomaster':
      return `ip link set ${name} ${change.set}`;
    case 'mtu':
      return `ip link set ${name} mtu ${change.mtu}`;
    case 'address':
      return `ip link set ${name} address ${change.mac}`;
    case 'master':
      return `ip link set ${name} master ${change.master}`;
    case 'hairpin':
      return `bridge link set dev ${name} hairpin ${change.on ? 'on' : 'off'}`;
    default:
      return assertUnreachable(change);
  }
}

function linkAdd(name: IfName, own: LinkOptions, link: LinkKind): string {
  switch (link.type) {
    case 'tun':
      return `ip tuntap add dev ${name} mode tun`;
    case 'bridge':
      return `ip link add ${name}${options(own)} type bridge`;
    case 'vxlan': {
      const learning = link.learning ? '' : ' nolearning';
      return `ip link add ${name}${options(own)} type vxlan id ${link.vni} dev ${link.lower} local ${printIpv4(link.local)} dstport ${link.port}${learning}`;
    }
    case 'veth': {
      const cable = link.cable ? ' # cable' : '';
      return `ip link add ${name}${options(own)} type veth peer name ${link.peer}${options(link.peerOptions)} netns ${link.peerNs}${cable}`;
    }
    default:
      return assertUnreachable(link);
  }
}

/** The command line of an op. */
export function printOp(op: TableOp): string {
  switch (op.op) {
    case 'link-add':
      return linkAdd(op.name, op.options, op.link);
    case 'link-del':
      return `ip link del ${op.name}`;
    case 'link-set':
      return linkChange(op.name, op.change);
    case 'addr-add':
    case 'addr-del': {
      const verb = op.op === 'addr-add' ? 'add' : 'del';
      return `ip addr ${verb} ${printCidr(op.address)}${op.broadcast ? ' brd +' : ''} dev ${op.dev}`;
    }
    case 'route-add':
    case 'route-replace':
    case 'route-del':
      return `ip route ${op.op.slice('route-'.length)} ${route(op.route)}`;
    case 'neigh-replace':
      return `ip neigh replace ${printIpv4(op.ip)} lladdr ${op.lladdr} dev ${op.dev} nud permanent`;
    case 'neigh-del':
      return `ip neigh del ${printIpv4(op.ip)} dev ${op.dev}`;
    case 'fdb-append':
    case 'fdb-add':
    case 'fdb-replace':
    case 'fdb-del':
      return `bridge fdb ${op.op.slice('fdb-'.length)} ${op.mac} dev ${op.dev} dst ${printIpv4(op.dst)} self permanent`;
    case 'sysctl':
      return `sysctl -w ${op.key}=${op.value}`;
    default:
      return assertUnreachable(op);
  }
}

/** Words of a command, read from the left; the first thing that does not fit is thrown as a plain sentence. */
class Words {
  #at = 0;
  readonly #words: readonly string[];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get done(): boolean {
    return this.#at >= this.#words.length;
  }
  next(what: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new SyntaxError(`${what} is missing at the end`);
    return word;
  }
  /** takes `word` when it comes next */
  take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }
  expect(word: string): void {
    const got = this.next(`"${word}"`);
    if (got !== word) throw new SyntaxError(`"${word}" expected, not "${got}"`);
  }
  number(what: string): number {
    const word = this.next(what);
    if (!/^\d+$/.test(word)) throw new SyntaxError(`"${word}" is not a number (${what})`);
    return Number(word);
  }
  name(): IfName {
    const word = this.next('device name');
    if (word.length > 15 || word.includes('/')) throw new SyntaxError(`"${word}" not a valid ifname`);
    return word as IfName;
  }
  #parsed<T>(parse: (text: string) => Result<T, string>, what: string): T {
    const word = this.next(what);
    const parsed = parse(word);
    if (!parsed.ok) throw new SyntaxError(`"${word}" is not ${what}`);
    return parsed.value;
  }
  ip(): Ipv4 {
    return this.#parsed(parseIpv4, 'an IPv4 address');
  }
  mac(): Mac {
    return this.#parsed(parseMac, 'a MAC address');
  }
  cidr(): Cidr {
    return this.#parsed(
      (text) => (text.includes('/') ? parseCidr(text) : parseCidr(`${text}/32`)),
      'an address with prefix length',
    );
  }
  prefix(): Cidr {
    return this.take('default') ? { address: 0 as Ipv4, bits: 0 } : this.cidr();
  }
  options(): LinkOptions {
    let result: LinkOptions = {};
    for (;;) {
      if (this.take('address')) result = { ...result, address: this.mac() };
      else if (this.take('mtu')) result = { ...result, mtu: this.number('mtu') };
      else return result;
    }
  }
}

function parseLink(w: Words, cable: boolean): TableOp {
  if (w.take('del')) return { op: 'link-del', name: w.name() };
  if (w.take('set')) return { op: 'link-set', name: w.name(), change: parseLinkChange(w) };
  w.expect('add');
  const name = w.name();
  const own = w.options();
  w.expect('type');
  const type = w.next('link type');
  if (type === 'bridge') return { op: 'link-add', name, options: own, link: { type } };
  if (type === 'vxlan') {
    w.expect('id');
    const vni = w.number('id');
    w.expect('dev');
    const lower = w.name();
    w.expect('local');
    const local = w.ip();
    w.expect('dstport');
    const port = w.number('dstport');
    return {
      op: 'link-add',
      name,
      options: own,
      link: { type, vni, lower, local, port, learning: !w.take('nolearning') },
    };
  }
  if (type !== 'veth') throw new SyntaxError(`unknown link type "${type}"; known: bridge, vxlan, veth`);
  w.expect('peer');
  w.expect('name');
  const peer = w.name();
  const peerOptions = w.options();
  w.expect('netns');
  const peerNs = w.next('namespace') as NetNsId;
  return { op: 'link-add', name, options: own, link: { type, peer, peerNs, peerOptions, cable } };
}

function parseLinkChange(w: Words): LinkChange {
  const set = w.next('what to set');
  switch (set) {
    case 'up':
    case 'down':
    case 'nomaster':
      return { set };
    case 'mtu':
      return { set, mtu: w.number('mtu') };
    case 'address':
      return { set, mac: w.mac() };
    case 'master':
      return { set, master: w.name() };
    default:
      throw new SyntaxError(`"${set}" cannot be set; known: up, down, mtu, address, master, nomaster`);
  }
}

function parseRoute(w: Words): RouteSpec {
  let type: RouteSpec['type'] = 'unicast';
  for (const word of ['blackhole', 'unreachable', 'prohibit'] as const) if (w.take(word)) type = word;
  let spec: RouteSpec = { type, dst: w.prefix(), onlink: false, metric: 0 };
  while (!w.done) {
    if (w.take('via')) spec = { ...spec, via: w.ip() };
    else if (w.take('dev')) spec = { ...spec, dev: w.name() };
    else if (w.take('src')) spec = { ...spec, src: w.ip() };
    else if (w.take('metric')) spec = { ...spec, metric: w.number('metric') };
    else {
      w.expect('onlink');
      spec = { ...spec, onlink: true };
    }
  }
  return spec;
}

function oneOf<T extends string>(word: string, known: readonly T[]): T {
  const found = known.find((k) => k === word);
  if (found === undefined) throw new SyntaxError(`unknown command "${word}"; known: ${known.join(', ')}`);
  return found;
}

function parseIp(w: Words, cable: boolean): TableOp {
  const object = oneOf(w.next('object'), ['link', 'tuntap', 'addr', 'route', 'neigh']);
  if (object === 'link') return parseLink(w, cable);
  if (object === 'route') {
    const verb = oneOf(w.next('verb'), ['add', 'replace', 'del']);
    return { op: `route-${verb}`, route: parseRoute(w) };
  }
  if (object === 'tuntap') {
    for (const word of ['add', 'dev']) w.expect(word);
    const name = w.name();
    for (const word of ['mode', 'tun']) w.expect(word);
    return { op: 'link-add', name, options: {}, link: { type: 'tun' } };
  }
  if (object === 'addr') {
    const verb = oneOf(w.next('verb'), ['add', 'del']);
    const address = w.cidr();
    const broadcast = w.take('brd');
    if (broadcast) w.expect('+');
    w.expect('dev');
    return { op: `addr-${verb}`, address, broadcast, dev: w.name() };
  }
  const verb = oneOf(w.next('verb'), ['replace', 'del']);
  const ip = w.ip();
  if (verb === 'del') {
    w.expect('dev');
    return { op: 'neigh-del', ip, dev: w.name() };
  }
  w.expect('lladdr');
  const lladdr = w.mac();
  w.expect('dev');
  const dev = w.name();
  for (const word of ['nud', 'permanent']) w.expect(word);
  return { op: 'neigh-replace', ip, lladdr, dev };
}

function parseBridge(w: Words): TableOp {
  if (w.take('link')) {
    for (const word of ['set', 'dev']) w.expect(word);
    const name = w.name();
    w.expect('hairpin');
    return {
      op: 'link-set',
      name,
      change: { set: 'hairpin', on: oneOf(w.next('on or off'), ['on', 'off']) === 'on' },
    };
  }
  w.expect('fdb');
  const verb = oneOf(w.next('verb'), ['append', 'add', 'replace', 'del']);
  const mac = w.mac();
  w.expect('dev');
  const dev = w.name();
  w.expect('dst');
  const dst = w.ip();
  w.take('self');
  w.take('permanent');
  return { op: `fdb-${verb}`, mac, dev, dst };
}

/** The op of one command line, or a sentence that names the word that does not fit. */
export function parseOp(text: string): Result<TableOp, string> {
  const [command = '', comment] = text.split('#');
  const words = command.trim().split(/\s+/);
  const w = new Words(words);
  try {
    const tool = oneOf(w.next('command'), ['ip', 'bridge', 'sysctl']);
    const op =
      tool === 'ip'
        ? parseIp(w, comment?.trim() === 'cable')
        : tool === 'bridge'
          ? parseBridge(w)
          : parseSysctl(w);
    return w.done ? ok(op) : err(`"${w.next('')}" is one word too many`);
  } catch (error) {
    if (error instanceof SyntaxError) return err(error.message);
    throw error;
  }
}

function parseSysctl(w: Words): TableOp {
  w.take('-w');
  const [key = '', value] = w.next('KEY=VALUE').split('=');
  if (value === undefined) throw new SyntaxError(`"${key}" must be of the form name=value`);
  return { op: 'sysctl', key, value };
}
