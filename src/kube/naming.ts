/**
 * Names and MACs that the YAML does not give, made the same way every time. Real ones are random (containerd and the kernel
 * choose them); tests that compare with captures pass a naming of their own.
 */
import { hashText } from '../lib/random.ts';
import { macFromHash, type Mac } from '../wire/address.ts';
import type { IfName } from '../kernel/recorder.ts';

export interface Naming {
  /** the MAC of a thing; `what` says which of its owner's */
  mac(what: 'eth0' | 'cni0' | 'vtep' | 'pod' | 'veth', owner: string): Mac;
  /** the host end of a pod's veth pair: `veth` and eight hex digits, as the bridge plugin names it */
  veth(pod: string): IfName;
  /** the switch port that a machine (or one card of it, `rtr eth1`) is plugged into */
  port(machine: string): IfName;
}

/** IFNAMSIZ, less the terminating zero */
const LONGEST = 15;

/** A name that Linux takes: as it is when it fits, else its beginning and a hash. */
function shortened(name: string): IfName {
  if (name.length <= LONGEST) return name as IfName;
  return `${name.slice(0, LONGEST - 7)}-${hashText(name).toString(16).padStart(8, '0').slice(0, 6)}` as IfName;
}

export const SEEDED_NAMING: Naming = {
  mac: (what, owner) => macFromHash(hashText(`${what} of ${owner}`), hashText(`${owner} ${what}`)),
  veth: (pod) => `veth${hashText(pod).toString(16).padStart(8, '0')}` as IfName,
  port: (machine) => shortened(`p-${machine.replaceAll(' ', '-')}`),
};
