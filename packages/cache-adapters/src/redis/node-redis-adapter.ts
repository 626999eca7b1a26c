import { redisCache, type RedisCache } from './redis-cache.js';
import type { RedisCacheOptions } from './redis-options.js';

/** The part of a connected client of the `redis` package that the adapter uses; no cluster. */
export interface NodeRedisClient {
  sendCommand(args: readonly string[]): Promise<unknown>;
  close(): Promise<unknown>;
}

/**
 * A Redis or Valkey server behind the contract, through the official client. Make that with
 * `disableOfflineQueue: true`, or writes of before an outage are sent after it.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function nodeRedisCache<V = unknown>(
  client: NodeRedisClient,
  options: RedisCacheOptions<V>,
): RedisCache<V> {
  const connection = {
    name: 'redis',
    send: (command: readonly string[]) => client.sendCommand([...command]),
    close: () => client.close(),
  };
  return redisCache(connection, options);
}
