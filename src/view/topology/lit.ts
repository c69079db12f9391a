/**
 * What the board lights for a step: its place and the wire behind it, the gates passed on the way, and, while a tunnel's
 * packet travels, the overlay (both VTEPs) together with the underlay (every wire between the two nodes).
 */
import type { Board, BoardDevice, BoardNode } from '../../engine/protocol.ts';
import { placeOf } from '../../trace/timeline.ts';
import type { Recording, Step } from '../../trace/types.ts';
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Frame } from '../../wire/frame.ts';
import { doorKey } from './layoutTypes.ts';

/** Keys of doors (`${ns} ${dev}`), of gates (`${ns} PREROUTING`) and of namespaces. */
export function litBy(
  steps: readonly Step[],
  { frames }: Pick<Recording, 'frames'>,
  board: Board,
): ReadonlySet<string> {
  return new Set(
    steps.flatMap((step) => {
      const { ns, dev } = placeOf(step);
      const place = dev === undefined ? ns : doorKey(ns, dev);
      const frame = frames[step.frame];
      return [
        place,
        ...(step.kind === 'tx' || step.kind === 'rx' ? farEnd(step.ns, step.dev, board) : []),
        ...(step.kind === 'hook' || step.kind === 'chain' ? [doorKey(ns, step.hook)] : []),
        ...(frame && isAboutTunnel(step) ? tunnelOf(frame, board) : []),
      ];
    }),
  );
}

/** A switch's decision belongs to the way as well: the packet is between the two tunnel ends. */
function isAboutTunnel({ kind }: Step): boolean {
  return kind === 'rx' || kind === 'tx' || kind === 'encap' || kind === 'decap' || kind === 'fdb';
}

/** The other end of the wire that a device is on. */
function farEnd(ns: string, dev: string, board: Board): readonly string[] {
  const peer = devicesAt(ns, board).find(({ name }) => name === dev)?.peer;
  return peer ? [doorKey(peer.ns, peer.dev)] : [];
}

function devicesAt(ns: string, { nodes, router, clients }: Board): readonly BoardDevice[] {
  const machines = [...nodes, ...clients, ...(router ? [router] : [])];
  const machine = machines.find((one) => one.ns === ns);
  if (machine) return machine.devices;
  return nodes.flatMap(({ pods }) => pods).find((pod) => pod.ns === ns)?.devices ?? [];
}

/** Doors of the two tunnel devices, found by the outer addresses, and of the wires between their nodes. */
function tunnelOf({ payload }: Frame, board: Board): readonly string[] {
  if (payload.kind !== 'ipv4' || payload.payload.kind !== 'udp') return [];
  if (payload.payload.payload.kind === 'bytes') return [];
  const ends = [payload.src, payload.dst].flatMap((ip) => nodeAt(ip, board));
  return [...ends.flatMap(tunnelAt), ...underlayOf(ends, board)];
}

function nodeAt(ip: Ipv4, { nodes }: Board): readonly BoardNode[] {
  const node = nodes.find((one) => one.ip === printIpv4(ip));
  return node ? [node] : [];
}

function tunnelAt({ devices }: BoardNode): readonly string[] {
  const device = devices.find(({ kind }) => kind === 'vxlan' || kind === 'tun');
  return device ? [doorKey(device.ns, device.name)] : [];
}

/** The cables of both nodes and, when these are on different segments, those of the router between them. */
function underlayOf(ends: readonly BoardNode[], { router }: Board): readonly string[] {
  const cables = ends.flatMap(({ devices }) => devices.filter(({ kind }) => kind === 'physical'));
  const switches = new Set(cables.flatMap(({ peer }) => (peer ? [peer.ns] : [])));
  const routed =
    switches.size > 1
      ? (router?.devices ?? []).filter(({ peer }) => peer !== undefined && switches.has(peer.ns))
      : [];
  return [...cables, ...routed].flatMap(({ ns, name, peer }) => [
    doorKey(ns, name),
    ...(peer ? [doorKey(peer.ns, peer.dev)] : []),
  ]);
}
