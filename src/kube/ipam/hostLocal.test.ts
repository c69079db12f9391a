import { expect, test } from 'vitest';
import { cidr, ipv4, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { allocate, gatewayOf } from './hostLocal.ts';

const subnet = cidr('10.244.1.0/24');
const print = (result: ReturnType<typeof allocate>) => (result.ok ? printIpv4(result.value) : result.error);

test('the first pod gets .2, because the gateway is .1', () => {
  expect(printIpv4(gatewayOf(subnet))).toBe('10.244.1.1');
  expect(print(allocate(subnet, new Set()))).toBe('10.244.1.2');
});

test('round robin: ADD .2, ADD .3, DEL .3, ADD .4', () => {
  expect(print(allocate(subnet, new Set([ipv4('10.244.1.2')]), ipv4('10.244.1.3')))).toBe('10.244.1.4');
});

test('behind .254 the search wraps to the first free address', () => {
  const taken = new Set([ipv4('10.244.1.2')]);
  expect(print(allocate(subnet, taken, ipv4('10.244.1.254')))).toBe('10.244.1.3');
});

test('a /24 holds 253 pods, and the plugin says when it is full', () => {
  const taken = new Set<Ipv4>();
  for (let next = allocate(subnet, taken); next.ok; next = allocate(subnet, taken, next.value))
    taken.add(next.value);
  expect(taken.size).toBe(253);
  expect(print(allocate(subnet, taken))).toBe(
    'failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254',
  );
});

test('a /30 has one address for a pod, a /31 none', () => {
  expect(print(allocate(cidr('10.244.1.0/30'), new Set()))).toBe('10.244.1.2');
  expect(print(allocate(cidr('10.244.1.0/30'), new Set([ipv4('10.244.1.2')])))).toContain(
    'no IP addresses available',
  );
  expect(print(allocate(cidr('10.244.1.0/31'), new Set()))).toBe(
    'invalid range set 0: Network 10.244.1.0/31 too small to allocate from',
  );
});
