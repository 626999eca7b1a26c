import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { ImprovedAsyncCache, MemoryStorage } from '../src/index.js';
import { RemoteStorage } from './fixtures/remote-storage.js';

function setUp(options: { readonly maxEntries?: number } = {}) {
  const clock = new ManualClock(1_000_000);
  return { clock, cache: new ImprovedAsyncCache({ clock, ...options }) };
}

it('deletes what has the tag, and says how many', async () => {
  const { cache } = setUp();
  await cache.set('a', 1, { tags: ['x'] });
  await cache.set('b', 1, { tags: ['x', 'y', 'x'] });
  await cache.add('c', 1, { tags: ['y'] });
  await cache.setMany([{ key: 'd', value: 1, tags: ['x'] }]);
  await cache.getOrSet('e', () => 1, { tags: ['x'] });
  await cache.set('f', 1);
  expect(await cache.deleteByTag('x')).toBe(4);
  expect(await cache.getKeys()).toEqual(['c', 'f']);
  expect(await cache.deleteByTag('x')).toBe(0);
  expect(await cache.deleteByTag('y')).toBe(1);
  expect(await cache.getStats()).toMatchObject({ deletes: 5 });
});

it.each<[string, (cache: ImprovedAsyncCache, clock: ManualClock) => unknown]>([
  ['overwritten without it', (cache) => cache.set('key', 2)],
  ['deleted and set again', (cache) => cache.delete('key').then(() => cache.set('key', 2))],
  ['cleared and set again', (cache) => cache.clear().then(() => cache.set('key', 2))],
  [
    'expired and set again',
    (cache, clock) => {
      clock.advance(100);
      return cache.set('key', 2);
    },
  ],
  [
    'evicted and set again',
    async (cache) => {
      await cache.set('other', 1);
      await cache.set('another', 1);
      await cache.set('key', 2);
    },
  ],
])('knows that an entry was %s', async (_what, change) => {
  const { cache, clock } = setUp({ maxEntries: 2 });
  await cache.set('key', 1, { ttl: 100, tags: ['x'] });
  await change(cache, clock);
  expect(await cache.deleteByTag('x')).toBe(0);
  expect(await cache.get('key')).toBe(2);
});

it('keeps the tags of an entry that add left alone', async () => {
  const { cache } = setUp();
  await cache.set('key', 1, { tags: ['x'] });
  await cache.add('key', 2, { tags: ['y'] });
  expect(await cache.deleteByTag('y')).toBe(0);
  expect(await cache.deleteByTag('x')).toBe(1);
});

it.each([
  [['']],
  [[1]],
  [['a\nb']],
  ['x'],
  [Array.from({ length: 101 }, (_, index) => `${index}`)],
])('refuses %j as tags', async (tags) => {
  const { cache } = setUp();
  const refused = { code: 'INVALID_OPTION' };
  const options = { tags: tags as string[] };
  await expect(cache.set('key', 1, options)).rejects.toMatchObject(refused);
  await expect(cache.getOrSet('key', () => 1, options)).rejects.toMatchObject(refused);
  expect(await cache.size()).toBe(0);
});

it('refuses tags over a storage that does not tell of removals', async () => {
  const storage = new RemoteStorage(new MemoryStorage());
  const cache = new ImprovedAsyncCache({ storage });
  const refused = { code: 'INVALID_OPTION' };
  await expect(cache.set('key', 1, { tags: ['x'] })).rejects.toMatchObject(refused);
  await expect(cache.deleteByTag('x')).rejects.toMatchObject(refused);
});

it('are those of the write that came last, also where an add is not yet answered', async () => {
  const { cache } = setUp();
  const added = cache.add('key', 1, { tags: ['a'] });
  await cache.set('key', 2, { tags: ['b'] });
  expect(await added).toBe(true);
  expect(await cache.deleteByTag('a')).toBe(0);
  expect(await cache.deleteByTag('b')).toBe(1);
});

it('are deleted as of now, from a restore that is under way too', async () => {
  const { cache, clock } = setUp();
  for (let index = 0; index < 20; index += 1) {
    await cache.set(`key ${index}`, 1, { tags: ['x'] });
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of cache.snapshot()) pieces.push(piece);
  for (let turns = 0; turns < 120; turns += 1) {
    const other = new ImprovedAsyncCache({ clock });
    const restoring = other.restore(pieces);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await other.deleteByTag('x');
    await restoring;
    expect(await other.size()).toBe(0);
  }
});
