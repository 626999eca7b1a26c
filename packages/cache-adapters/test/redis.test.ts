import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ioredisCache } from '../src/ioredis/index.js';
import { iovalkeyCache } from '../src/iovalkey/index.js';
import { nodeRedisCache, type RedisCache, type RedisCacheOptions } from '../src/redis/index.js';
import type { RedisCommands } from '../src/redis/redis-commands.js';
import { redisTime } from './redis-time.js';

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('on a real server', () => {
  let server: RedisServer;
  let official: RedisClientType;
  let ioredis: Redis;
  let iovalkey: Valkey;
  let caches = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    official = createClient({ url: server.url, disableOfflineQueue: true });
    ioredis = new Redis(server.url);
    iovalkey = new Valkey(server.url);
    await official.connect();
  });

  afterAll(async () => {
    official.destroy();
    ioredis.disconnect();
    iovalkey.disconnect();
    await server.stop();
  });

  const newPrefix = (): string => {
    caches += 1;
    return `suite-${caches}:`;
  };
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const calling = (client: () => Pick<Redis, 'call'>): RedisCommands => {
    return ([command = '', ...args]) => client().call(command, ...args);
  };
  const patient = {
    redis: redisTime((command) => official.sendCommand([...command])),
    ioredis: redisTime(calling(() => ioredis)),
    iovalkey: redisTime(calling(() => iovalkey as unknown as Redis)),
  };
  const callClient = (send: RedisCommands) => ({
    options: {},
    call: (command: string, ...args: string[]) => send([command, ...args]),
    quit: async () => undefined,
  });

  type Factory = (options: RedisCacheOptions<unknown>) => RedisCache<unknown>;
  const clients: Readonly<Record<keyof typeof patient, Factory>> = {
    redis: (options) =>
      nodeRedisCache({ sendCommand: patient.redis.send, close: async () => undefined }, options),
    ioredis: (options) => ioredisCache(callClient(patient.ioredis.send), options),
    iovalkey: (options) => iovalkeyCache(callClient(patient.iovalkey.send), options),
  };
  for (const name of ['redis', 'ioredis', 'iovalkey'] as const) {
    describeCache(name, () => clients[name]({ prefix: newPrefix(), clock }), {
      clock,
      advance: patient[name].advance,
    });
  }
});
