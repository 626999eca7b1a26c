import assert from 'node:assert/strict';
import type { Applicability, Bounds, ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss, assertRefused } from './assertions.js';

const facet = 'bounds';

const THREE: Bounds = { maxEntries: 3 };
const TEN_KILOBYTES: Bounds = { maxBytes: 10_000 };

const notByEntries: Applicability = ({ maxEntries }) =>
  maxEntries === THREE.maxEntries ? undefined : 'declares no bound of three entries';

const notByBytes: Applicability = ({ maxBytes }) =>
  maxBytes === TEN_KILOBYTES.maxBytes ? undefined : 'declares no bound of ten kilobytes';

function letters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
}

export const bounds: readonly ConformanceCase[] = [
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'holds as many entries as its bound says, and never more',
    run: async ({ cache }) => {
      for (const [index, key] of letters(10).entries()) {
        await cache.set(key, key);
        const expected = Math.min(index + 1, 3);
        assert.equal(await cache.size(), expected, `size() after ${index + 1} sets`);
        assert.equal((await cache.getKeys()).length, expected, `getKeys() after ${index + 1} sets`);
      }
    },
  },
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'holds what was set last',
    run: async ({ cache }) => {
      for (const key of letters(10)) {
        await cache.set(key, `value of ${key}`);
        await assertHit(cache, key, `value of ${key}`);
      }
    },
  },
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'counts an eviction for each live entry that made room, and no delete',
    run: async ({ cache }) => {
      for (const key of letters(5)) await cache.set(key, key);
      const stats = await cache.getStats();
      assert.equal(stats.evictions, 2, 'evictions');
      assert.equal(stats.deletes, 0, 'deletes');
      assert.equal(stats.expirations, 0, 'expirations');
      assert.equal(stats.sets, 5, 'sets');
    },
  },
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'needs no room for an overwrite',
    run: async ({ cache }) => {
      for (const key of letters(3)) await cache.set(key, 'old');
      for (const key of letters(3)) await cache.set(key, 'new');
      for (const key of letters(3)) await assertHit(cache, key, 'new');
      assert.equal((await cache.getStats()).evictions, 0);
    },
  },
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'has room again after a delete and after a clear',
    run: async ({ cache }) => {
      for (const key of letters(3)) await cache.set(key, key);
      await cache.delete('b');
      await cache.set('d', 'd');
      for (const key of ['a', 'c', 'd']) await assertHit(cache, key, key);
      await cache.clear();
      for (const key of letters(3)) await cache.set(key, key);
      for (const key of letters(3)) await assertHit(cache, key, key);
      assert.equal((await cache.getStats()).evictions, 0);
    },
  },
  {
    facet,
    bounds: THREE,
    notFor: notByEntries,
    title: 'removes what is expired before what is live',
    run: async ({ cache, advance }) => {
      await cache.set('a', 'a');
      await cache.set('b', 'b', { ttl: 10 });
      await cache.set('c', 'c');
      await advance(10);
      await cache.set('d', 'd');
      for (const key of ['a', 'c', 'd']) await assertHit(cache, key, key);
      assert.equal((await cache.getStats()).evictions, 0);
    },
  },
  {
    facet,
    bounds: TEN_KILOBYTES,
    notFor: notByBytes,
    title: 'refuses a value over its bound in bytes, and keeps what was there',
    run: async ({ cache }) => {
      await cache.set('key', 'old');
      await cache.set('bystander', 1);
      await assertRefused('TOO_LARGE', 'a value of 100 kB', () =>
        cache.set('key', 'x'.repeat(100_000)),
      );
      await assertRefused('TOO_LARGE', 'a new value of 100 kB', () =>
        cache.set('new', 'x'.repeat(100_000)),
      );
      await assertHit(cache, 'key', 'old');
      await assertHit(cache, 'bystander', 1);
      await assertMiss(cache, 'new');
    },
  },
  {
    facet,
    bounds: TEN_KILOBYTES,
    notFor: notByBytes,
    title: 'never holds more bytes than its bound says',
    run: async ({ cache }) => {
      for (const key of letters(20)) {
        await cache.set(key, key.repeat(1000));
        await assertHit(cache, key, key.repeat(1000));
      }
      assert.ok((await cache.size()) <= 10, 'the values alone weigh more than the bound');
      const { bytes = 0 } = await cache.getStats();
      assert.ok(bytes <= 10_000, `getStats().bytes is ${bytes}`);
    },
  },
];
