import type { RedisClient } from '@resync/cache-improved/redis';
import { createClient } from 'redis';
import { DemoError } from '../demo-error.js';

/** A client that is connected, and connects again by itself; `destroy` ends it at once. */
export type RedisConnection = RedisClient & { destroy(): void };

/** @throws DemoError where nobody answers there */
export async function connectRedis(url: string): Promise<RedisConnection> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2000, reconnectStrategy: (retries) => Math.min(100 * retries, 2000) },
  });
  let isConnected = false;
  const refusal = new Promise<never>((_, reject) => {
    client.on('error', (error: unknown) => {
      if (!isConnected) reject(new DemoError(`expected a Redis at REDIS_URL; ${String(error)}`));
    });
  });
  try {
    await Promise.race([client.connect(), refusal]);
  } catch (error) {
    client.destroy();
    throw error;
  }
  isConnected = true;
  return client;
}
