import type { Ipv4, Mac } from '../wire/address.ts';
import type { IfName } from './recorder.ts';

/** The key of a neighbour: device and address. */
export function neighKey(dev: IfName, ip: Ipv4): string {
  return `${dev} ${ip}`;
}

/** The key of an fdb row list: device (bridge or vxlan) and MAC. */
export function fdbKey(dev: IfName, mac: Mac): string {
  return `${dev} ${mac}`;
}
