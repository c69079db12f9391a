/**
 * THE path of a packet through one namespace, in the order of the netfilter figure. Read it from top to bottom:
 *
 *                      bridge port                                        local process
 *                           |                                               ^      |
 *   receive -> (bridge: PREROUTING, learn, forward/flood) -> up             |      v
 *      |                                                     |            INPUT  routeOutput
 *      +-------------------------> ipReceive <---------------+              ^      |
 *                                     |                                     |      v
 *                                 PREROUTING -> routeInput --- local -------+    OUTPUT
 *                                                   |                              |
 *                                                forward: TTL, MTU -> FORWARD      |
 *                                                   |                              v
 *                                                   +----------> POSTROUTING -> fragment -> neighbour -> xmit
 *
 *   xmit: veth, cable: to the other end | bridge: to its ports | vxlan: encapsulate, then OUTPUT again | tun: to its process
 *
 * Left out: policy routing, multicast routing, IP options, GRO/GSO, qdiscs, XDP, tc. What stands at the hooks: hooks.ts, netfilter/.
 * @see net/core/dev.c, net/ipv4/{ip_input,route,ip_forward,ip_output}.c, net/bridge/br_netfilter_hooks.c
 */
import { assertUnreachable, must } from '../lib/assert.ts';
import { isLoopback, isMulticast, type Ipv4 } from '../wire/address.ts';
import { packetLength } from '../wire/codec.ts';
import type { Frame } from '../wire/frame.ts';
import { bridgeReceive, carryOut, resumeBridged } from './bridging.ts';
import {
  device,
  drop,
  dropBy,
  pktTypeOn,
  step,
  type Carried,
  type Kernel,
  type OutputFlow,
  type OutputRoute,
  type PathOps,
} from './context.ts';
import { defrag, eachFragment } from './defrag.ts';
import { decideFromHost } from './device/bridge.ts';
import { fitsDevice, type Device } from './device/index.ts';
import { isLocal, lookup, sourceFor } from './fib.ts';
import { hook } from './hooks.ts';
import { icmpSend, pathMtu, routeError } from './icmp.ts';
import { arpReceive, neighOutput } from './neigh.ts';
import { devSysctl, forwards, type NetNs, type Route } from './netns.ts';
import type { DropReason, HopIndex, IfName, StepKind } from './recorder.ts';
import { ethernetOf, newSkb, packetOf, withPacket, type Skb } from './skb.ts';
import { gatewayOf, redirect } from './redirect.ts';
import { routeRow, routeStep } from './routeStep.ts';
import { deliverLocally } from './socket.ts';
import { vxlanReceive, vxlanXmit } from './tunnel.ts';

/** XMIT_RECURSION_LIMIT */
const RECURSION_LIMIT = 8;

// ---------------------------------------------------------------------------------------------- receive

/** A frame at a device's door, with what the sk_buff brings along. */
export interface Arrival extends Carried {
  readonly dev: IfName;
  readonly frame: Frame;
  readonly hop: HopIndex;
}

/** A frame arrives on device `dev`: __netif_receive_skb_core. */
export function receive(k: Kernel, { dev, frame, hop, hash, mark, ct }: Arrival): void {
  const into = k.ns.state.devices.get(dev);
  const pkttype = into ? pktTypeOn(into, frame) : 'host';
  const skb = newSkb({ frame, hop, iif: dev, pkttype, mark, hash, ct });
  if (!into?.up) {
    drop(k, skb, 'DEV_READY', 'enqueue_to_backlog');
    return;
  }
  if (!isForwardable(into, frame)) {
    drop(k, skb, 'NOT_SPECIFIED', '__dev_forward_skb');
    return;
  }
  step(k, skb, { kind: 'rx', dev, pkttype: skb.pkttype });
  if (into.master === undefined) protocolReceive(k, skb);
  else bridgeReceive(k, into.master, skb);
}

/**
 * is_skb_forwardable: the receiving half of a pair takes nothing while it is down, and nothing longer than its own MTU (nor does
 * a network card: drivers set its receive limit from the MTU).
 */
function isForwardable(into: Device, frame: Frame): boolean {
  if (!into.up) return false;
  const isWire = into.kind === 'veth' || into.kind === 'physical';
  return !isWire || fitsDevice(into, frame);
}

function protocolReceive(k: Kernel, skb: Skb): void {
  const { payload } = skb.frame;
  switch (payload.kind) {
    case 'arp':
      arpReceive(k, must(skb.iif, 'received without device'), skb, payload);
      return;
    case 'ipv4':
      ipReceive(k, skb);
      return;
    case 'other':
      drop(k, skb, 'UNHANDLED_PROTO', '__netif_receive_skb_core');
      return;
    default:
      assertUnreachable(payload);
  }
}

// ---------------------------------------------------------------------------------------------- IP in

/** ip_rcv, ip_rcv_finish */
function ipReceive(k: Kernel, received: Skb): void {
  const iif = must(received.iif, 'received without device');
  if (received.pkttype === 'otherhost') {
    drop(k, received, 'OTHERHOST', 'ip_rcv_core');
    return;
  }
  // ip_sabotage_in: PREROUTING ran on the bridge port already
  const skb = received.physin === undefined ? hook(k, received, 'PREROUTING', { iif }) : received;
  if (!skb) return;
  // ip_rcv begins with a clean control block: how large the pieces were that came over a bridge is forgotten
  const isBridged = skb.physin !== undefined;
  routeInput(k, isBridged ? { ...skb, physin: undefined, fragMaxSize: undefined } : skb, iif);
}

/** ip_route_input_slow: local, forward, or one of the reasons why not. */
function routeInput(k: Kernel, skb: Skb, iif: IfName): void {
  const { src, dst } = packetOf(skb.frame);
  const localnet = devSysctl(k.ns, iif, 'route_localnet') !== 0;
  const onLo = device(k, iif).kind === 'loopback';
  const martian = (reason: DropReason): void => {
    step(k, skb, routeStep('input', dst, 'martian'));
    drop(k, skb, reason, 'ip_rcv_finish_core');
  };
  if (isMulticast(src) || src === 0xffffffff) return martian('IP_INVALID_SOURCE');
  if (dst === 0xffffffff || (dst === 0 && src === 0)) return localDeliver(k, skb, iif);
  if (src === 0) return martian('IP_INVALID_SOURCE');
  if (dst === 0) return martian('IP_INVALID_DEST');
  if (isLoopback(dst) && !localnet && !onLo) return martian('IP_LOCALNET');
  if (isLoopback(src) && !localnet && !onLo) return martian('IP_LOCALNET');
  const route = lookup(k.ns, dst);
  if (route !== 'miss' && (route.type === 'local' || route.type === 'broadcast')) {
    const refused = refusesSource(k.ns, src, iif);
    if (refused) return martian(refused);
    step(k, skb, routeStep('input', dst, route.type === 'local' ? 'local' : 'broadcast', route));
    return localDeliver(k, skb, iif);
  }
  if (!forwards(k.ns, iif)) {
    step(
      k,
      skb,
      routeStep(
        'input',
        dst,
        route === 'miss' ? 'no-route' : route.type,
        route === 'miss' ? undefined : route,
      ),
    );
    return drop(k, skb, 'IP_INADDRERRORS', 'ip_error');
  }
  if (isMulticast(dst)) return drop(k, skb, 'IP_INVALID_DEST', 'ip_route_input_rcu');
  if (route === 'miss') {
    step(k, skb, routeStep('input', dst, 'no-route'));
    routeError(k, skb, { type: 3, code: 0, rest: 0 });
    return drop(k, skb, 'IP_INNOROUTES', 'ip_error');
  }
  if (route.type !== 'unicast') return refusedByRoute(k, skb, route);
  const refused = refusesSource(k.ns, src, iif);
  if (refused) return martian(refused);
  step(k, skb, routeStep('input', dst, 'unicast', route));
  ipForward(k, skb, iif, route);
}

/** A route that says no: fib_props turns its type into an errno, ip_error the errno into an ICMP code. */
function refusedByRoute(k: Kernel, skb: Skb, route: Route): void {
  step(k, skb, routeStep('input', packetOf(skb.frame).dst, route.type, route));
  if (route.type === 'unreachable') routeError(k, skb, { type: 3, code: 1, rest: 0 });
  if (route.type === 'prohibit') routeError(k, skb, { type: 3, code: 13, rest: 0 });
  // of the errnos only ENETUNREACH has a reason of its own there
  dropBy(k, skb, routeRow(route), { reason: 'NOT_SPECIFIED', where: 'ip_error' });
}

/** fib_validate_source: may a packet from `src` come in by this device? Answers why not. */
export function refusesSource(ns: NetNs, src: Ipv4, iif: IfName): DropReason | undefined {
  if (ns.state.devices.get(iif)?.kind === 'loopback') return undefined;
  const rpFilter = devSysctl(ns, iif, 'rp_filter');
  const acceptLocal = devSysctl(ns, iif, 'accept_local') !== 0;
  if (rpFilter === 0) return acceptLocal || !isLocal(ns, src) ? undefined : 'IP_LOCAL_SOURCE';
  const back = lookup(ns, src);
  if (back === 'miss') return 'IP_RPFILTER';
  if (back.type !== 'unicast') return back.type === 'local' && acceptLocal ? undefined : 'IP_LOCAL_SOURCE';
  if (back.dev === iif) return undefined;
  // strict: the way back must be the way it came; loose: any way back will do, if the device has an address
  const hasAddress = ns.state.addresses.some(({ dev }) => dev === iif);
  return rpFilter === 1 || !hasAddress ? 'IP_RPFILTER' : undefined;
}

/** ip_local_deliver: whole packets only, INPUT, then the protocol. */
function localDeliver(k: Kernel, received: Skb, iif: IfName): void {
  const packet = packetOf(received.frame);
  const whole = packet.mf || packet.offset > 0 ? defrag(k, received, 'local') : received;
  const skb = whole && hook(k, whole, 'INPUT', { iif });
  if (skb) deliverLocally(k, skb, (at, udp) => vxlanReceive(k, at, udp));
}

/** ip_forward: time to live, path MTU, FORWARD, and out. */
function ipForward(k: Kernel, skb: Skb, iif: IfName, route: Route): void {
  if (skb.pkttype !== 'host') {
    drop(k, skb, 'NOT_SPECIFIED', 'ip_forward');
    return;
  }
  const packet = packetOf(skb.frame);
  const oif = must(route.dev, 'unicast route without device');
  if (packet.ttl <= 1) {
    icmpSend(k, skb, { type: 11, code: 0, rest: 0 });
    drop(k, skb, 'IP_INHDR', 'ip_forward');
    return;
  }
  const { mtu } = device(k, oif);
  const length = skb.fragMaxSize ?? packetLength(packet);
  if (packet.df && length > mtu) {
    icmpSend(k, skb, { type: 3, code: 4, rest: mtu });
    drop(k, skb, 'PKT_TOO_BIG', 'ip_forward');
    return;
  }
  const ttl = packet.ttl - 1;
  const next = { ...skb, frame: withPacket(skb.frame, { ...packet, ttl }) };
  step(k, next, { kind: 'ttl', ttl }, { before: skb.frame });
  const nexthop = gatewayOf(k, route, packet.dst) ?? packet.dst;
  redirect(k, next, { iif, oif, gateway: nexthop });
  const passed = hook(k, next, 'FORWARD', { iif, oif });
  if (passed) ipOutput(k, passed, oif, { nexthop, iif });
}

// ---------------------------------------------------------------------------------------------- IP out

/** ip_route_output_key: the way out for a packet that is made here, and the source address it gets. */
function routeOutput(k: Kernel, { dst, src, oif }: OutputFlow): ReturnType<PathOps['routeOutput']> {
  const lo = 'lo' as IfName;
  const route = lookup(k.ns, dst, oif);
  if (route === 'miss') return { errno: 'ENETUNREACH', step: routeStep('output', dst, 'no-route') };
  const made = routeStep('output', dst, route.type, route);
  if (route.type === 'local') {
    const own = src ?? dst;
    return { result: 'local', dev: lo, nexthop: dst, src: own, step: { ...made, dev: lo } as StepKind };
  }
  if (route.type === 'blackhole') return { errno: 'EINVAL', step: made };
  if (route.type === 'unreachable') return { errno: 'EHOSTUNREACH', step: made };
  if (route.type === 'prohibit') return { errno: 'EACCES', step: made };
  const dev = must(route.dev, 'unicast route without device');
  const chosen = src ?? sourceFor(k.ns, route);
  const from = chosen === 'none' ? (0 as Ipv4) : chosen;
  if (isLoopback(from) && device(k, dev).kind !== 'loopback' && devSysctl(k.ns, dev, 'route_localnet') === 0)
    return { errno: 'EINVAL', step: made };
  return { result: route.type, dev, nexthop: gatewayOf(k, route, dst) ?? dst, src: from, step: made };
}

/** ip_local_out */
function localOut(k: Kernel, skb: Skb, route: OutputRoute): boolean {
  let way = route;
  // ip_route_me_harder: another destination may lie behind another device
  const reroute = (changed: Skb): Skb | undefined => {
    const { src, dst } = packetOf(changed.frame);
    const found = routeOutput(k, isLocal(k.ns, src) ? { dst, src } : { dst });
    step(k, changed, found.step);
    if ('errno' in found) {
      drop(k, changed, 'NETFILTER_DROP', 'nf_hook_slow');
      return undefined;
    }
    way = found;
    return changed;
  };
  const passed = hook(k, skb, 'OUTPUT', { oif: route.dev, reroute });
  if (!passed) return false;
  return ipOutput(k, passed, way.dev, {
    nexthop: way.nexthop,
    ...(skb.iif === undefined ? {} : { iif: skb.iif }),
  });
}

/** ip_output, ip_finish_output: POSTROUTING, the MTU, the neighbour. False when POSTROUTING let it not pass. */
function ipOutput(
  k: Kernel,
  made: Skb,
  oif: IfName,
  { nexthop, iif }: { nexthop: Ipv4; iif?: IfName },
): boolean {
  const skb = hook(k, made, 'POSTROUTING', { ...(iif === undefined ? {} : { iif }), oif, nexthop });
  if (!skb) return false;
  const packet = packetOf(skb.frame);
  const mtu = pathMtu(k, packet.dst, device(k, oif).mtu);
  const largest = Math.min(mtu, skb.fragMaxSize ?? mtu);
  // what conntrack put together leaves in pieces as large as it came, even where the whole would fit
  if (packetLength(packet) <= largest && skb.fragMaxSize === undefined) {
    neighOutput(k, oif, skb, nexthop);
  } else if (packet.df && skb.fragMaxSize === undefined) {
    icmpSend(k, skb, { type: 3, code: 4, rest: mtu });
    drop(k, skb, 'PKT_TOO_BIG', 'ip_fragment');
  } else {
    eachFragment(k, skb, { dev: oif, mtu: largest }, (piece) => neighOutput(k, oif, piece, nexthop));
  }
  return true;
}

// ---------------------------------------------------------------------------------------------- transmit

/** dev_queue_xmit: the tap sees the frame, then the device has it. False when it is lost at once. */
function xmit(k: Kernel, dev: IfName, skb: Skb): boolean {
  const out = device(k, dev);
  if (!out.up) {
    drop(k, skb, 'DEV_READY', '__dev_queue_xmit');
    return false;
  }
  // dev_deactivate put the noop queue there
  if (!out.carrier) {
    drop(k, skb, 'QDISC_DROP', '__dev_queue_xmit');
    return false;
  }
  if (k.depth >= RECURSION_LIMIT) {
    drop(k, skb, 'RECURSION_LIMIT', '__dev_queue_xmit');
    return false;
  }
  k.depth++;
  step(k, skb, { kind: 'tx', dev });
  const { frame, hop } = skb;
  let isTaken = true;
  const hash = skb.hash === undefined ? {} : { hash: skb.hash };
  switch (out.kind) {
    case 'veth':
      k.emit({ kind: 'transmit', to: out.peer, frame, hop, medium: 'veth', ...hash });
      // veth_xmit hears at once what the other end says; a wire does not tell
      isTaken = isForwardable(k.farEnd(out.peer) ?? out, frame);
      break;
    case 'physical':
      k.emit({ kind: 'transmit', to: out.peer, frame, hop, medium: 'cable' });
      break;
    case 'loopback':
      k.emit({
        kind: 'transmit',
        to: { ns: k.ns.id, dev },
        frame,
        hop,
        medium: 'loopback',
        ...hash,
        ...(skb.mark === 0 ? {} : { mark: skb.mark }),
        ...(skb.ct === undefined ? {} : { ct: skb.ct }),
      });
      break;
    case 'bridge': {
      const { bridgedFrom } = skb;
      if (bridgedFrom) resumeBridged(k, out, skb, bridgedFrom);
      else carryOut(k, out, { ...skb, iif: dev }, decideFromHost(k.ns, out, ethernetOf(frame)));
      break;
    }
    case 'vxlan':
      vxlanXmit(k, out, skb);
      break;
    case 'tun':
      if (out.owner === undefined) drop(k, skb, 'DEV_READY', 'tun_net_xmit');
      else k.emit({ kind: 'wake', owner: out.owner, event: { event: 'tun', dev, frame, hop } });
      break;
    default:
      assertUnreachable(out);
  }
  k.depth--;
  return isTaken;
}

function accepts(k: Kernel, src: Ipv4, iif: IfName): boolean {
  return refusesSource(k.ns, src, iif) === undefined;
}

export const PATH: PathOps = { xmit, routeOutput, localOut, accepts, protocolReceive };
