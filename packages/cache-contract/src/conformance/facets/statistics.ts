import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { assertRefused } from './assertions.js';

const facet = 'statistics';

export const statistics: readonly ConformanceCase[] = [
  {
    facet,
    title: 'start at zero',
    run: async ({ cache }) => {
      const { hits, misses, sets, deletes, evictions, expirations, size, hitRate } =
        await cache.getStats();
      assert.deepEqual(
        { hits, misses, sets, deletes, evictions, expirations, size, hitRate },
        {
          hits: 0,
          misses: 0,
          sets: 0,
          deletes: 0,
          evictions: 0,
          expirations: 0,
          size: 0,
          hitRate: 0,
        },
      );
    },
  },
  {
    facet,
    title: 'count hits, misses, sets and deletes',
    run: async ({ cache }) => {
      await cache.set('a', 1);
      await cache.set('b', 1);
      await cache.get('a');
      await cache.lookup('a');
      await cache.get('b');
      await cache.get('nobody');
      await cache.delete('b');
      await cache.delete('nobody');
      const stats = await cache.getStats();
      assert.equal(stats.hits, 3, 'hits');
      assert.equal(stats.misses, 1, 'misses');
      assert.equal(stats.hitRate, 0.75, 'hitRate');
      assert.equal(stats.sets, 2, 'sets');
      assert.equal(stats.deletes, 1, 'deletes');
      assert.equal(stats.size, 1, 'size');
    },
  },
  {
    facet,
    title: 'do not move by has, size and getKeys',
    run: async ({ cache }) => {
      await cache.set('a', 1);
      const before = await cache.getStats();
      await cache.has('a');
      await cache.has('nobody');
      await cache.size();
      await cache.getKeys();
      assert.deepEqual(await cache.getStats(), before);
    },
  },
  {
    facet,
    title: 'count an expired entry as a miss, and not as a delete',
    run: async ({ cache, advance }) => {
      await cache.set('a', 1, { ttl: 10 });
      await advance(10);
      await cache.get('a');
      await cache.delete('a');
      const stats = await cache.getStats();
      assert.equal(stats.hits, 0, 'hits');
      assert.equal(stats.misses, 1, 'misses');
      assert.equal(stats.deletes, 0, 'deletes');
    },
  },
  {
    facet,
    title: 'do not count what is refused',
    run: async ({ cache }) => {
      await cache.set('a', 1);
      const before = await cache.getStats();
      await assertRefused('INVALID_VALUE', 'undefined', () => cache.set('a', undefined));
      await assertRefused('INVALID_TTL', 'a ttl of -1', () => cache.set('a', 2, { ttl: -1 }));
      await assertRefused('INVALID_KEY', 'an empty key', () => cache.get(''));
      await assertRefused('INVALID_KEY', 'an empty key', () => cache.delete(''));
      assert.deepEqual(await cache.getStats(), before);
    },
  },
];
