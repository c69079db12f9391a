/**
 * net-conf.json as the etcd manager checks it: which subnets there are to be had. The kube manager does not look at these, since
 * kube-controller-manager cuts the network up. @see flannel pkg/subnet/config.go CheckNetworkConfig (facts/dataplane.md 1.2)
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { addressAt, contains, maskOf, printIpv4, type Cidr, type Ipv4 } from '../../wire/address.ts';

export interface SubnetChoice {
  /** 0 or undefined: the default */
  readonly subnetLen?: number;
  readonly subnetMin?: Ipv4;
  readonly subnetMax?: Ipv4;
}

/** The subnets of a network: from `min` to `max`, all of one length. */
export interface Subnets {
  readonly network: Cidr;
  readonly len: number;
  readonly min: Ipv4;
  readonly max: Ipv4;
}

/** Why a configuration is refused, and flanneld's own words for it. */
export interface Refused {
  readonly why: 'network' | 'subnet-len' | 'four-subnets' | 'too-small' | 'range' | 'boundary';
  readonly error: string;
}

/** The subnets, or flanneld's own words. The first subnet is left out by default: its address would be the network's. */
export function checkNetworkConfig(
  network: Cidr | undefined,
  choice: SubnetChoice,
): Result<Subnets, Refused> {
  const refuse = (why: Refused['why'], error: string): Result<Subnets, Refused> => err({ why, error });
  if (network === undefined || network.bits === 0)
    return refuse('network', 'please define a correct Network parameter in the flannel config');
  const { subnetLen = 0, subnetMin, subnetMax } = choice;
  if (subnetLen > 30) return refuse('subnet-len', 'SubnetLen must be less than /31');
  if (subnetLen > 0 && subnetLen < network.bits + 2)
    return refuse('four-subnets', 'network must be able to accommodate at least four subnets');
  if (subnetLen === 0 && network.bits > 28)
    return refuse('too-small', 'network is too small. Minimum useful network prefix is /28');
  const len = subnetLen > 0 ? subnetLen : network.bits <= 22 ? 24 : network.bits + 2;
  const size = 2 ** (32 - len);
  if (subnetMin !== undefined && !contains(network, subnetMin))
    return refuse('range', 'SubnetMin is not in the range of the Network');
  if (subnetMax !== undefined && !contains(network, subnetMax))
    return refuse('range', 'SubnetMax is not in the range of the Network');
  const min = subnetMin ?? addressAt(network.address, size);
  const max = subnetMax ?? addressAt(network.address, 2 ** (32 - network.bits) - size);
  const isAligned = (ip: Ipv4): boolean => (ip & ~maskOf(len)) === 0;
  if (!isAligned(min))
    return refuse('boundary', `SubnetMin is not on a SubnetLen boundary: ${printIpv4(min)}`);
  if (!isAligned(max))
    return refuse('boundary', `SubnetMax is not on a SubnetLen boundary: ${printIpv4(max)}`);
  return ok({ network, len, min, max });
}

/** isSubnetConfigCompat: may a lease of before be kept under this configuration? */
export function isCompatible({ min, max, len }: Subnets, subnet: Cidr): boolean {
  return subnet.address >= min && subnet.address <= max && subnet.bits === len;
}
