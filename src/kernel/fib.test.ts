import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { contains, ipv4, networkOf, type Ipv4 } from '../wire/address.ts';
import { addressOf, lookup } from './fib.ts';
import { createNetNs, update, type Route } from './netns.ts';
import { BY_USER } from './origin.ts';
import type { NetNsId } from './recorder.ts';

const route = fc
  .record({
    address: fc.integer({ min: 0, max: 0xffffffff }),
    bits: fc.integer({ min: 0, max: 32 }),
    metric: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ address, bits, metric }): Route => ({
    table: 'main',
    type: 'blackhole',
    dst: networkOf({ address: address as Ipv4, bits }),
    onlink: false,
    scope: 'global',
    metric,
    proto: 'boot',
    origin: BY_USER,
  }));

/** What RFC 1812 §5.2.4.3 says, word for word: of the matching routes the longest, of those the lowest metric, then the oldest. */
function byTheBook(routes: readonly Route[], dst: Ipv4): Route | undefined {
  let best: Route | undefined;
  for (const r of routes) {
    if (!contains(r.dst, dst)) continue;
    if (!best || r.dst.bits > best.dst.bits || (r.dst.bits === best.dst.bits && r.metric < best.metric))
      best = r;
  }
  return best;
}

describe('lookup', () => {
  it.each([
    ['walked', 20],
    ['compiled', 200],
  ])('finds what the standard says, when the table is small enough to be %s', (_how, maxLength) => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: Math.floor(maxLength / 2), maxLength }),
        fc.array(fc.integer({ min: 0x01000000, max: 0x7effffff }), { minLength: 1, maxLength: 20 }),
        (routes, targets) => {
          const ns = createNetNs('x' as NetNsId);
          update(ns, { routes });
          for (const target of [...targets, ...routes.map((r) => r.dst.address)]) {
            const found = lookup(ns, target as Ipv4);
            expect(found === 'miss' ? undefined : found).toBe(byTheBook(routes, target as Ipv4));
          }
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it('asks the local table first, however long the prefix in main', () => {
    const ns = createNetNs('x' as NetNsId);
    const found = lookup(ns, ipv4('127.0.0.1'));
    expect(found).toMatchObject({ table: 'local', type: 'local' });
  });

  it('answers "miss" when nothing matches', () => {
    expect(lookup(createNetNs('x' as NetNsId), ipv4('8.8.8.8'))).toBe('miss');
  });
});

describe('the address of a device', () => {
  it('is the one whose prefix holds the target, else the first', () => {
    const ns = createNetNs('x' as NetNsId);
    const address = (ip: string) => ({
      dev: 'eth0' as never,
      ip: ipv4(ip),
      bits: 24,
      scope: 'global' as const,
      origin: BY_USER,
    });
    update(ns, { addresses: [address('10.0.0.1'), address('10.0.1.1')] });
    expect(addressOf(ns, 'eth0' as never, ipv4('10.0.1.9'))).toBe(ipv4('10.0.1.1'));
    expect(addressOf(ns, 'eth0' as never, ipv4('10.7.0.1'))).toBe(ipv4('10.0.0.1'));
  });

  it('is "none" in a namespace without one', () => {
    expect(addressOf(createNetNs('x' as NetNsId), 'eth0' as never)).toBe('none');
  });
});
