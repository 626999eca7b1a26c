import type { IterableCache } from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import { KeyvBackend, type KeyvCacheOptions } from './keyv-backend.js';
import type { KeyvInstance } from './keyv-instance.js';

/**
 * A Keyv behind the contract. Leases and `add` are declared where no other process sees its entries.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function keyvCache<V = unknown>(
  keyv: KeyvInstance,
  options: KeyvCacheOptions = {},
): IterableCache<V> {
  const backend = new KeyvBackend<V>(
    {
      name: 'keyv',
      tiers: [keyv],
      defaultTtl: keyv.ttl ?? Infinity,
      normalises: [
        { behaviour: 'end', beneath: 'disconnect() closes the store, and Keyv works on' },
      ],
      read: (key) => keyv.get(key, { raw: true }),
      write: (key, value, ttl) => keyv.set(key, value, ttl),
      remove: (key) => keyv.delete(key),
      clear: () => keyv.clear(),
      disconnect: () => keyv.disconnect(),
    },
    options,
  );
  return new AdaptedCache<V>(backend, options.clock);
}
