import type { Lease, LeasedLookup } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it, vi } from 'vitest';
import { ImprovedAsyncCache, MemoryStorage, type Lifetime } from '../../src/index.js';
import { ControlledFactory, settled } from '../fixtures/controlled-factory.js';
import { RemoteStorage } from '../fixtures/remote-storage.js';

/** A storage that keeps leases itself: any write by anybody takes them. */
class LeasingStorage extends RemoteStorage {
  readonly #lost = new Set<string>();
  #granted = 0;

  async lookupOrLease(key: string): Promise<LeasedLookup<unknown>> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found : { kind: 'miss', lease: `${++this.#granted}` as Lease };
  }

  async fill(key: string, value: unknown, lifetime: Lifetime): Promise<boolean> {
    if (this.#lost.has(key)) return false;
    await this.set(key, value, lifetime);
    return true;
  }

  /** Somebody else wrote the key. */
  lose(key: string): void {
    this.#lost.add(key);
  }
}

/** All who miss a key hold one right, until it is written elsewhere. */
class RightsStorage extends RemoteStorage {
  /** Keys whose leases were given back. */
  readonly given: string[] = [];
  readonly #rights = new Map<string, number>();
  #granted = 0;

  async lookupOrLease(key: string): Promise<LeasedLookup<unknown>> {
    const found = await this.lookup(key);
    if (found.kind === 'hit') return found;
    return { kind: 'miss', lease: `${this.#rightOf(key)}.${++this.#granted}` as Lease };
  }

  async fill(key: string, value: unknown, lifetime: Lifetime, lease: Lease): Promise<boolean> {
    if (!lease.startsWith(`${this.#rightOf(key)}.`)) return false;
    await this.set(key, value, lifetime);
    return true;
  }

  isOneRight(one: Lease, other: Lease): boolean {
    return one.split('.')[0] === other.split('.')[0];
  }

  async release(key: string): Promise<void> {
    this.given.push(key);
  }

  writtenElsewhere(key: string): void {
    this.#rights.set(key, this.#rightOf(key) + 1);
  }

  #rightOf(key: string): number {
    return this.#rights.get(key) ?? 0;
  }
}

function setUp<Storage extends RemoteStorage>(Kind: new (inner: MemoryStorage) => Storage) {
  const clock = new ManualClock(1_000_000);
  const storage = new Kind(new MemoryStorage({ clock }));
  const cache = new ImprovedAsyncCache({ clock, storage, random: () => 1 });
  return { clock, storage, cache, factory: new ControlledFactory() };
}

it('loads once for all who ask at once', async () => {
  const { cache, factory } = setUp(RemoteStorage);
  const answers = Promise.all([1, 2, 3].map(() => cache.getOrSet('key', factory.call)));
  await settled();
  factory.load().give('loaded');
  expect(await answers).toEqual(['loaded', 'loaded', 'loaded']);
  expect(factory.loads).toHaveLength(1);
  expect(await cache.getOrSet('key', factory.call)).toBe('loaded');
  expect(await cache.getStats()).toMatchObject({ hits: 1, misses: 3, sets: 1 });
});

it('does not load again what a load stored while the storage was asked', async () => {
  const { cache, storage } = setUp(RemoteStorage);
  let answer: () => void = () => undefined;
  storage.gate = new Promise((resolve) => (answer = resolve));
  const slow = cache.getOrSet('key', () => 'again');
  storage.gate = Promise.resolve();
  expect(await cache.getOrSet('key', () => 'first')).toBe('first');
  answer();
  expect(await slow).toBe('first');
});

it.each<[string, (cache: ImprovedAsyncCache) => Promise<unknown>]>([
  ['set', (cache) => cache.set('key', 'newer')],
  ['delete', (cache) => cache.delete('key')],
  ['clear', (cache) => cache.clear()],
])('does not store over a %s, not even one that is under way', async (_what, write) => {
  const { cache, storage, factory } = setUp(RemoteStorage);
  const answer = cache.getOrSet('key', factory.call);
  await settled();
  let carryOut: () => void = () => undefined;
  storage.gate = new Promise((resolve) => (carryOut = resolve));
  const written = write(cache);
  factory.load().give('old');
  expect(await answer).toBe('old');
  carryOut();
  await written;
  expect(await cache.get('key')).not.toBe('old');
  expect(cache.getLoadStats().overtaken).toBe(1);
});

it('stores under the lease of the storage, where it grants them', async () => {
  const { cache, storage, factory } = setUp(LeasingStorage);
  expect(await cache.getOrSet('key', () => 1)).toBe(1);
  expect(await cache.get('key')).toBe(1);
  const answer = cache.getOrSet('other', factory.call);
  await settled();
  storage.lose('other');
  factory.load().give('old');
  expect(await answer).toBe('old');
  expect(await cache.has('other')).toBe(false);
  expect(cache.getLoadStats()).toMatchObject({ loads: 2, overtaken: 1, unstored: 0 });
});

it('loads though the storage fails, and hands the value over', async () => {
  const { cache, storage } = setUp(RemoteStorage);
  storage.gate = Promise.reject(new Error('connection lost'));
  const factory = vi.fn(() => 'loaded');
  expect(await cache.getOrSet('key', factory)).toBe('loaded');
  expect(cache.getLoadStats()).toMatchObject({ unread: 1, unstored: 1 });
});

it('remembers a failure, and looks whether somebody else stored the value', async () => {
  const { cache, storage, clock } = setUp(RemoteStorage);
  const boom = new Error('boom');
  await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
  await expect(cache.getOrSet('key', () => 1)).rejects.toBe(boom);
  storage.inner.set('key', 'by others', { ttl: 10, expiresAt: clock.now() + 10 });
  expect(await cache.getOrSet('key', () => 1)).toBe('by others');
});

it('loads many with one call', async () => {
  const { cache } = setUp(RemoteStorage);
  await cache.set('a', 1);
  const factory = vi.fn((keys: readonly string[]) => keys.map((key) => [key, key] as const));
  expect([...(await cache.getOrSetMany(['a', 'b', 'c'], factory))]).toEqual([
    ['a', 1],
    ['b', 'b'],
    ['c', 'c'],
  ]);
  expect(factory).toHaveBeenCalledTimes(1);
});

it('refuses what needs a storage in the process', async () => {
  const { cache } = setUp(RemoteStorage);
  const refused = { code: 'INVALID_OPTION' };
  for (const options of [{ grace: 10 }, { eagerRefresh: 0.5 }, { tags: ['x'] }]) {
    await expect(cache.getOrSet('key', () => 1, options)).rejects.toMatchObject(refused);
  }
  await expect(cache.lookupOrLease('key')).rejects.toMatchObject(refused);
  await expect(cache.add('key', 1)).rejects.toMatchObject(refused);
  await expect(cache.entries().next()).rejects.toMatchObject(refused);
  expect(() => cache.namespace('jobs')).toThrow(/storage in the process/);
  expect(cache.capabilities).toMatchObject({ leases: false, add: false, entries: false });
});

describe('a look-up that takes long', () => {
  function held() {
    const fixture = setUp(RightsStorage);
    let answer: () => void = () => undefined;
    fixture.storage.gate = new Promise((resolve) => (answer = resolve));
    return { ...fixture, answer };
  }

  it('counts towards the hard timeout, and its lease is given back', async () => {
    const { cache, clock, storage, factory, answer } = held();
    const asked = cache.getOrSet('key', factory.call, { hardTimeout: 100 });
    const many = cache.getOrSetMany(['a', 'b'], () => [], { hardTimeout: 100 });
    clock.advance(100);
    await expect(asked).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await expect(many).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect(cache.getLoadStats().timeouts).toBe(3);
    answer();
    await settled();
    expect(storage.given).toEqual(['key', 'a', 'b']);
    expect(factory.loads).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the load what is left of the hard timeout', async () => {
    const { cache, clock, factory, answer } = held();
    const asked = cache.getOrSet('key', factory.call, { hardTimeout: 100 });
    clock.advance(60);
    answer();
    await settled();
    clock.advance(40);
    await expect(asked).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
  });

  it('ends with the signal of the caller, and with a shutdown', async () => {
    const { cache, factory, answer, clock } = held();
    const reason = new Error('enough');
    const controller = new AbortController();
    const asked = cache.getOrSet('key', factory.call, { signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    const others = [
      cache.getOrSet('other', factory.call),
      cache.getOrSetMany(['more'], () => [['more', 1]]),
    ];
    const closed = cache.shutdown();
    answer();
    await closed;
    for (const other of others) await expect(other).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    expect(factory.loads).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
    await cache.initialize();
    expect(await cache.getOrSet('other', () => 'again')).toBe('again');
  });
});

it('is not joined by who asks after another process has written', async () => {
  const { cache, storage, factory } = setUp(RightsStorage);
  const before = cache.getOrSet('key', factory.call);
  await settled();
  const joined = cache.getOrSet('key', factory.call);
  await settled();
  expect(factory.loads).toHaveLength(1);
  storage.writtenElsewhere('key');
  const after = cache.getOrSet('key', factory.call);
  await settled();
  factory.load(0).give('old');
  factory.load(1).give('new');
  expect(await Promise.all([before, joined, after])).toEqual(['old', 'old', 'new']);
});

it.each<[string, (load: ControlledFactory) => void]>([
  ['fails', (factory) => factory.load().fail(new Error('down'))],
  ['is ended by a shutdown', () => undefined],
])('gives its lease back where it %s', async (what, end) => {
  const { cache, storage, factory } = setUp(RightsStorage);
  const asked = cache.getOrSet('key', factory.call);
  await settled();
  end(factory);
  if (what === 'is ended by a shutdown') await cache.shutdown();
  await expect(asked).rejects.toThrow();
  expect(storage.given).toEqual(['key']);
});
