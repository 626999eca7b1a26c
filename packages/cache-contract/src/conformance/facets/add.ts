import assert from 'node:assert/strict';
import { hasAdd, type AddingCache } from '../../adding-cache.js';
import type { Cache } from '../../cache.js';
import type { Applicability, ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss, assertRefused } from './assertions.js';

const facet = 'add';

const notFor: Applicability = (capabilities) =>
  capabilities.add === true ? undefined : 'declares no add';

function adding(cache: Cache): AddingCache {
  assert.ok(hasAdd(cache));
  return cache;
}

export const add: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'stores where nothing is, with the lifetime that it is given',
    run: async ({ cache, advance }) => {
      assert.equal(await adding(cache).add('key', 1, { ttl: 100 }), true);
      await assertHit(cache, 'key', 1);
      assert.equal((await cache.getStats()).sets, 1, 'sets');
      await advance(100);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    notFor,
    title: 'leaves a live entry as it is, null too, and its lifetime',
    run: async ({ cache, advance }) => {
      await cache.set('key', 'old', { ttl: 100 });
      await cache.set('nothing', null);
      assert.equal(await adding(cache).add('key', 'new', { ttl: 1000 }), false);
      assert.equal(await adding(cache).add('nothing', 'new'), false);
      assert.equal(await cache.get('nothing'), null);
      assert.equal((await cache.getStats()).sets, 2, 'sets');
      await advance(100);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    notFor,
    title: 'stores where an entry was deleted, cleared or is expired',
    run: async ({ cache, advance }) => {
      const again = async (): Promise<boolean> => adding(cache).add('key', 1, { ttl: 100 });
      assert.equal(await again(), true);
      await cache.delete('key');
      assert.equal(await again(), true, 'after a delete');
      await cache.clear();
      assert.equal(await again(), true, 'after a clear');
      await advance(100);
      assert.equal(await again(), true, 'after the expiry');
    },
  },
  {
    facet,
    notFor,
    title: 'stores for one of many that try at once',
    run: async ({ cache }) => {
      const tries = Array.from({ length: 50 }, (_, index) => adding(cache).add('key', index));
      const stored = (await Promise.all(tries)).flatMap((isStored, index) =>
        isStored ? [index] : [],
      );
      assert.equal(stored.length, 1, `${stored.length} calls stored`);
      await assertHit(cache, 'key', stored[0]);
    },
  },
  {
    facet,
    notFor,
    title: 'refuses what set refuses',
    run: async ({ cache }) => {
      const call = adding(cache);
      await assertRefused('INVALID_KEY', 'an empty key', () => call.add('', 1));
      await assertRefused('INVALID_VALUE', 'undefined', () => call.add('key', undefined));
      await assertRefused('INVALID_TTL', 'a ttl of -1', () => call.add('key', 1, { ttl: -1 }));
      assert.equal(await cache.size(), 0);
    },
  },
];
