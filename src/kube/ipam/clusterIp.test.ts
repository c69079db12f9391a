import { expect, test } from 'vitest';
import { createRandom } from '../../lib/random.ts';
import { addressAt, cidr, ipv4, printIpv4, type Ipv4 } from '../../wire/address.ts';
import {
  allocateClusterIp,
  allocationFailed,
  kubernetesServiceIp,
  requestClusterIp,
  requestRefused,
  serviceRange,
} from './clusterIp.ts';

const bands = (text: string): readonly string[] => {
  const { first, count, offset } = serviceRange(cidr(text));
  return [first, addressAt(first, offset - 1), addressAt(first, offset), addressAt(first, count - 1)].map(
    printIpv4,
  );
};

test('the static band is min(max(16, size/16), 256) addresses at the bottom', () => {
  expect(bands('10.0.0.0/24')).toEqual(['10.0.0.1', '10.0.0.16', '10.0.0.17', '10.0.0.254']);
  expect(bands('10.96.0.0/12')).toEqual(['10.96.0.1', '10.96.1.0', '10.96.1.1', '10.111.255.254']);
  expect(serviceRange(cidr('10.0.0.0/20')).offset).toBe(256);
  expect(serviceRange(cidr('10.0.0.0/28'))).toMatchObject({ count: 14, offset: 0 });
});

test('the kubernetes Service has the first address', () => {
  expect(printIpv4(kubernetesServiceIp(cidr('10.96.0.0/12')))).toBe('10.96.0.1');
});

const range = cidr('10.0.0.0/24');
const upTo = (count: number, from = '10.0.0.1'): Set<Ipv4> =>
  new Set(Array.from({ length: count }, (_, i) => addressAt(ipv4(from), i)));

test('who asks for no address gets one of the upper band, the same one for the same seed', () => {
  const one = allocateClusterIp([range], new Set(), createRandom(7));
  expect(one).toEqual(allocateClusterIp([range], new Set(), createRandom(7)));
  for (let seed = 0; seed < 200; seed++) {
    const { ok, ...rest } = allocateClusterIp([range], new Set(), createRandom(seed));
    expect(ok && 'value' in rest ? rest.value : 0).toBeGreaterThanOrEqual(ipv4('10.0.0.17'));
  }
});

test('the lower band is used when the upper one is full, and then the range is full', () => {
  const upper = upTo(238, '10.0.0.17');
  const last = allocateClusterIp([range], upper, createRandom(1));
  expect(last.ok ? last.value : 0).toBeLessThanOrEqual(ipv4('10.0.0.16'));
  const full = allocateClusterIp([range], upTo(254), createRandom(1));
  expect(full).toEqual({ ok: false, error: 'range is full' });
  expect(allocationFailed(full.ok ? '' : full.error)).toBe(
    'Internal error occurred: failed to allocate a serviceIP: range is full',
  );
});

test('a second ServiceCIDR goes on where the first one is full', () => {
  const two = allocateClusterIp([range, cidr('10.0.1.0/28')], upTo(254), createRandom(1));
  expect(two.ok && printIpv4(two.value).startsWith('10.0.1.')).toBe(true);
});

test('an address that is asked for may be in either band, once', () => {
  const how = { ranges: [range], allocator: 'ipaddress' as const };
  expect(requestClusterIp(how, new Set(), ipv4('10.0.0.10'))).toEqual({ ok: true, value: ipv4('10.0.0.10') });
  expect(requestClusterIp(how, new Set(), ipv4('10.0.0.200')).ok).toBe(true);
  const again = requestClusterIp(how, upTo(20), ipv4('10.0.0.10'));
  expect(requestRefused(ipv4('10.0.0.10'), again.ok ? '' : again.error)).toBe(
    'spec.clusterIPs: Invalid value: ["10.0.0.10"]: failed to allocate IP 10.0.0.10: provided IP is already allocated',
  );
});

test('outside the range the two allocators use different words', () => {
  const ask = (allocator: 'bitmap' | 'ipaddress', ip: string) =>
    requestClusterIp({ ranges: [range], allocator }, new Set(), ipv4(ip));
  expect(ask('ipaddress', '10.1.0.1')).toEqual({
    ok: false,
    error: 'the provided network does not match the current range',
  });
  const words = 'is not in the valid range. The range of valid IPs is 10.0.0.0/24';
  expect(ask('bitmap', '10.1.0.1')).toEqual({ ok: false, error: `the provided IP (10.1.0.1) ${words}` });
  // the network's own address and the broadcast address are nobody's
  expect(ask('ipaddress', '10.0.0.0')).toEqual({ ok: false, error: `the provided IP (10.0.0.0) ${words}` });
  expect(ask('bitmap', '10.0.0.255')).toEqual({ ok: false, error: `the provided IP (10.0.0.255) ${words}` });
});
