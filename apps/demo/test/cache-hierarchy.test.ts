import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache, MemoryStore } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { CacheMigrationManager } from '@resync/cache-migration';
import { expect, it } from 'vitest';
import { CacheHierarchy } from '../consumers/cache-hierarchy.js';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const l2 = new CacheMigrationManager<unknown>({
    component: 'test',
    clock,
    legacy: legacyCache(new AsyncTTLCache<unknown>({ clock })),
    next: new ImprovedAsyncCache({ clock }),
  });
  const l1 = new MemoryStore<unknown>({ clock });
  return { clock, l1, l2, hierarchy: new CacheHierarchy({ l1, l1Ttl: 1000, l2, clock }) };
}

it('loads once, and answers from the nearest level', async () => {
  const { hierarchy, l1, l2 } = setUp();
  let loads = 0;
  const load = async (): Promise<string> => `value ${(loads += 1)}`;
  const options = { ttl: 60_000 };
  expect(await hierarchy.getOrSet('key', load, options)).toBe('value 1');
  expect(await hierarchy.getOrSet('key', load, options)).toBe('value 1');
  l1.clear();
  expect(await hierarchy.getOrSet('key', load, options)).toBe('value 1');
  await l2.clear();
  l1.clear();
  expect(await hierarchy.getOrSet('key', load, options)).toBe('value 2');
  expect(hierarchy.counts).toEqual({ l1Hits: 1, l1Misses: 3, l2Hits: 1, l2Misses: 2 });
});

it('keeps nothing in level one longer than level two would', async () => {
  const { clock, hierarchy, l1 } = setUp();
  await hierarchy.getOrSet('key', async () => 'value', { ttl: 300 });
  clock.advance(300);
  expect(l1.get('key')).toBeUndefined();
  await hierarchy.getOrSet('key', async () => 'value', { ttl: 60_000 });
  clock.advance(1000);
  expect(l1.get('key')).toBeUndefined();
});

it('does not put into level one what was deleted while level two was read', async () => {
  const { hierarchy, l1 } = setUp();
  let answer: (value: string) => void = () => undefined;
  const load = (): Promise<string> =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const read = hierarchy.getOrSet('key', load, { ttl: 60_000 });
  for (let tick = 0; tick < 20; tick += 1) await Promise.resolve();
  await hierarchy.delete('key');
  answer('old');
  expect(await read).toBe('old');
  expect(l1.get('key')).toBeUndefined();
  expect(await hierarchy.getOrSet('key', async () => 'new', { ttl: 60_000 })).toBe('new');
});
