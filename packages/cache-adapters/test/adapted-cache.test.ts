import { CacheError, hasAdd, hasLeases, type Lease } from '@resync/cache-contract';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import NodeCache from 'node-cache';
import { describe, expect, it } from 'vitest';
import { LocalLeases } from '../src/adapter/local-leases.js';
import { AdaptedCache } from '../src/adapter/adapted-cache.js';
import { cacheManagerCache } from '../src/cache-manager/index.js';
import { cacheableCache } from '../src/cacheable/index.js';
import { keyvCache } from '../src/keyv/index.js';
import { lruCache } from '../src/lru-cache/index.js';
import { nodeCache } from '../src/node-cache/index.js';

/** A store that is not in this process, as far as anybody can tell, and fails where it is told to. */
class RemoteStore {
  readonly opts = { dialect: 'redis', url: '' };
  readonly entries = new Map<string, unknown>();
  failsAt: 'get' | 'set' | 'delete' | undefined;

  async get(key: string): Promise<unknown> {
    this.#reach('get');
    return this.entries.get(key);
  }

  async set(key: string, value: unknown): Promise<boolean> {
    this.#reach('set');
    this.entries.set(key, value);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    this.#reach('delete');
    return this.entries.delete(key);
  }

  async clear(): Promise<void> {
    this.entries.clear();
  }

  async *iterator(): AsyncIterableIterator<[string, unknown]> {
    yield* [...this.entries];
  }

  #reach(call: 'get' | 'set' | 'delete'): void {
    if (this.failsAt === call) throw new Error('the line is down');
  }
}

const lineDown = {
  code: 'BACKEND',
  message: expect.stringContaining('the line is down') as unknown,
  cause: expect.objectContaining({ message: 'the line is down' }) as unknown,
};

describe('an adapter', () => {
  it('says with each failed call that the backend failed, and why', async () => {
    const families = [
      (store: RemoteStore) => keyvCache(new Keyv({ store, throwOnErrors: true }), { shared: true }),
      (store: RemoteStore) =>
        cacheManagerCache(createCache({ stores: [new Keyv({ store, throwOnErrors: true })] }), {
          shared: true,
        }),
    ];
    for (const made of families) {
      const store = new RemoteStore();
      const cache = made(store);
      await cache.set('key', 'old');
      store.failsAt = 'set';
      await expect(cache.set('key', 'new')).rejects.toMatchObject(lineDown);
      store.failsAt = 'delete';
      await expect(cache.delete('key')).rejects.toMatchObject(lineDown);
      store.failsAt = 'get';
      await expect(cache.get('key')).rejects.toMatchObject(lineDown);
      store.failsAt = undefined;
      expect(await cache.get('key')).toBe('old');
      expect((await cache.getStats()).sets).toBe(1);
    }
  });

  it('hears a set of cacheable that failed, which only says so in an event', async () => {
    const store = new RemoteStore();
    const throwing = { throwOnErrors: true };
    const cacheable = new Cacheable({
      primary: new Keyv(throwing),
      secondary: new Keyv({ store, ...throwing }),
    });
    const cache = cacheableCache(cacheable, { shared: true });
    store.failsAt = 'set';
    await expect(cache.set('key', 'new')).rejects.toMatchObject(lineDown);
  });

  it('declares no leases and no add for entries that other processes see, and refuses them', async () => {
    const keyv = new Keyv({ store: new RemoteStore(), throwOnErrors: true });
    const cache = keyvCache(keyv, { shared: true });
    expect([hasLeases(cache), hasAdd(cache), cache.capabilities.shared]).toEqual([
      false,
      false,
      true,
    ]);
    expect(cache).toBeInstanceOf(AdaptedCache);
    if (!(cache instanceof AdaptedCache)) return;
    const refused = { code: 'INVALID_OPTION' };
    await expect(cache.lookupOrLease('key')).rejects.toMatchObject(refused);
    await expect(cache.fill('key', 1, { lease: 'x' as Lease })).rejects.toMatchObject(refused);
    await expect(cache.add('key', 1)).rejects.toMatchObject(refused);
    await expect(cache.getMany([])).rejects.toMatchObject(refused);
    expect(() => cache.statsNow()).toThrow(CacheError);
  });

  it('refuses what it could not be honest about', () => {
    const store = new RemoteStore();
    const nothing = async (): Promise<undefined> => undefined;
    const unlisted = {
      get: nothing,
      set: nothing,
      delete: async () => false,
      clear: nothing,
      opts: {},
    };
    const cases: readonly (readonly [string, () => unknown])[] = [
      ['shared', () => keyvCache(new Keyv({ store, throwOnErrors: true }))],
      ['throwOnErrors', () => keyvCache(new Keyv({ store }), { shared: true })],
      ['list its keys', () => keyvCache(new Keyv({ store: unlisted }))],
      [
        'throwOnErrors',
        () => {
          const secondary = new Keyv({ store, throwOnErrors: true });
          return cacheableCache(new Cacheable({ primary: new Keyv(), secondary }), {
            shared: true,
          });
        },
      ],
      [
        'one namespace',
        () =>
          cacheManagerCache(
            createCache({ stores: [new Keyv(), new Keyv({ namespace: 'other' })] }),
          ),
      ],
      ['nonBlocking', () => cacheableCache(new Cacheable({ nonBlocking: true }))],
      ['maxTtl', () => cacheableCache(new Cacheable({ maxTtl: '1h' }))],
    ];
    for (const [what, make] of cases) expect(make).toThrow(what);
  });

  it('shows the entries that were there before it, and leaves its own to the library', async () => {
    const lru = new LRUCache<string, number>({ max: 10 });
    lru.set('theirs', 1);
    const cache = lruCache(lru);
    await cache.set('ours', 2);
    expect((await cache.getKeys()).sort()).toEqual(['ours', 'theirs']);
    await cache.shutdown();
    expect([lru.get('theirs'), lru.get('ours')]).toEqual([1, 2]);

    const keyv = new Keyv();
    await keyv.set('theirs', 1);
    expect(await keyvCache(keyv).get('theirs')).toBe(1);
  });

  it('keeps no listener on what the caller owns after shutdown', async () => {
    const theirs = new NodeCache({ checkperiod: 0, maxKeys: 2 });
    const cache = nodeCache(theirs);
    expect(theirs.listenerCount('set')).toBe(1);
    await cache.shutdown();
    for (const event of ['set', 'del', 'expired', 'flush']) {
      expect(theirs.listenerCount(event)).toBe(0);
    }
  });

  it('keeps the names that every object has apart in node-cache', async () => {
    const theirs = new NodeCache({ checkperiod: 0 });
    const cache = nodeCache(theirs);
    await cache.set('constructor', 1);
    await cache.set('plain', 2);
    expect(theirs.keys().sort()).toEqual(['\0constructor', 'plain']);
    expect((await cache.getKeys()).sort()).toEqual(['constructor', 'plain']);
  });

  it('keeps keys apart that begin with the namespace of a Keyv', async () => {
    const cache = keyvCache(new Keyv({ namespace: 'a' }));
    await cache.set('key', 1);
    await cache.set('a:key', 2);
    await cache.set('a:a:key', 3);
    expect(await cache.get('key')).toBe(1);
    expect((await cache.getKeys()).sort()).toEqual(['a:a:key', 'a:key', 'key']);
  });

  it('gives a lease no fill that a write beneath it overtook', async () => {
    const cache = keyvCache(new Keyv());
    if (!hasLeases(cache)) expect.fail('leases in the process');
    const found = await cache.lookupOrLease('key');
    if (found.kind === 'hit' || found.lease === undefined) expect.fail('a miss');
    const writing = cache.set('key', 'newer');
    const during = await cache.lookupOrLease('key');
    await writing;
    expect(await cache.fill('key', 'older', { lease: found.lease })).toBe(false);
    if (during.kind === 'miss' && during.lease !== undefined) {
      expect(await cache.fill('key', 'older', { lease: during.lease })).toBe(false);
    }
    expect(await cache.get('key')).toBe('newer');
  });
});

describe('LocalLeases', () => {
  it('forgets the oldest where there are too many', () => {
    const leases = new LocalLeases();
    const first = leases.grant('first');
    for (let index = 0; index < 9_999; index += 1) leases.grant(`key ${index}`);
    const last = leases.grant('last');
    expect([leases.use('first', first), leases.use('last', last)]).toEqual([false, true]);
  });
});
