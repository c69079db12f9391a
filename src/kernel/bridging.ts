/**
 * A frame on a bridge: br_netfilter's hooks when bridge-nf-call-iptables is set, learning, and what the decision of
 * `device/bridge.ts` leads to. @see net/bridge/br_input.c, br_forward.c, br_netfilter_hooks.c
 */
import { assertUnreachable, must } from '../lib/assert.ts';
import { isGroupMac } from '../wire/address.ts';
import { packetLength } from '../wire/codec.ts';
import type { Frame } from '../wire/frame.ts';
import { copyOf, device, drop, dropBy, kernelChange, pktTypeOn, step, type Kernel } from './context.ts';
import { eachFragment } from './defrag.ts';
import { decideFromPort, fdbOf, type BridgeDecision } from './device/bridge.ts';
import { fitsDevice, type Bridge } from './device/index.ts';
import { lookup } from './fib.ts';
import { hook } from './hooks.ts';
import { connected, neighOutput } from './neigh.ts';
import { fdbKey } from './neighKey.ts';
import { forwards, sysctl, update, withEntry, type FdbEntry } from './netns.ts';
import { BY_KERNEL } from './origin.ts';
import { fdbRow, printFdb } from './print.ts';
import type { IfName } from './recorder.ts';
import { gatewayOf } from './redirect.ts';
import { routeStep } from './routeStep.ts';
import { ethernetOf, packetOf, type Skb } from './skb.ts';

/** how long an fdb row that was learned may go without being refreshed before we note it again */
const FDB_REFRESH = 1_000_000_000;

/** br_handle_frame, with br_netfilter's hooks when bridge-nf-call-iptables is set. */
export function bridgeReceive(k: Kernel, name: IfName, received: Skb): void {
  const bridge = device(k, name);
  const port = must(received.iif, 'bridged without port');
  // the ports of a bridge that is down, and one without carrier, are disabled (br_stp_disable_port)
  if (bridge.kind !== 'bridge' || !bridge.up || !device(k, port).carrier) {
    drop(k, received, 'BRIDGE_INGRESS_STP_STATE', 'br_handle_frame');
    return;
  }
  if (!callsIptables(k, received.frame)) {
    handleFrame(k, bridge, port, received);
    return;
  }
  const entering: Skb = { ...received, physin: port, physdev: port };
  const dialled = packetOf(entering.frame).dst;
  const skb = hook(k, entering, 'PREROUTING', { iif: name, bridged: true });
  if (!skb) return;
  if (packetOf(skb.frame).dst === dialled) handleFrame(k, bridge, port, skb);
  else redirected(k, bridge, port, skb);
}

/** br_handle_frame_finish: learn who sent it, look up whom it is for. */
function handleFrame(k: Kernel, bridge: Bridge, port: IfName, skb: Skb): void {
  learnPort(k, bridge, port, skb);
  carryOut(k, bridge, skb, decideFromPort(k.ns, bridge, port, ethernetOf(skb.frame)));
}

/**
 * br_nf_pre_routing_finish for a packet whose destination was rewritten on the port: it is routed to see where it belongs. On this
 * very bridge it goes on as a bridged frame, with the MAC of its new receiver; anywhere else it is for the host to route.
 */
function redirected(k: Kernel, bridge: Bridge, port: IfName, skb: Skb): void {
  const { dst } = packetOf(skb.frame);
  const route = lookup(k.ns, dst);
  const mayGo = route !== 'miss' && route.type === 'unicast' && forwards(k.ns, bridge.name);
  const onBridge = mayGo && route.dev === bridge.name;
  // everything else goes up to the host, and be it for ip_error to refuse it there; so does all while ip_forward is off
  if (!onBridge) {
    const mac = must(bridge.mac, 'bridge without MAC');
    const next: Skb = { ...skb, frame: { ...ethernetOf(skb.frame), dst: mac }, pkttype: 'host' };
    const way =
      route === 'miss' ? routeStep('input', dst, 'no-route') : routeStep('input', dst, route.type, route);
    step(k, next, way, { before: skb.frame });
    handleFrame(k, bridge, port, next);
    return;
  }
  step(k, skb, routeStep('input', dst, 'unicast', route));
  const nexthop = gatewayOf(k, route, dst) ?? dst;
  const known = connected(k, bridge.name, nexthop);
  if (known !== undefined) {
    const next: Skb = { ...skb, redirected: true, frame: { ...ethernetOf(skb.frame), dst: known.mac } };
    const found = {
      kind: 'neigh',
      dev: bridge.name,
      ip: nexthop,
      result: 'resolved',
      lladdr: known.mac,
    } as const;
    step(k, next, { ...found, row: known.row }, { before: skb.frame });
    handleFrame(k, bridge, port, next);
    return;
  }
  // the slow path: the neighbour code sends it out of the bridge's own device, which gives it back (resumeBridged)
  const { src } = ethernetOf(skb.frame);
  // while it waits there it is a packet of the host's, so its sender hears when nobody answers
  neighOutput(
    k,
    bridge.name,
    { ...skb, pkttype: 'host', redirected: true, bridgedFrom: { port, src } },
    nexthop,
  );
}

/** br_nf_pre_routing_finish_bridge_slow: the neighbour code has found the MAC; the frame goes on from the port it came in by. */
export function resumeBridged(
  k: Kernel,
  bridge: Bridge,
  skb: Skb,
  bridgedFrom: NonNullable<Skb['bridgedFrom']>,
): void {
  const frame = { ...ethernetOf(skb.frame), src: bridgedFrom.src };
  const next: Skb = { ...skb, frame, iif: bridgedFrom.port, bridgedFrom: undefined };
  step(k, next, { kind: 'restore', dev: bridgedFrom.port, src: bridgedFrom.src }, { before: skb.frame });
  handleFrame(k, bridge, bridgedFrom.port, next);
}

/** br_fdb_update: the sender of a frame lives behind the port it came in by. */
function learnPort(k: Kernel, bridge: Bridge, port: IfName, skb: Skb): void {
  const { src: mac } = ethernetOf(skb.frame);
  const old = fdbOf(k.ns, bridge.name, mac);
  if (old?.state === 'permanent') return;
  if (old?.port === port && k.now - old.updated < FDB_REFRESH) return;
  const entry: FdbEntry = {
    dev: bridge.name,
    mac,
    port,
    state: 'learned',
    updated: k.now,
    origin: BY_KERNEL,
  };
  update(k.ns, { fdb: withEntry(k.ns.state.fdb, fdbKey(bridge.name, mac), [entry]) });
  if (old?.port === port) return;
  const change = kernelChange(k, 'fdb', old ? 'change' : 'add', printFdb(entry));
  step(
    k,
    skb,
    { kind: 'fdb', dev: bridge.name, mac, result: 'learned', port, row: fdbRow(entry) },
    { changes: [change] },
  );
}

export function carryOut(k: Kernel, bridge: Bridge, skb: Skb, decision: BridgeDecision): void {
  const { dst: mac } = ethernetOf(skb.frame);
  const { name: dev } = bridge;
  switch (decision.kind) {
    case 'local':
      step(k, skb, {
        kind: 'fdb',
        dev,
        mac,
        result: 'local',
        ...(decision.entry ? { row: fdbRow(decision.entry) } : {}),
      });
      passUp(k, bridge, skb);
      return;
    case 'forward': {
      const { port, entry } = decision;
      step(k, skb, { kind: 'fdb', dev, mac, result: 'port', port, row: fdbRow(entry) });
      bridgeForward(k, bridge, port, skb);
      return;
    }
    case 'same-port': {
      const { port, entry } = decision;
      step(k, skb, { kind: 'fdb', dev, mac, result: 'same-port', port, row: fdbRow(entry) });
      dropBy(k, skb, fdbRow(entry), { reason: 'NOT_SPECIFIED', where: 'br_handle_frame_finish' });
      return;
    }
    case 'flood': {
      const { ports, local } = decision;
      if (!isGroupMac(mac)) step(k, skb, { kind: 'fdb', dev, mac, result: 'flood' });
      if (ports.length === 0 && !local) {
        drop(k, skb, 'NO_TX_TARGET', 'br_flood');
        return;
      }
      step(k, skb, { kind: 'flood', dev, ports, local });
      for (const port of ports) bridgeForward(k, bridge, port, copyOf(k, skb));
      if (local) passUp(k, bridge, copyOf(k, skb));
      return;
    }
    default:
      assertUnreachable(decision);
  }
}

/** br_pass_frame_up: the frame is for the host, it enters the stack by the bridge's own device. */
function passUp(k: Kernel, bridge: Bridge, skb: Skb): void {
  const up: Skb = { ...skb, iif: bridge.name, pkttype: pktTypeOn(bridge, skb.frame) };
  step(k, up, { kind: 'rx', dev: bridge.name, pkttype: up.pkttype });
  k.path.protocolReceive(k, up);
}

/** __br_forward: FORWARD and POSTROUTING for bridged IPv4, then out by the port. */
function bridgeForward(k: Kernel, { name, mtu: own, routeMtu }: Bridge, port: IfName, leaving: Skb): void {
  const skb = bridgedHooks(k, name, port, leaving);
  if (!skb) return;
  const { payload } = skb.frame;
  const { fragMaxSize, physin } = skb;
  const mtu = Math.min(device(k, port).mtu, fragMaxSize ?? Infinity);
  if (physin === undefined || payload.kind !== 'ipv4' || packetLength(payload) <= mtu) {
    pushOut(k, port, skb);
    return;
  }
  // br_nf_ip_fragment: it is cut for its route, which for a bridged packet is made up
  const ofRoute = skb.redirected ? own : routeMtu;
  if ((payload.df && fragMaxSize === undefined) || (fragMaxSize ?? 0) > ofRoute) {
    drop(k, skb, 'NOT_SPECIFIED', 'br_nf_dev_queue_xmit');
    return;
  }
  eachFragment(k, skb, { dev: port, mtu: fragMaxSize ?? ofRoute }, (piece) => {
    pushOut(k, port, piece);
    return true; // br_dev_queue_push_xmit does not tell
  });
}

/** br_dev_queue_push_xmit */
function pushOut(k: Kernel, port: IfName, skb: Skb): void {
  if (fitsDevice(device(k, port), skb.frame)) k.path.xmit(k, port, skb);
  else drop(k, skb, 'NOT_SPECIFIED', 'br_dev_queue_push_xmit');
}

function bridgedHooks(k: Kernel, bridge: IfName, port: IfName, skb: Skb): Skb | undefined {
  if (skb.physin === undefined) return skb;
  const place = { oif: bridge, bridged: true, physout: port };
  const forwarded = hook(k, skb, 'FORWARD', { ...place, iif: bridge });
  return forwarded && hook(k, forwarded, 'POSTROUTING', place);
}

function callsIptables(k: Kernel, frame: Frame): boolean {
  return frame.payload.kind === 'ipv4' && sysctl(k.ns, 'net.bridge.bridge-nf-call-iptables') !== 0;
}
