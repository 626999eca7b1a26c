import type { IterableCache } from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import { KeyvBackend, type KeyvCacheOptions } from '../keyv/keyv-backend.js';
import type { KeyvInstance, KeyvRaw } from '../keyv/keyv-instance.js';

/** The part of a `Cache` of cache-manager 7 that the adapter uses. */
export interface CacheManagerInstance {
  readonly stores: readonly KeyvInstance[];
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  del(key: string): Promise<boolean>;
  clear(): Promise<boolean>;
  disconnect(): Promise<unknown>;
}

/**
 * A cache-manager behind the contract. Its default lifetime and `nonBlocking` cannot be asked for: give
 * the first as `defaultTtl`, and leave out the second, with which no write is known to have happened.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function cacheManagerCache<V = unknown>(
  manager: CacheManagerInstance,
  options: KeyvCacheOptions = {},
): IterableCache<V> {
  const backend = new KeyvBackend<V>(
    {
      name: 'cache-manager',
      tiers: manager.stores,
      normalises: [
        { behaviour: 'end', beneath: 'disconnect() closes the stores' },
        { behaviour: 'removals', beneath: 'del answers true, whatever was there' },
      ],
      read: (key) => readTiers(manager.stores, key),
      write: (key, value, ttl) => manager.set(key, value, ttl),
      remove: (key) => manager.del(key),
      clear: () => manager.clear(),
      disconnect: () => manager.disconnect(),
    },
    options,
  );
  return new AdaptedCache<V>(backend, options.clock);
}

/** As its `get`, which hides the end of an entry, and the fault of a store behind a miss. */
async function readTiers(
  stores: readonly KeyvInstance[],
  key: string,
): Promise<KeyvRaw | undefined> {
  for (const store of stores) {
    const raw = await store.get(key, { raw: true });
    if (raw !== undefined) return raw;
  }
  return undefined;
}
