import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SmallMap } from '../src/small-map.js';

it('is a Map, in the same order', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('set' as const), key: fc.nat(3), value: fc.nat() }),
    },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('delete' as const), key: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const small = new SmallMap<number, number>();
      const map = new Map<number, number>();
      for (const each of steps) {
        for (const one of [small, map]) {
          if (each.do === 'set') one.set(each.key, each.value);
          else if (each.do === 'delete') one.delete(each.key);
          else one.clear();
        }
        expect([...small.entries()]).toEqual([...map]);
        expect(small.size).toBe(map.size);
        for (const key of [0, 1, 2, 3]) expect(small.get(key)).toBe(map.get(key));
      }
    }),
  );
});
