import assert from 'node:assert/strict';
import type { Cache } from '../../cache.js';
import { hasEntries, type CacheEntry, type IterableCache } from '../../iterable-cache.js';
import type { Applicability, ConformanceCase } from '../conformance-case.js';

const facet = 'entries';

const notFor: Applicability = (capabilities) =>
  capabilities.entries === true ? undefined : 'declares no entries';

function iterable(cache: Cache): IterableCache {
  assert.ok(hasEntries(cache));
  return cache;
}

/** All entries, by key. */
async function entriesOf(cache: Cache): Promise<readonly CacheEntry<unknown>[]> {
  const found: CacheEntry<unknown>[] = [];
  for await (const entry of iterable(cache).entries()) found.push(entry);
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

export const entries: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'gives every live entry once, with its value and its end',
    run: async ({ cache }) => {
      await cache.set('a', 1, { ttl: 1000 });
      await cache.set('b', null, { ttl: 2000 });
      await cache.set('c', { deep: [1] }, { ttl: 3000 });
      const found = await entriesOf(cache);
      const expected = [];
      for (const key of ['a', 'b', 'c']) {
        const entry = await cache.lookup(key);
        assert.ok(entry.kind === 'hit');
        const { value, expiresAt } = entry;
        expected.push(expiresAt === undefined ? { key, value } : { key, value, expiresAt });
      }
      assert.deepEqual(found, expected);
    },
  },
  {
    facet,
    notFor,
    title: 'gives nothing of an empty cache, and nothing that is over',
    run: async ({ cache, advance }) => {
      assert.deepEqual(await entriesOf(cache), []);
      await cache.set('short', 1, { ttl: 10 });
      await cache.set('long', 2, { ttl: 1000 });
      await cache.set('gone', 3);
      await cache.delete('gone');
      await advance(10);
      assert.deepEqual(
        (await entriesOf(cache)).map(({ key }) => key),
        ['long'],
      );
    },
  },
  {
    facet,
    notFor,
    title: 'neither counts nor prolongs what it gives',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await advance(60);
      const before = await cache.getStats();
      await entriesOf(cache);
      assert.deepEqual(await cache.getStats(), before);
      await advance(40);
      assert.equal(await cache.has('key'), false);
    },
  },
  {
    facet,
    notFor,
    title: 'gives what is there all the time, though other entries come and go',
    run: async ({ cache }) => {
      const staying = Array.from({ length: 50 }, (_, index) => `stays ${index}`);
      for (const key of staying) {
        await cache.set(key, key);
        await cache.set(`goes after ${key}`, 1);
      }
      const found: string[] = [];
      for await (const { key } of iterable(cache).entries()) {
        await cache.delete(`goes after ${key}`);
        await cache.set(`comes after ${found.length}`, 1);
        found.push(key);
        if (found.length > 1000) assert.fail('walks on as long as entries are added');
      }
      assert.equal(new Set(found).size, found.length, 'an entry was given twice');
      assert.deepEqual(
        staying.filter((key) => !found.includes(key)),
        [],
        'entries that were there all the time',
      );
    },
  },
];
