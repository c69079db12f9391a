/**
 * The vxlan backend: one device, and for every remote lease three rows that make a table-driven tunnel without any broadcast:
 *
 *   neighbour  10.244.2.0 lladdr <VTEP MAC>  PERMANENT                its MAC (inner destination)
 *   fdb        <VTEP MAC> dst <node IP>      permanent                its node (outer destination)
 *   route      10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink      which VTEP
 *
 * The route comes last: were it first, the kernel would ask for the gateway's MAC. With DirectRouting a node that the kernel
 * reaches without a gateway gets a plain route instead.
 * Left out: GBP, learning, IPv6, retries of a step that Linux refuses.
 * @see flannel pkg/backend/vxlan/{vxlan,vxlan_network,device}.go
 */
import { contains, printCidr, printIpv4, type Mac } from '../../wire/address.ts';
import type { Vxlan } from '../../kernel/device/index.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { IfName } from '../../kernel/recorder.ts';
import type { Sys } from '../../sim/process.ts';
import type { FlannelConfig } from '../cluster.ts';
import { overlayAddress, type Command, type FlannelBackend, type Own, type Remote } from './backend.ts';
import { backendData, BACKEND_DATA, because, POD_CIDR, PUBLIC_IP, type Lease } from './lease.ts';

export const VXLAN_OVERHEAD = 50;

export const vxlan: FlannelBackend = {
  type: 'vxlan',
  encapOverhead: VXLAN_OVERHEAD,
  takes: ['vxlan'],
  ignored: ({ subnet, backendType }) =>
    `ignoring non-vxlan v4Subnet(${printCidr(subnet)}) v6Subnet(::/0): type=${backendType === 'udp' ? '' : backendType}`,
  heard: (lease) =>
    `Received Subnet Event with VxLan: BackendType: vxlan, PublicIP: ${printIpv4(lease.publicIP)}, PublicIPv6: (nil), BackendData: ${backendData(lease)}, BackendV6Data: (nil)`,
  gone: () => undefined,
  remote: (config, lease, direct) => (direct ? directly(lease) : tunnelled(config, lease)),
};

export function vxlanName({ vni }: FlannelConfig): IfName {
  return `flannel.${vni}` as IfName;
}

function tunnelled(config: FlannelConfig, lease: Lease): Remote {
  const dev = vxlanName(config);
  const { node, subnet, publicIP: dst, vtepMac: mac } = lease;
  // a lease without a MAC cannot be used: "error decoding subnet lease JSON"
  if (mac === undefined) return { add: [], remove: [] };
  const ip = subnet.address;
  const route = { type: 'unicast' as const, dst: subnet, via: ip, dev, onlink: true, metric: 0 };
  const way = `vxlanRoute (${printCidr(subnet)} -> ${printIpv4(ip)})`;
  const command = (op: TableOp, origin: Origin, complaint: (error: string) => string): Command => ({
    op,
    origin,
    complaint,
  });
  const [neigh, fdb, via] = [
    because(node, BACKEND_DATA),
    because(node, PUBLIC_IP),
    because(node, POD_CIDR),
  ] as const;
  return {
    add: [
      command({ op: 'neigh-replace', dev, ip, lladdr: mac }, neigh, (error) => `AddARP failed: ${error}`),
      command({ op: 'fdb-replace', dev, mac, dst }, fdb, (error) => `AddFDB failed: ${error}`),
      command({ op: 'route-replace', route }, via, (error) => `failed to add ${way}: ${error}`),
    ],
    remove: [
      command({ op: 'neigh-del', dev, ip }, neigh, (error) => `DelARP failed: ${error}`),
      command({ op: 'fdb-del', dev, mac, dst }, fdb, (error) => `DelFDB failed: ${error}`),
      command({ op: 'route-del', route }, via, (error) => `failed to delete ${way}: ${error}`),
    ],
  };
}

function directly({ node, subnet, publicIP: via }: Lease): Remote {
  const route = { type: 'unicast' as const, dst: subnet, via, onlink: false, metric: 0 };
  const origin = because(node, PUBLIC_IP);
  const to = `to ${printCidr(subnet)} via ${printIpv4(via)}`;
  return {
    add: [
      {
        op: { op: 'route-replace', route },
        origin,
        complaint: (error) => `Error adding route ${to}: ${error}`,
      },
    ],
    remove: [
      {
        op: { op: 'route-del', route },
        origin,
        complaint: (error) => `Error deleting route ${to}: ${error}`,
      },
    ],
  };
}

/**
 * newVXLANDevice: an existing device is taken as it is when it tunnels for the same VTEP, whatever its MAC and MTU are; else it is
 * deleted and made anew. The device has no address yet: that is known when the lease is.
 * @returns the MAC of the device
 */
export function ensureDevice(sys: Sys<unknown>, own: Own, mac: Mac): Mac {
  const { config, iface, ifaceIP, ifaceMtu, node } = own;
  const name = vxlanName(config);
  const origin = because(node, BACKEND_DATA);
  const existing = sys.netns(sys.ns)?.state.devices.get(name);
  if (existing) {
    const differs = incompatible(own, existing.kind === 'vxlan' ? existing : undefined, existing.kind);
    if (differs === undefined) return existing.mac ?? mac;
    sys.log(`"${name}" already exists with incompatible configuration: ${differs}; recreating device`, {
      by: 'flanneld',
    });
    sys.op(sys.ns, { op: 'link-del', name }, origin);
  }
  const { vni, port, mtu = ifaceMtu } = config;
  const link = { type: 'vxlan' as const, vni, lower: iface, local: ifaceIP, port, learning: false };
  const options = { address: mac, mtu: mtu - VXLAN_OVERHEAD };
  sys.op(sys.ns, { op: 'link-add', name, options, link }, origin);
  return mac;
}

/** vxlanLinksIncompat */
function incompatible(own: Own, device: Vxlan | undefined, kind: string): string | undefined {
  const { config, iface, ifaceIP } = own;
  if (!device) return `link type: vxlan vs ${kind}`;
  if (device.vni !== config.vni) return `vni: ${config.vni} vs ${device.vni}`;
  if (device.lower !== iface) return `vtep (external) interface: ${iface} vs ${device.lower}`;
  if (device.local !== ifaceIP)
    return `vtep (external) IP: ${printIpv4(ifaceIP)} vs ${printIpv4(device.local)}`;
  return device.port === config.port ? undefined : `port: ${config.port} vs ${device.port}`;
}

/** Configure: the address that is wanted and none else of the network, then up. @see flannel pkg/ip/iface.go EnsureV4AddressOnLink */
export function configureDevice(sys: Sys<unknown>, { node, config }: Own, lease: Lease): void {
  const dev = vxlanName(config);
  const address = overlayAddress(lease.subnet);
  const origin = because(node, POD_CIDR);
  const state = sys.netns(sys.ns)?.state;
  const standing = state?.addresses.filter((a) => a.dev === dev && contains(config.network, a.ip)) ?? [];
  for (const { ip, bits } of standing) {
    if (ip === address.address && bits === address.bits) continue;
    const old = { address: ip, bits };
    sys.op(sys.ns, { op: 'addr-del', dev, address: old, broadcast: false }, origin);
    sys.log(`removed IP address ${printCidr(old)} ${dev} from ${dev}`, { by: 'flanneld' });
  }
  if (!standing.some(({ ip, bits }) => ip === address.address && bits === address.bits))
    sys.op(sys.ns, { op: 'addr-add', dev, address, broadcast: false }, origin);
  if (state?.devices.get(dev)?.up !== true)
    sys.op(sys.ns, { op: 'link-set', name: dev, change: { set: 'up' } }, because(node, ''));
}
