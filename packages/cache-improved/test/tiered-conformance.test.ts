import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { ImprovedAsyncCache, TieredStorage } from '../src/index.js';
import { RedisBus, RedisStorage } from '../src/redis/index.js';
import { ManualRedis } from './fixtures/manual-redis.js';
import { RedisClients } from './fixtures/redis-clients.js';

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('on a real server', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const clients = new RedisClients();
  let server: RedisServer;
  let redis: ManualRedis;
  let subscriber: RedisClientType;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    redis = new ManualRedis(await clients.connect(server.url), clock);
    subscriber = await clients.connect(server.url);
  });

  afterAll(async () => {
    clients.destroy();
    await server.stop();
  });

  describe.each(['process', 'fleet'] as const)('that loads once a %s', (loads) => {
    describeCache(
      `ImprovedAsyncCache in tiers`,
      async () => {
        namespaces += 1;
        const namespace = `suite-${namespaces}`;
        const shared = new RedisStorage({ client: redis, namespace, clock });
        const bus = new RedisBus({ subscriber, namespace });
        const storage = new TieredStorage({ shared, bus, clock, loads });
        await storage.ready();
        return new ImprovedAsyncCache({ clock, storage });
      },
      {
        clock,
        advance: () => redis.removeWhatIsOver(),
        skip:
          loads === 'fleet'
            ? { 'lets the first of two fills win': 'the second waits for the first' }
            : {},
      },
    );
  });
});
