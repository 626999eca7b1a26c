import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it, vi } from 'vitest';
import { ImprovedAsyncCache } from '../../src/index.js';
import { ControlledFactory, settled } from '../fixtures/controlled-factory.js';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const cache = new ImprovedAsyncCache({ clock, random: () => 1, defaultTtl: 1000 });
  const factory = vi.fn((keys: readonly string[]) =>
    keys.map((key) => [key, `loaded ${key}`] as const),
  );
  return { clock, cache, factory };
}

it('loads what is missing with one call, and answers in the order of the keys', async () => {
  const { cache, factory } = setUp();
  await cache.set('b', null);
  const found = await cache.getOrSetMany(['a', 'b', 'c', 'a'], factory, { ttl: 50 });
  expect([...found]).toEqual([
    ['a', 'loaded a'],
    ['b', null],
    ['c', 'loaded c'],
  ]);
  expect(factory.mock.calls.map(([keys]) => keys)).toEqual([['a', 'c']]);
  expect(await cache.getStats()).toMatchObject({ hits: 1, misses: 2, sets: 3 });
  await cache.getOrSetMany(['a', 'b', 'c'], factory);
  expect(factory).toHaveBeenCalledTimes(1);
});

it('calls nobody where nothing is missing', async () => {
  const { cache, factory } = setUp();
  expect((await cache.getOrSetMany([], factory)).size).toBe(0);
  expect(factory).not.toHaveBeenCalled();
});

it('joins loads that are under way, and is joined', async () => {
  const { cache } = setUp();
  const one = new ControlledFactory();
  const single = cache.getOrSet('a', one.call);
  const asked: (readonly string[])[] = [];
  let give: (entries: readonly (readonly [string, unknown])[]) => void = () => undefined;
  const many = cache.getOrSetMany(['a', 'b'], (keys) => {
    asked.push(keys);
    return new Promise((resolve) => (give = resolve));
  });
  const joined = cache.getOrSet('b', one.call);
  expect(asked).toEqual([['b']]);
  give([['b', 2]]);
  one.load().give(1);
  expect([...(await many)]).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(await Promise.all([single, joined])).toEqual([1, 2]);
  expect(one.loads).toHaveLength(1);
});

it('leaves out what the factory leaves out; who joined for that key loads it', async () => {
  const { cache } = setUp();
  let give: (entries: readonly (readonly [string, unknown])[]) => void = () => undefined;
  const many = cache.getOrSetMany(
    ['a', 'b'],
    () => new Promise<readonly (readonly [string, unknown])[]>((resolve) => (give = resolve)),
  );
  const joined = cache.getOrSet('b', () => 'by itself');
  give([
    ['a', 1],
    ['stranger', 2],
  ]);
  expect([...(await many)]).toEqual([['a', 1]]);
  expect(await joined).toBe('by itself');
  expect(await cache.has('stranger')).toBe(false);
});

it('does not store what was written meanwhile, and the rest', async () => {
  const { cache, factory } = setUp();
  const many = cache.getOrSetMany(['a', 'b'], factory);
  await cache.delete('a');
  expect((await many).size).toBe(2);
  expect(await cache.getKeys()).toEqual(['b']);
});

it('rejects with the failure of the load, which is remembered for each key', async () => {
  const { cache, factory } = setUp();
  const boom = new Error('boom');
  await expect(cache.getOrSetMany(['a', 'b'], () => Promise.reject(boom))).rejects.toBe(boom);
  await expect(cache.getOrSet('a', () => 1)).rejects.toBe(boom);
  await expect(cache.getOrSetMany(['b', 'c'], factory)).rejects.toBe(boom);
  await settled();
  expect(await cache.get('c')).toBe('loaded c');
});

it('answers with what is in its grace where the load fails', async () => {
  const { cache, clock, factory } = setUp();
  await cache.getOrSetMany(['a', 'b'], factory, { ttl: 10, grace: 100 });
  clock.advance(10);
  const fails = (): Promise<never> => Promise.reject(new Error('boom'));
  const found = await cache.getOrSetMany(['a', 'b'], fails, { grace: 100 });
  expect([...found.values()]).toEqual(['loaded a', 'loaded b']);
});

it('refreshes early what is due, with one call', async () => {
  const { cache, clock, factory } = setUp();
  const options = { ttl: 100, eagerRefresh: 0.5 };
  await cache.getOrSetMany(['a', 'b'], factory, options);
  clock.advance(50);
  await cache.set('c', 1);
  await cache.getOrSetMany(['a', 'b', 'c'], factory, options);
  expect(factory.mock.calls.map(([keys]) => keys)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

it('aborts the load when nobody waits for any of its keys', async () => {
  const { cache, clock } = setUp();
  let signal: AbortSignal | undefined;
  const many = cache.getOrSetMany(
    ['a', 'b'],
    (_keys, context) => {
      ({ signal } = context);
      return new Promise(() => undefined);
    },
    { hardTimeout: 50 },
  );
  const other = cache.getOrSet('b', () => 1, { hardTimeout: 60 });
  clock.advance(50);
  await expect(many).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
  expect(signal?.aborted).toBe(false);
  clock.advance(10);
  await expect(other).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
  expect(signal?.aborted).toBe(true);
});

it('takes no undefined, and refuses a key that is none before it loads', async () => {
  const { cache, factory } = setUp();
  await expect(cache.getOrSetMany(['a'], () => [['a', undefined]])).rejects.toMatchObject({
    code: 'INVALID_VALUE',
  });
  await expect(cache.getOrSetMany(['a', ''], factory)).rejects.toMatchObject({
    code: 'INVALID_KEY',
  });
  expect(factory).not.toHaveBeenCalled();
});
