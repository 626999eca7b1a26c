import { listMemcachedKeys, memcachedCache } from '@resync/cache-adapters/memcached';
import { nodeRedisCache } from '@resync/cache-adapters/redis';
import type { Cache } from '@resync/cache-contract';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { RedisStorage } from '@resync/cache-improved/redis';
import { MemcacheClient } from 'memcache-client';
import { type Closer } from '../server/closers.js';
import type { SidesFactory } from '../server/resync.js';
import { connectToFleet } from './fleet-connection.js';
import type { FleetPlace } from './fleet-place.js';

/** Milliseconds after which a call to the new cache has failed, before the manager gives it up. */
const TIMEOUT_MS = 900;

/** Makes the caches that all processes share: the old ones as others left them, the new ones on Redis. */
export async function connectSides(
  { legacy, next }: Pick<FleetPlace, 'legacy' | 'next'>,
  {
    encryptionKey,
    closers,
  }: { readonly encryptionKey: Uint8Array | undefined; readonly closers: Closer[] },
): Promise<SidesFactory> {
  const client = await connectToFleet(next);
  closers.push(async () => client.destroy());
  const createLegacy = await connectLegacy(legacy, closers);
  return <V>(component: string, defaultTtl: number) => ({
    legacy: createLegacy<V>(`legacy:${component}:`, defaultTtl),
    next: new ImprovedAsyncCache<V>({
      storage: new RedisStorage<V>({
        client,
        namespace: `next-${component}`,
        timeout: TIMEOUT_MS,
        ...(encryptionKey && { encryption: { keys: [{ id: 'settings', key: encryptionKey }] } }),
      }),
      defaultTtl,
    }),
  });
}

type LegacyFactory = <V>(prefix: string, defaultTtl: number) => Cache<V>;

async function connectLegacy(
  place: FleetPlace['legacy'],
  closers: Closer[],
): Promise<LegacyFactory> {
  if (place.kind === 'redis') {
    const client = await connectToFleet(place.url);
    closers.push(async () => client.destroy());
    return <V>(prefix: string, defaultTtl: number) =>
      nodeRedisCache<V>(client, { prefix, defaultTtl });
  }
  const { host, port } = place;
  const client = new MemcacheClient({ server: `${host}:${port}` });
  closers.push(async () => client.shutdown());
  return <V>(prefix: string, defaultTtl: number) =>
    memcachedCache<V>(client, {
      prefix,
      defaultTtl,
      listKeys: () => listMemcachedKeys({ host, port }),
    });
}
