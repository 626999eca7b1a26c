import { ImprovedAsyncCache, MemoryStore } from '@resync/cache-improved';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache } from 'cache-manager';
import { Cacheable, CacheableMemory } from 'cacheable';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { ENTRIES } from './requests.mjs';

const TTL = 3_600_000;

/** @typedef {{ get: (key: string) => number | undefined, set: (key: string, value: number) => unknown }} SyncCache */
/** @typedef {{ get: (key: string) => Promise<number | undefined>, set: (key: string, value: number) => Promise<unknown>, getOrSet: (key: string, load: () => number) => Promise<number> }} AsyncCache */

/** @returns {SyncCache} */
export const memoryStore = () => new MemoryStore({ maxEntries: ENTRIES, ttl: TTL });

/** @returns {SyncCache} */
export const lruCache = () => new LRUCache({ max: ENTRIES, ttl: TTL });

/** @returns {AsyncCache} */
export const improvedAsyncCache = () =>
  /** @type {ImprovedAsyncCache<number>} */ (
    new ImprovedAsyncCache({ maxEntries: ENTRIES, defaultTtl: TTL })
  );

/** The least that answers with a promise. @returns {AsyncCache} */
export function bareMap() {
  /** @type {Map<string, number>} */
  const entries = new Map();
  return {
    get: async (key) => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    getOrSet: async (key, load) => {
      const value = entries.get(key) ?? load();
      entries.set(key, value);
      return value;
    },
  };
}

/** Asynchronous caches that people use instead, each bounded by entries and with a lifetime. */
export const PEERS = {
  /** @returns {AsyncCache} */
  cacheable: () => {
    const cache = new Cacheable({
      primary: new Keyv({ store: new CacheableMemory({ lruSize: ENTRIES, ttl: TTL }) }),
      ttl: TTL,
    });
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getOrSet: async (key, load) => (await cache.getOrSet(key, async () => load())) ?? 0,
    };
  },
  /** @returns {AsyncCache} */
  'cache-manager': () => {
    const store = new Keyv({ store: new CacheableMemory({ lruSize: ENTRIES, ttl: TTL }) });
    const cache = createCache({ stores: [store], ttl: TTL });
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      getOrSet: (key, load) => cache.wrap(key, load),
    };
  },
  /** @returns {AsyncCache} */
  bentocache: () => {
    const cache = new BentoCache({
      default: 'memory',
      ttl: TTL,
      stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: ENTRIES })) },
    });
    return {
      get: (key) => cache.get({ key }),
      set: (key, value) => cache.set({ key, value, ttl: TTL }),
      getOrSet: (key, load) => cache.getOrSet({ key, factory: load, ttl: TTL }),
    };
  },
};
