import { describe, expect, it } from 'vitest';
import { cidr, ipv4, printCidr, printIpv4 } from '../../wire/address.ts';
import { checkNetworkConfig, isCompatible, type SubnetChoice } from './netConf.ts';

const check = (network: string | undefined, choice: SubnetChoice = {}): string => {
  const checked = checkNetworkConfig(network === undefined ? undefined : cidr(network), choice);
  if (!checked.ok) return checked.error.error;
  const { min, max, len } = checked.value;
  return `${printIpv4(min)} ... ${printIpv4(max)} /${len}`;
};

describe('the subnets of etcd’s network', () => {
  it.each([
    ['10.244.0.0/16', {}, '10.244.1.0 ... 10.244.255.0 /24'],
    ['10.244.0.0/22', {}, '10.244.1.0 ... 10.244.3.0 /24'],
    ['10.244.0.0/23', {}, '10.244.0.128 ... 10.244.1.128 /25'],
    ['10.244.0.0/28', {}, '10.244.0.4 ... 10.244.0.12 /30'],
    ['10.244.0.0/16', { subnetLen: 26 }, '10.244.0.64 ... 10.244.255.192 /26'],
    ['10.244.0.0/16', { subnetMin: ipv4('10.244.0.0') }, '10.244.0.0 ... 10.244.255.0 /24'],
    ['10.244.0.0/16', { subnetMax: ipv4('10.244.9.0') }, '10.244.1.0 ... 10.244.9.0 /24'],
  ] as const)('of %s with %j are %s', (network, choice, subnets) => {
    expect(check(network, choice)).toBe(subnets);
  });
});

describe('a network that flanneld refuses', () => {
  it.each([
    ['missing', undefined, {}, 'please define a correct Network parameter in the flannel config'],
    ['with a SubnetLen of 31', '10.244.0.0/16', { subnetLen: 31 }, 'SubnetLen must be less than /31'],
    [
      'with room for two subnets',
      '10.244.0.0/23',
      { subnetLen: 24 },
      'network must be able to accommodate at least four subnets',
    ],
    ['too small', '10.244.0.0/29', {}, 'network is too small. Minimum useful network prefix is /28'],
    [
      'with SubnetMin elsewhere',
      '10.244.0.0/16',
      { subnetMin: ipv4('10.245.0.0') },
      'SubnetMin is not in the range of the Network',
    ],
    [
      'with SubnetMax elsewhere',
      '10.244.0.0/16',
      { subnetMax: ipv4('10.245.0.0') },
      'SubnetMax is not in the range of the Network',
    ],
    [
      'with SubnetMin within a subnet',
      '10.244.0.0/16',
      { subnetMin: ipv4('10.244.1.128') },
      'SubnetMin is not on a SubnetLen boundary: 10.244.1.128',
    ],
    [
      'with SubnetMax within a subnet',
      '10.244.0.0/16',
      { subnetMax: ipv4('10.244.9.7') },
      'SubnetMax is not on a SubnetLen boundary: 10.244.9.7',
    ],
  ] as const)('%s', (_what, network, choice, words) => {
    expect(check(network, choice)).toBe(words);
  });
});

it('a lease of before is kept when it is one of the subnets of now', () => {
  const checked = checkNetworkConfig(cidr('10.244.0.0/16'), {});
  if (!checked.ok) throw new Error(checked.error.error);
  const kept = ['10.244.1.0/24', '10.244.0.0/24', '10.244.1.0/25', '10.245.1.0/24'].filter((subnet) =>
    isCompatible(checked.value, cidr(subnet)),
  );
  expect(kept).toEqual([printCidr(cidr('10.244.1.0/24'))]);
});
