import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyOnWrite } from './copyOnWrite.ts';

test('a map that is kept stays as it was, whatever is written afterwards', () => {
  const map = new CopyOnWrite<string, number>();
  map.set('a', 1);
  const kept = map.keep();
  map.set('a', 2);
  map.set('b', 3);
  expect([...kept]).toEqual([['a', 1]]);
  expect([...map.now]).toEqual([
    ['a', 2],
    ['b', 3],
  ]);
});

test('a map that is put back is not written either', () => {
  const map = new CopyOnWrite<string, number>();
  map.set('a', 1);
  const kept = map.keep();
  map.set('b', 2);
  map.putBack(kept);
  map.delete('a');
  expect([...kept]).toEqual([['a', 1]]);
  expect([...map.now]).toEqual([]);
});

test('writes, keepings and returns in any order are those of a map that is copied every time', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const deed = fc.oneof(
    fc.record({ do: fc.constant('set' as const), key, value: fc.nat(9) }),
    fc.record({ do: fc.constant('delete' as const), key }),
    fc.record({ do: fc.constant('keep' as const) }),
    fc.record({ do: fc.constant('putBack' as const), which: fc.nat(9) }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
      const map = new CopyOnWrite<string, number>();
      let copied: ReadonlyMap<string, number> = new Map();
      const kept: (readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>])[] = [];
      for (const each of deeds) {
        if (each.do === 'set') {
          map.set(each.key, each.value);
          copied = new Map(copied).set(each.key, each.value);
        } else if (each.do === 'delete') {
          map.delete(each.key);
          copied = new Map([...copied].filter(([name]) => name !== each.key));
        } else if (each.do === 'keep') kept.push([map.keep(), copied]);
        else {
          const found = kept[each.which];
          if (found === undefined) continue;
          map.putBack(found[0]);
          copied = found[1];
        }
        expect([...map.now]).toEqual([...copied]);
      }
      for (const [one, other] of kept) expect([...one]).toEqual([...other]);
    }),
    { seed: 1 },
  );
});
