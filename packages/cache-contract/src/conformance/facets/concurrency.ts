import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss } from './assertions.js';

const facet = 'concurrency';

export const concurrency: readonly ConformanceCase[] = [
  {
    facet,
    title: 'keeps what a hundred writers wrote at once',
    run: async ({ cache }) => {
      const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
      await Promise.all(keys.map((key) => cache.set(key, key)));
      assert.deepEqual(await Promise.all(keys.map((key) => cache.get(key))), keys);
      assert.equal(await cache.size(), 100);
    },
  },
  {
    facet,
    title: 'keeps the order of writes of one key that nobody awaited',
    run: async ({ cache }) => {
      await Promise.all([1, 2, 3, 4, 5].map((value) => cache.set('key', value)));
      await assertHit(cache, 'key', 5);
      await Promise.all([cache.set('key', 6), cache.delete('key')]);
      await assertMiss(cache, 'key');
    },
  },
];
