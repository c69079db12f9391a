/** Tables as Linux prints them: `ip -o addr`, `ip route`, `ip neigh`, `bridge fdb`. One line a row. */
import { onceFor } from '../lib/memo.ts';
import { printCidr, printIpv4 } from '../wire/address.ts';
import type { Device } from './device/index.ts';
import type { Address, FdbEntry, Neigh, Route } from './netns.ts';
import type { Row } from './recorder.ts';

/** `ip route` for the main table, `ip route show table local` for the local one. */
export const printRoute = onceFor((route: Route): string => {
  const words: string[] = [];
  if (route.type !== 'unicast') words.push(route.type);
  const { address, bits } = route.dst;
  words.push(
    bits === 0 && address === 0 ? 'default' : bits === 32 ? printIpv4(address) : printCidr(route.dst),
  );
  if (route.via !== undefined) words.push('via', printIpv4(route.via));
  if (route.dev !== undefined) words.push('dev', route.dev);
  if (route.proto !== 'boot') words.push('proto', route.proto);
  if (route.scope !== 'global') words.push('scope', route.scope);
  if (route.src !== undefined) words.push('src', printIpv4(route.src));
  if (route.metric !== 0) words.push('metric', String(route.metric));
  if (route.onlink) words.push('onlink');
  return words.join(' ');
});

/** `ip neigh`: address, device, link-layer address, state in capitals. */
export function printNeigh(neigh: Neigh): string {
  const lladdr = neigh.lladdr === undefined ? '' : ` lladdr ${neigh.lladdr}`;
  return `${printIpv4(neigh.ip)} dev ${neigh.dev}${lladdr} ${neigh.state.toUpperCase()}`;
}

/** `bridge fdb`: a bridge's row names the port and its master, a vxlan's the remote VTEP. */
export function printFdb(entry: FdbEntry): string {
  if (entry.dst !== undefined) {
    const state = entry.state === 'learned' ? '' : ` ${entry.state}`;
    return `${entry.mac} dev ${entry.dev} dst ${printIpv4(entry.dst)} self${state}`;
  }
  const state = entry.state === 'learned' ? '' : ` ${entry.state}`;
  return `${entry.mac} dev ${entry.port ?? entry.dev} master ${entry.dev}${state}`;
}

/** `ip -o addr`, without the lifetime. */
export function printAddress(address: Address): string {
  const broadcast = address.broadcast === undefined ? '' : ` brd ${printIpv4(address.broadcast)}`;
  return `${address.dev} inet ${printCidr({ address: address.ip, bits: address.bits })}${broadcast} scope ${address.scope}`;
}

function linkDetail(device: Device): string {
  switch (device.kind) {
    case 'vxlan':
      return ` vxlan id ${device.vni} local ${printIpv4(device.local)} dev ${device.lower} dstport ${device.port} ${device.learning ? 'learning' : 'nolearning'}`;
    case 'veth':
      return ` veth link-netns ${device.peer.ns}`;
    case 'bridge':
      return ' bridge';
    case 'tun':
      return ' tun';
    case 'physical':
    case 'loopback':
      return '';
  }
}

/** `ip -d -o link`, the parts that matter here. */
export function printLink(device: Device): string {
  const state = device.up ? (device.carrier ? 'UP' : 'NO-CARRIER,UP') : 'DOWN';
  const master = device.master === undefined ? '' : ` master ${device.master}`;
  const mac = device.mac === undefined ? '' : ` link/ether ${device.mac}`;
  return `${device.index}: ${device.name}: <${state}> mtu ${device.mtu}${master}${mac}${linkDetail(device)}`;
}

/** A row of a recording's step. */
export const fdbRow = onceFor((entry: FdbEntry): Row => ({
  table: 'fdb',
  line: printFdb(entry),
  origin: entry.origin,
}));
