/**
 * What dockerd is started with. Alone it has its own range (`--bip`), the same on every machine; with flannel
 * mk-docker-opts.sh makes its options of subnet.env, so that docker0 takes the place of cni0.
 * @see flannel dist/mk-docker-opts.sh, moby/libnetwork ipamutils/utils.go (facts/dataplane.md 3.2, 3.4)
 */
import { addressAt, networkOf, printCidr, type Cidr, type Ipv4 } from '../../wire/address.ts';
import type { Cluster } from '../cluster.ts';
import { parseSubnetEnv } from '../flannel/subnetEnv.ts';

export interface DockerOptions {
  /** `--bip`: the bridge's address with the length of its range */
  readonly bip: Cidr;
  /** `--mtu` */
  readonly mtu: number;
  /** `--ip-masq` */
  readonly ipMasq: boolean;
}

const DEFAULT_MTU = 1500;

/** Pods run under Docker alone: no plugins, no kubelet. */
export const isCnm = ({ runtime }: Pick<Cluster, 'runtime'>): boolean => runtime === 'docker';

/** flanneld runs on this board. */
export function hasFlannel(cluster: Pick<Cluster, 'runtime' | 'docker'>): boolean {
  return !isCnm(cluster) || cluster.docker?.bip === 'flannel';
}

/** undefined: flannel's options file is not there, so systemd does not start dockerd. */
export function dockerOptions({ docker }: Cluster, env: string | undefined): DockerOptions | undefined {
  const { bip } = docker ?? {};
  if (bip !== undefined && bip !== 'flannel') return { bip, mtu: DEFAULT_MTU, ipMasq: true };
  const { subnet, mtu, ipMasq } = parseSubnetEnv(env ?? '');
  if (!subnet || mtu === undefined) return undefined;
  // exactly one of the two masquerades
  return {
    bip: { address: addressAt(networkOf(subnet).address, 1), bits: subnet.bits },
    mtu,
    ipMasq: ipMasq !== true,
  };
}

export function printOptions({ bip, mtu, ipMasq }: DockerOptions): string {
  return `dockerd --bip=${printCidr(bip)} --mtu=${mtu} --ip-masq=${ipMasq}`;
}

/** The lowest address of the range that nobody has, given again at once when it is free: a bitmap from the bottom. */
export function lowestFree(bip: Cidr, isTaken: (ip: Ipv4) => boolean): Ipv4 | undefined {
  const network = networkOf(bip).address;
  const last = 2 ** (32 - bip.bits) - 1;
  for (let host = 1; host < last; host++) {
    const ip = addressAt(network, host);
    if (ip !== bip.address && !isTaken(ip)) return ip;
  }
  return undefined;
}

/** moby/libnetwork ipamapi ErrNoAvailableIPs */
export const NO_ADDRESSES = 'No available addresses on this pool';
