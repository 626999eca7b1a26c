import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KEYS, LoadWorld, type Step } from './load-world.js';

// Mostly one key, so that what happens to it has to do with each other.
const key = fc.constantFrom('a', 'a', 'a', ...KEYS);
const options = fc.record(
  {
    grace: fc.constantFrom(0, 20, 50),
    softTimeout: fc.constantFrom(0, 0, 5),
    hardTimeout: fc.constant(20),
    eagerRefresh: fc.constant(0.5),
  },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('getOrSet' as const), key, options }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('getOrSetMany' as const), options }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('give' as const, 'fail' as const),
      pick: fc.nat(5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('set', 'delete', 'evict' as const), key }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear', 'deleteByTag' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 5, 10, 20, 50, 100),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'settle' as const }) },
);

it('gives each caller what it may get, whatever happens in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const world = new LoadWorld();
      for (const each of steps) await world.take(each);
      await world.end();
    }),
    { numRuns: 400 },
  );
  expect.assertions(0);
});
