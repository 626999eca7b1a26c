import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { ImprovedAsyncCache } from '../src/index.js';
import {
  binaryCodec,
  RedisStorage,
  redisClientOptions,
  type RedisStorageOptions,
} from '../src/redis/index.js';
import { ManualRedis } from './fixtures/manual-redis.js';

const isThere = hasRedisServer(process.env);

const VARIANTS: Readonly<Record<string, Partial<RedisStorageOptions<unknown>>>> = {
  'on Redis': {},
  'on Redis, clearing within a bound': { clear: { bounded: 60_000 } },
  'on Redis, in binary and encrypted': {
    codec: binaryCodec,
    encryption: { keys: [{ id: 'k1', key: Buffer.alloc(32, 7) }] },
  },
};

describe.runIf(isThere)('on a real server', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  let server: RedisServer;
  let client: RedisClientType;
  let redis: ManualRedis;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    client = createClient(redisClientOptions(server.url)) as RedisClientType;
    await client.connect();
    redis = new ManualRedis(client, clock);
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  for (const [name, options] of Object.entries(VARIANTS)) {
    describeCache(
      `ImprovedAsyncCache ${name}`,
      () => {
        namespaces += 1;
        const namespace = `suite-${namespaces}`;
        const storage = new RedisStorage({ client: redis, namespace, clock, ...options });
        return new ImprovedAsyncCache({ clock, storage });
      },
      { clock, advance: () => redis.removeWhatIsOver() },
    );
  }
});
