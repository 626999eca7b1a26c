import assert from 'node:assert/strict';
import { hasMany, type BatchCache } from '../../batch-cache.js';
import type { Cache } from '../../cache.js';
import type { Applicability, ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss, assertRefused } from './assertions.js';

const facet = 'many';

const notFor: Applicability = (capabilities) =>
  capabilities.many === true ? undefined : 'declares no getMany, setMany and deleteMany';

function batching(cache: Cache): BatchCache {
  assert.ok(hasMany(cache));
  return cache;
}

export const many: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'reads the hits of many keys, null too, and leaves out the misses',
    run: async ({ cache, advance }) => {
      await cache.set('a', 1);
      await cache.set('b', null);
      await cache.set('over', 3, { ttl: 10 });
      await advance(10);
      const found = await batching(cache).getMany(['a', 'b', 'over', 'nobody', '__proto__']);
      assert.deepEqual(
        [...found].sort(([a], [b]) => (a < b ? -1 : 1)),
        [
          ['a', 1],
          ['b', null],
        ],
      );
    },
  },
  {
    facet,
    notFor,
    title: 'counts each key of a batch as one',
    run: async ({ cache }) => {
      await batching(cache).setMany([
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ]);
      await batching(cache).getMany(['a', 'b', 'nobody']);
      await batching(cache).deleteMany(['a', 'nobody']);
      const { hits, misses, sets, deletes } = await cache.getStats();
      assert.deepEqual(
        { hits, misses, sets, deletes },
        { hits: 2, misses: 1, sets: 2, deletes: 1 },
      );
    },
  },
  {
    facet,
    notFor,
    title: 'stores each entry with its own lifetime, the later of two',
    run: async ({ cache, advance }) => {
      await batching(cache).setMany([
        { key: 'short', value: 1, ttl: 10 },
        { key: 'long', value: 2, ttl: 1000 },
        { key: 'twice', value: 'first' },
        { key: 'twice', value: 'second' },
      ]);
      await assertHit(cache, 'twice', 'second');
      await advance(10);
      await assertMiss(cache, 'short');
      await assertHit(cache, 'long', 2);
    },
  },
  {
    facet,
    notFor,
    title: 'says how many live entries it deleted',
    run: async ({ cache, advance }) => {
      for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
      await cache.set('over', 1, { ttl: 10 });
      await advance(10);
      assert.equal(await batching(cache).deleteMany(['a', 'b', 'b', 'over', 'nobody']), 2);
      assert.deepEqual(await cache.getKeys(), ['c']);
    },
  },
  {
    facet,
    notFor,
    title: 'takes empty batches',
    run: async ({ cache }) => {
      assert.equal((await batching(cache).getMany([])).size, 0);
      await batching(cache).setMany([]);
      assert.equal(await batching(cache).deleteMany([]), 0);
    },
  },
  {
    facet,
    notFor,
    title: 'refuses a batch with one bad part whole, and changes nothing',
    run: async ({ cache }) => {
      const call = batching(cache);
      await cache.set('key', 'old');
      const good = { key: 'key', value: 'new' };
      await assertRefused('INVALID_KEY', 'a batch with an empty key', () =>
        call.setMany([good, { key: '', value: 1 }]),
      );
      await assertRefused('INVALID_VALUE', 'a batch with undefined', () =>
        call.setMany([good, { key: 'other', value: undefined }]),
      );
      await assertRefused('INVALID_TTL', 'a batch with a ttl of NaN', () =>
        call.setMany([good, { key: 'other', value: 1, ttl: NaN }]),
      );
      await assertRefused('INVALID_KEY', 'getMany with an empty key', () =>
        call.getMany(['key', '']),
      );
      await assertRefused('INVALID_KEY', 'deleteMany with an empty key', () =>
        call.deleteMany(['key', '']),
      );
      await assertHit(cache, 'key', 'old');
      assert.equal(await cache.size(), 1);
    },
  },
];
