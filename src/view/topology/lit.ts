/** What the board lights for a step: its place, the gate it passed, and, while a tunnel's packet is on the wire, both VTEPs. */
import type { Board } from '../../engine/protocol.ts';
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
        ...(step.kind === 'hook' ? [doorKey(ns, step.hook)] : []),
        ...(frame && isAboutTunnel(step) ? vtepsOf(frame, board) : []),
      ];
    }),
  );
}

function isAboutTunnel({ kind }: Step): boolean {
  return kind === 'rx' || kind === 'tx' || kind === 'encap' || kind === 'decap';
}

/** Doors of the two tunnel devices, found by the outer addresses. */
function vtepsOf({ payload }: Frame, board: Board): readonly string[] {
  if (payload.kind !== 'ipv4' || payload.payload.kind !== 'udp') return [];
  if (payload.payload.payload.kind === 'bytes') return [];
  return [payload.src, payload.dst].flatMap((ip) => tunnelAt(ip, board));
}

function tunnelAt(ip: Ipv4, { nodes }: Board): readonly string[] {
  const node = nodes.find((one) => one.ip === printIpv4(ip));
  const device = node?.devices.find(({ kind }) => kind === 'vxlan' || kind === 'tun');
  return device ? [doorKey(device.ns, device.name)] : [];
}
