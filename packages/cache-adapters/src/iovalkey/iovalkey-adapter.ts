import { connectionThrough, type CallClient } from '../redis/call-client.js';
import { redisCache, type RedisCache } from '../redis/redis-cache.js';
import type { RedisCacheOptions } from '../redis/redis-options.js';

/**
 * A Redis or Valkey server behind the contract, through a client of `iovalkey`. Make that with
 * `enableOfflineQueue: false` and `autoResendUnfulfilledCommands: false`, or writes of before an
 * outage are sent after it.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function iovalkeyCache<V = unknown>(
  client: CallClient,
  options: RedisCacheOptions<V>,
): RedisCache<V> {
  return redisCache(connectionThrough('iovalkey', client), options);
}
