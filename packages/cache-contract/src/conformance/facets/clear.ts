import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss } from './assertions.js';

const facet = 'clear';

export const clear: readonly ConformanceCase[] = [
  {
    facet,
    title: 'removes every entry',
    run: async ({ cache }) => {
      for (const key of ['a', 'b', 'c']) await cache.set(key, key);
      await cache.clear();
      for (const key of ['a', 'b', 'c']) await assertMiss(cache, key);
      assert.equal(await cache.size(), 0);
      assert.deepEqual(await cache.getKeys(), []);
    },
  },
  {
    facet,
    title: 'leaves a cache that can be used',
    run: async ({ cache }) => {
      await cache.clear();
      await cache.set('key', 1);
      await assertHit(cache, 'key', 1);
    },
  },
  {
    facet,
    title: 'removes what was set before it, awaited or not',
    run: async ({ cache }) => {
      await Promise.all([cache.set('before', 1), cache.clear()]);
      await assertMiss(cache, 'before');
    },
  },
  {
    facet,
    title: 'leaves what is set after it, awaited or not',
    notFor: ({ shared }) =>
      shared ? 'a clear of a shared store may take along what is set meanwhile' : undefined,
    run: async ({ cache }) => {
      await Promise.all([cache.clear(), cache.set('after', 2)]);
      await assertHit(cache, 'after', 2);
    },
  },
];
