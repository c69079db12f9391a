/**
 * What a flannel backend is: what flanneld makes for itself on its node, and the commands that it gives when a lease of another
 * node comes or goes. Both are data. @see flannel pkg/backend/common.go
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { Cidr, Ipv4 } from '../../wire/address.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { NetNsState } from '../../kernel/netns.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { Errno, IfName } from '../../kernel/recorder.ts';
import type { BackendType, FlannelConfig } from '../cluster.ts';
import type { Lease } from './lease.ts';

/** One command of flanneld, and what it says when Linux refuses. */
export interface Command {
  readonly op: TableOp;
  readonly origin: Origin;
  /** the log line; undefined: it says nothing */
  readonly complaint?: (error: string) => string;
}

/** What flanneld found when it started, and goes by until it ends. */
export interface Own {
  readonly node: string;
  readonly config: FlannelConfig;
  /** the external interface: the one of the default route */
  readonly iface: IfName;
  readonly ifaceIP: Ipv4;
  readonly ifaceMtu: number;
  readonly publicIP: Ipv4;
}

/** What flanneld does on one node about a lease of another one. */
export interface Remote {
  readonly add: readonly Command[];
  readonly remove: readonly Command[];
}

export interface FlannelBackend {
  readonly type: BackendType;
  /** bytes that the backend puts in front of a pod's packet; the pods' MTU is that much smaller */
  readonly encapOverhead: number;
  /** it takes leases of these types; others it only remarks upon */
  readonly takes: readonly BackendType[] | 'any';
  /** what is said of a lease of another type */
  ignored(lease: Lease): string;
  /** what is said of a lease that comes; of one that goes */
  heard(lease: Lease): string;
  gone(lease: Lease): string | undefined;
  /** `direct`: the kernel would reach the node without a gateway */
  remote(config: FlannelConfig, lease: Lease, direct: boolean): Remote;
}

/** Pods' MTU: what subnet.env tells the bridge plugin. vxlan has it from its configuration, else all from the card. */
export function podMtu(backend: FlannelBackend, { config, ifaceMtu }: Own): number {
  const underlay = backend.type === 'vxlan' ? (config.mtu ?? ifaceMtu) : ifaceMtu;
  return underlay - backend.encapOverhead;
}

/** The interface of the default route, with its first address; else why there is none. @see flannel pkg/ipmatch/match.go LookupExtIface */
export function externalInterface(
  state: NetNsState,
): Result<{ readonly iface: IfName; readonly ip: Ipv4; readonly mtu: number }, string> {
  const route = state.routes.find(
    ({ table, type, dst }) => table === 'main' && type === 'unicast' && dst.bits === 0,
  );
  const device = route?.dev === undefined ? undefined : state.devices.get(route.dev);
  if (!device) return err('failed to get default interface: unable to find default route');
  const address = state.addresses.find(({ dev }) => dev === device.name);
  if (!address) return err(`failed to find IPv4 address for interface ${device.name}`);
  return ok({ iface: device.name, ip: address.ip, mtu: device.mtu });
}

/** What Go prints for an errno: netlink's answer in flanneld's log. */
export function goError(errno: Errno): string {
  return GO_ERRORS[errno] ?? errno;
}

const GO_ERRORS: Readonly<Partial<Record<Errno, string>>> = {
  ENETUNREACH: 'network is unreachable',
  ESRCH: 'no such process',
  EEXIST: 'file exists',
  ENOENT: 'no such file or directory',
  ENODEV: 'no such device',
  ENETDOWN: 'network is down',
  EINVAL: 'invalid argument',
};

/** The address of a backend's own device: the first of the subnet, alone, so that no connected route appears. */
export function overlayAddress(subnet: Cidr): Cidr {
  return { address: subnet.address, bits: 32 };
}
