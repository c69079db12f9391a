import { expect, test } from 'vitest';
import type { Result } from '../../lib/result.ts';
import { cidr, printCidr } from '../../wire/address.ts';
import { allocateNext, blocksOf, createCidrSet, occupy, release, type CidrSet } from './podCidr.ts';

function must<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const setOf = (clusterCIDR: string, nodeMask?: number): CidrSet =>
  must(createCidrSet(cidr(clusterCIDR), nodeMask));

function take(set: CidrSet, count: number): { readonly set: CidrSet; readonly taken: readonly string[] } {
  const taken: string[] = [];
  let now = set;
  for (let i = 0; i < count; i++) {
    const next = must(allocateNext(now));
    taken.push(printCidr(next.cidr));
    now = next.set;
  }
  return { set: now, taken };
}

test('blocks are given in order, and the first one is used', () => {
  expect(take(setOf('10.244.0.0/16'), 3).taken).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']);
});

test('a freed block is given again only after the pointer has wrapped', () => {
  const { set } = take(setOf('10.244.0.0/22'), 3);
  const freed = must(release(set, cidr('10.244.1.0/24')));
  expect(take(freed, 2).taken).toEqual(['10.244.3.0/24', '10.244.1.0/24']);
});

test('a /16 has 256 nodes and not one more', () => {
  const empty = setOf('10.244.0.0/16');
  expect(blocksOf(empty)).toBe(256);
  const { set, taken } = take(empty, 256);
  expect(taken.at(-1)).toBe('10.244.255.0/24');
  expect(allocateNext(set)).toEqual({
    ok: false,
    error: 'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
  });
});

test('what nodes and the service range have is skipped', () => {
  const nodes = must(occupy(setOf('10.96.0.0/15'), cidr('10.96.1.0/24')));
  expect(take(nodes, 2).taken).toEqual(['10.96.0.0/24', '10.96.2.0/24']);
  const services = must(occupy(setOf('10.96.0.0/15'), cidr('10.96.0.0/16')));
  expect(take(services, 1).taken).toEqual(['10.97.0.0/24']);
  expect(allocateNext(must(occupy(setOf('10.96.0.0/24'), cidr('10.96.0.0/12')))).ok).toBe(false);
});

test("a node's podCIDR outside the cluster CIDR is the error on which the controller keeps failing", () => {
  expect(occupy(setOf('10.244.0.0/16'), cidr('10.245.3.0/24'))).toEqual({
    ok: false,
    error: 'cidr 10.245.3.0/24 is out the range of cluster cidr 10.244.0.0/16',
  });
});

test('a cluster CIDR smaller than a block is refused', () => {
  const refused = createCidrSet(cidr('10.244.0.0/25'));
  expect(refused.ok ? '' : refused.error).toContain('must be less than or equal to --node-cidr-mask-size');
});
