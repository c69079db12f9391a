/**
 * NodePorts: one range for the whole cluster (`--service-node-port-range`), with a static band of 86 ports at the bottom.
 * @see kubernetes pkg/registry/core/service/portallocator/allocator.go, storage/alloc.go (facts/dataplane.md 4.3)
 */
import type { Random } from '../../lib/random.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { bandOffset, pick } from './band.ts';
import { RANGE_FULL } from './clusterIp.ts';

export const PORT_ALLOCATED = 'provided port is already allocated';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The default of `--service-node-port-range`. */
export const NODE_PORTS: PortRange = { from: 30000, to: 32767 };

/** How many ports at the bottom nobody gets who asks for none: min(max(16, size/32), 128) = 86. */
export function portOffset({ from, to }: PortRange): number {
  return bandOffset(to - from + 1, { min: 16, max: 128, step: 32 });
}

/** A port for a Service that asks for none; 'range is full' when there is none. */
export function allocateNodePort(
  taken: ReadonlySet<number>,
  random: Random,
  range: PortRange = NODE_PORTS,
): Result<number, string> {
  const { from, to } = range;
  const index = pick({ count: to - from + 1, offset: portOffset(range) }, (i) => taken.has(from + i), random);
  return index === undefined ? err(RANGE_FULL) : ok(from + index);
}

/** Takes the port that a Service asks for. `taken` are those of others: one Service may have one number for TCP and UDP. */
export function requestNodePort(
  taken: ReadonlySet<number>,
  port: number,
  { from, to }: PortRange = NODE_PORTS,
): Result<number, string> {
  if (port < from || port > to)
    return err(`provided port is not in the valid range. The range of valid ports is ${from}-${to}`);
  return taken.has(port) ? err(PORT_ALLOCATED) : ok(port);
}

/** What a user reads when `requestNodePort` fails for `spec.ports[index]` (422), without the name of the Service in front. */
export function portRefused(index: number, port: number, error: string): string {
  return `spec.ports[${index}].nodePort: Invalid value: ${port}: ${error}`;
}

/** The same for `spec.healthCheckNodePort` (500). */
export function healthCheckPortRefused(port: number, error: string): string {
  return `Internal error occurred: failed to allocate requested HealthCheck NodePort ${port}: ${error}`;
}

/** What a user reads when `allocateNodePort` fails (500). */
export function portAllocationFailed(error: string): string {
  return `Internal error occurred: failed to allocate a nodePort: ${error}`;
}
