import { redisClientOptions } from '@resync/cache-improved/redis';
import { createClient, type RedisClientType } from 'redis';
import { DemoError } from '../demo-error.js';

/** Milliseconds without an answer after which a connection counts as dead. */
const SILENCE_MS = 3000;

/**
 * A client that is connected, and connects again by itself.
 *
 * @throws DemoError where nobody answers there
 */
export async function connectToFleet(url: string): Promise<RedisClientType> {
  const client: RedisClientType = createClient(redisClientOptions(url, SILENCE_MS));
  let refuse: (error: DemoError) => void = () => undefined;
  const refusal = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  // What fails later is told by whoever asked; the client tries again.
  client.on('error', (error: unknown) => {
    refuse(new DemoError(`expected a Redis for the fleet; ${String(error)}`));
  });
  try {
    await Promise.race([client.connect(), refusal]);
  } catch (error) {
    client.destroy();
    throw error;
  }
  return client;
}
