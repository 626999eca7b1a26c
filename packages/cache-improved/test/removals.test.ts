import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { ImprovedAsyncCache, type Removal } from '../src/index.js';
import { settled } from './fixtures/controlled-factory.js';

it('tells of each entry that is gone, with the reason, in order', async () => {
  const clock = new ManualClock(1_000_000);
  const told: Removal<unknown>[] = [];
  const cache = new ImprovedAsyncCache({
    clock,
    maxEntries: 2,
    policy: 'lru',
    onRemoval: (removal) => told.push(removal),
  });
  await cache.set('a', 1, { ttl: 10 });
  await cache.set('a', 2, { ttl: 10 });
  clock.advance(10);
  await cache.get('a');
  await cache.set('b', 3);
  await cache.delete('b');
  for (const key of ['c', 'd', 'e']) await cache.set(key, key);
  await cache.clear();
  await settled();
  const gone = told.map(({ key, value, reason }) => [key, value, reason]);
  expect(gone.slice(0, 4)).toEqual([
    ['a', 1, 'set'],
    ['a', 2, 'expire'],
    ['b', 3, 'delete'],
    ['c', 'c', 'evict'],
  ]);
  // Those of one call are in no promised order.
  expect(new Set(gone.slice(4))).toEqual(
    new Set([
      ['d', 'd', 'clear'],
      ['e', 'e', 'clear'],
    ]),
  );
});

it('lets a listener use the cache, and bears one that throws or rejects', async () => {
  let calls = 0;
  const cache: ImprovedAsyncCache = new ImprovedAsyncCache({
    onRemoval: async ({ key, value }) => {
      calls += 1;
      if (key === 'bad') throw new Error('rejected');
      if (key !== 'copy') await cache.set('copy', value);
    },
  });
  const throwing = new ImprovedAsyncCache({
    onRemoval: () => {
      throw new Error('thrown');
    },
  });
  for (const key of ['bad', 'good']) {
    await cache.set(key, key);
    await cache.delete(key);
    await throwing.set(key, key);
    expect(await throwing.delete(key)).toBe(true);
  }
  await settled();
  expect(calls).toBe(2);
  expect(await cache.get('copy')).toBe('good');
});
