import type { AddingCache, IterableCache, LeasingCache } from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import { MemcachedBackend } from './memcached-backend.js';
import type { MemcachedClient } from './memcached-client.js';
import type { MemcachedCacheOptions } from './memcached-options.js';

/**
 * A memcached behind the contract, through memcache-client.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function memcachedCache<V = unknown>(
  client: MemcachedClient,
  options: MemcachedCacheOptions<V>,
): LeasingCache<V> & AddingCache<V> & IterableCache<V> {
  return new AdaptedCache<V>(new MemcachedBackend<V>(client, options), options.clock);
}
