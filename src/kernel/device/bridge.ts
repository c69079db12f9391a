/**
 * A learning bridge: where a frame goes. Pure; `path.ts` carries it out.
 * Left out: STP (ports forward as soon as they have carrier), VLANs, multicast snooping.
 * @see net/bridge/br_input.c br_handle_frame_finish, br_forward.c br_flood, br_device.c br_dev_xmit
 */
import { isGroupMac, type Mac } from '../../wire/address.ts';
import type { EthernetFrame } from '../../wire/frame.ts';
import type { FdbEntry, NetNs } from '../netns.ts';
import { fdbKey } from '../neighKey.ts';
import type { IfName } from '../recorder.ts';
import { isRunning, type Bridge } from './index.ts';

export type BridgeDecision =
  | { readonly kind: 'local'; readonly entry?: FdbEntry }
  | { readonly kind: 'forward'; readonly port: IfName; readonly entry: FdbEntry }
  /** `port` knows the MAC, but it is where the frame came from and hairpin is off */
  | { readonly kind: 'same-port'; readonly port: IfName; readonly entry: FdbEntry }
  /** copies to `ports` in this order, then up to the host when `local` */
  | { readonly kind: 'flood'; readonly ports: readonly IfName[]; readonly local: boolean };

/** The fdb row of a MAC, or undefined: unknown, so it is flooded. */
export function fdbOf(ns: NetNs, bridge: IfName, mac: Mac): FdbEntry | undefined {
  return ns.state.fdb.get(fdbKey(bridge, mac))?.[0];
}

/** Ports a copy may leave by: forwarding, and not the one it came in by unless hairpin is on (should_deliver). */
function floodPorts(ns: NetNs, bridge: Bridge, ingress: IfName | undefined): readonly IfName[] {
  return bridge.ports.filter((name) => {
    const port = ns.state.devices.get(name);
    return port !== undefined && isRunning(port) && (name !== ingress || port.hairpin);
  });
}

/** Where a frame goes that came in by a port. */
export function decideFromPort(
  ns: NetNs,
  bridge: Bridge,
  ingress: IfName,
  frame: EthernetFrame,
): BridgeDecision {
  if (isGroupMac(frame.dst)) return { kind: 'flood', ports: floodPorts(ns, bridge, ingress), local: true };
  if (frame.dst === bridge.mac) return { kind: 'local' };
  const entry = fdbOf(ns, bridge.name, frame.dst);
  if (!entry) return { kind: 'flood', ports: floodPorts(ns, bridge, ingress), local: false };
  // a port's own MAC is a permanent, local row
  if (entry.state === 'permanent' || entry.port === undefined) return { kind: 'local', entry };
  const port = ns.state.devices.get(entry.port);
  const allowed = port !== undefined && (entry.port !== ingress || port.hairpin);
  return { kind: allowed ? 'forward' : 'same-port', port: entry.port, entry };
}

/** Where a frame goes that the host itself sends by the bridge. */
export function decideFromHost(ns: NetNs, bridge: Bridge, frame: EthernetFrame): BridgeDecision {
  const entry = isGroupMac(frame.dst) ? undefined : fdbOf(ns, bridge.name, frame.dst);
  if (entry?.port !== undefined) return { kind: 'forward', port: entry.port, entry };
  return { kind: 'flood', ports: floodPorts(ns, bridge, undefined), local: false };
}
