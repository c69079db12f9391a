/** `ip link|tuntap|addr|route|neigh` and `bridge link set`: ops that change a namespace's devices, addresses, routes and neighbours. */
import { assertUnreachable } from '../../lib/assert.ts';
import { printCidr, printIpv4, type Cidr } from '../../wire/address.ts';
import type { LinkChange, LinkKind, LinkOptions, RouteSpec, TableOp } from '../ops/types.ts';
import type { IfName, NetNsId } from '../recorder.ts';
import { oneOf, type Words } from './words.ts';

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
  if (spec.scope !== undefined) words.push('scope', spec.scope);
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

/** Ops of `ip`, and of `bridge link set`, which changes a device too. */
export type IpOp = Extract<
  TableOp,
  {
    readonly op:
      | 'link-add'
      | 'link-del'
      | 'link-set'
      | 'addr-add'
      | 'addr-del'
      | 'route-add'
      | 'route-replace'
      | 'route-del'
      | 'neigh-replace'
      | 'neigh-del';
  }
>;

/** The command line of the op. */
export function printIp(op: IpOp): string {
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
      const brd = typeof op.broadcast === 'number' ? printIpv4(op.broadcast) : '+';
      return `ip addr ${verb} ${printCidr(op.address)}${op.broadcast === false ? '' : ` brd ${brd}`} dev ${op.dev}`;
    }
    case 'route-add':
    case 'route-replace':
    case 'route-del':
      return `ip route ${op.op.slice('route-'.length)} ${route(op.route)}`;
    case 'neigh-replace':
      return `ip neigh replace ${printIpv4(op.ip)} lladdr ${op.lladdr} dev ${op.dev} nud permanent`;
    case 'neigh-del':
      return `ip neigh del ${printIpv4(op.ip)} dev ${op.dev}`;
    default:
      return assertUnreachable(op);
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
    else if (w.take('scope')) spec = { ...spec, scope: oneOf(w.next('scope'), ['global', 'link']) };
    else if (w.take('metric')) spec = { ...spec, metric: w.number('metric') };
    else {
      w.expect('onlink');
      spec = { ...spec, onlink: true };
    }
  }
  return spec;
}

/** The op of the words behind `ip`; throws a sentence that names the word that does not fit. */
export function parseIp(w: Words, cable: boolean): TableOp {
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
    const broadcast = w.take('brd') && (w.take('+') || w.ip());
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
