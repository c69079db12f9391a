/**
 * `/run/flannel/subnet.env`: what flanneld tells the CNI plugin of its node. It is written before any remote route exists, and
 * only a start of flanneld writes it. @see flannel pkg/subnet/subnet.go WriteSubnetFile
 */
import { addressAt, networkOf, parseCidr, printCidr, type Cidr } from '../../wire/address.ts';

export const SUBNET_ENV = '/run/flannel/subnet.env';

export interface SubnetEnv {
  readonly network: Cidr;
  /** the node's subnet; in the file it is written with its first address, which the bridge gets */
  readonly subnet: Cidr;
  readonly mtu: number;
  readonly ipMasq: boolean;
}

/** The text of the file. */
export function subnetEnv({ network, subnet, mtu, ipMasq }: SubnetEnv): string {
  const gateway = { address: addressAt(networkOf(subnet).address, 1), bits: subnet.bits };
  return [
    `FLANNEL_NETWORK=${printCidr(network)}`,
    `FLANNEL_SUBNET=${printCidr(gateway)}`,
    `FLANNEL_MTU=${mtu}`,
    `FLANNEL_IPMASQ=${ipMasq}`,
    '',
  ].join('\n');
}

/** What a file says; what it does not say, or says in a way that cannot be read, is missing. */
export function parseSubnetEnv(text: string): Partial<SubnetEnv> {
  const said = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  const prefix = (key: string): Cidr | undefined => {
    const read = parseCidr(said.get(key) ?? '');
    return read.ok ? networkOf(read.value) : undefined;
  };
  const network = prefix('FLANNEL_NETWORK');
  const subnet = prefix('FLANNEL_SUBNET');
  const mtu = said.get('FLANNEL_MTU');
  const ipMasq = said.get('FLANNEL_IPMASQ');
  return {
    ...(network ? { network } : {}),
    ...(subnet ? { subnet } : {}),
    ...(mtu !== undefined && /^\d+$/.test(mtu) ? { mtu: Number(mtu) } : {}),
    ...(ipMasq === 'true' || ipMasq === 'false' ? { ipMasq: ipMasq === 'true' } : {}),
  };
}
