import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient, type RedisClientType } from 'redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ioredisCache } from '../src/ioredis/index.js';
import { iovalkeyCache } from '../src/iovalkey/index.js';
import { nodeRedisCache, type RedisCache } from '../src/redis/index.js';
import { HoldingProxy } from './holding-proxy.js';

/** Through a client that never connects again, whose connection a test takes away. */
interface Behind {
  readonly cache: RedisCache<unknown>;
  readonly end: () => void;
}

const OPTIONS = { prefix: 'late:' };
const CALL_CLIENT = {
  host: '127.0.0.1',
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
  lazyConnect: true,
} as const;

async function openRedis(port: number): Promise<Behind> {
  const client = createClient({
    disableOfflineQueue: true,
    socket: { port, host: '127.0.0.1', reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  await client.connect();
  return { cache: nodeRedisCache(client, OPTIONS), end: () => client.destroy() };
}

async function openIoredis(port: number): Promise<Behind> {
  const client = new Redis({ ...CALL_CLIENT, port });
  client.on('error', () => undefined);
  await client.connect();
  return { cache: ioredisCache(client, OPTIONS), end: () => client.disconnect() };
}

async function openIovalkey(port: number): Promise<Behind> {
  const client = new Valkey({ ...CALL_CLIENT, port });
  client.on('error', () => undefined);
  await client.connect();
  return { cache: iovalkeyCache(client, OPTIONS), end: () => client.disconnect() };
}

const CLIENTS = [
  ['redis', openRedis],
  ['ioredis', openIoredis],
  ['iovalkey', openIovalkey],
] as const;

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('what arrives after its caller was told that it failed', () => {
  let server: RedisServer;
  let proxy: HoldingProxy;
  let client: RedisClientType;
  let direct: RedisCache<unknown>;

  beforeEach(async () => {
    server = await startRedisServer();
    proxy = await HoldingProxy.before(server.port);
    client = createClient({ url: server.url, disableOfflineQueue: true });
    await client.connect();
    direct = nodeRedisCache(client, { prefix: 'late:', timeout: 60_000 });
  });

  afterEach(async () => {
    client.destroy();
    await proxy.stop();
    await server.stop();
  });

  it.each(CLIENTS)('does nothing, through %s', async (_, open) => {
    const { cache, end } = await open(proxy.port);
    const held = proxy.hold('older');
    const write = cache.set('key', 'older').catch((error: unknown) => error);
    await held;
    proxy.cut();
    expect(await write).toMatchObject({ code: 'BACKEND' });
    await direct.set('key', 'newer');
    await proxy.deliver();
    expect(await direct.get('key')).toBe('newer');
    end();
  });

  it('does nothing, whatever the write is', async () => {
    const { cache, end } = await openRedis(proxy.port);
    await direct.set('key', 'kept');
    const missed = await direct.lookupOrLease('absent');
    if (missed.kind === 'hit' || missed.lease === undefined) expect.fail('a miss with a lease');
    const held = proxy.hold('EVAL');
    const writes = [
      cache.set('key', 'late'),
      cache.delete('key'),
      cache.setMany([{ key: 'key', value: 'late' }]),
      cache.deleteMany(['key']),
      cache.fill('absent', 'late', { lease: missed.lease }),
      cache.add('absent', 'late'),
      cache.lookupOrLease('unasked'),
    ];
    await held;
    for (const each of await Promise.allSettled(writes)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'BACKEND' } });
    }
    proxy.cut();
    await proxy.deliver();
    expect(await direct.get('key')).toBe('kept');
    expect((await client.keys('*')).sort()).toEqual(['late:key', 'resync-lease:late:absent']);
    end();
  });

  it('does nothing of a clear', async () => {
    const { cache, end } = await openRedis(proxy.port);
    await direct.set('key', 'kept');
    const held = proxy.hold('UNLINK');
    const clear = cache.clear().catch((error: unknown) => error);
    await held;
    expect(await clear).toMatchObject({ code: 'BACKEND' });
    proxy.cut();
    await proxy.deliver();
    expect(await direct.get('key')).toBe('kept');
    end();
  });
});
