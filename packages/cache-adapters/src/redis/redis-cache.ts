import type { AddingCache, BatchCache, IterableCache, LeasingCache } from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import { RedisBackend, type RedisConnection } from './redis-backend.js';
import type { RedisCacheOptions } from './redis-options.js';

/** What a cache on a Redis or Valkey server can do, whichever client speaks to it. */
export type RedisCache<V> = LeasingCache<V> & AddingCache<V> & IterableCache<V> & BatchCache<V>;

export function redisCache<V>(
  connection: RedisConnection,
  options: RedisCacheOptions<V>,
): RedisCache<V> {
  return new AdaptedCache<V>(new RedisBackend<V>(connection, options), options.clock);
}
