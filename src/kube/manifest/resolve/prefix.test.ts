import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressAt,
  cidr,
  contains,
  ipv4,
  lastOf,
  networkOf,
  printCidr,
  type Cidr,
} from '../../../wire/address.ts';
import { covers, findOverlaps, overlaps, smallestBlock } from './prefix.ts';

const prefix = fc
  .record({ address: fc.nat(0xffff), bits: fc.integer({ min: 16, max: 32 }) })
  .map(({ address, bits }): Cidr => networkOf({ address: addressAt(ipv4('10.0.0.0'), address), bits }));

test('the smallest block holds all, and no half of it does', () => {
  fc.assert(
    fc.property(fc.array(prefix, { minLength: 1, maxLength: 6 }), (prefixes) => {
      const block = smallestBlock(prefixes);
      if (!block) return false;
      const half = { address: block.address, bits: block.bits + 1 };
      const inLower = prefixes.every((one) => covers(half, one));
      const inUpper = prefixes.every((one) => contains(block, one.address) && !contains(half, one.address));
      return (
        prefixes.every((one) => covers(block, one)) &&
        (block.bits === 32 || !(inLower || (inUpper && half.bits <= 32)))
      );
    }),
  );
  expect(smallestBlock([])).toBeUndefined();
});

test('overlaps are found as comparing every pair would find them', () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 12 }), (prefixes) => {
      const found = new Set(findOverlaps(prefixes).flat());
      const expected = new Set(
        prefixes.flatMap((a, i) => (prefixes.some((b, j) => i !== j && overlaps(a, b)) ? [i] : [])),
      );
      expect(found).toEqual(expected);
    }),
  );
});

test('a prefix covers itself and its parts', () => {
  expect(covers(cidr('10.0.0.0/8'), cidr('10.1.0.0/16'))).toBe(true);
  expect(covers(cidr('10.1.0.0/16'), cidr('10.0.0.0/8'))).toBe(false);
  expect(printCidr(smallestBlock([cidr('10.0.0.0/24'), cidr('10.0.1.0/24')]) ?? cidr('0.0.0.0/0'))).toBe(
    '10.0.0.0/23',
  );
  expect(lastOf(cidr('10.0.0.0/30'))).toBe(ipv4('10.0.0.3'));
});
