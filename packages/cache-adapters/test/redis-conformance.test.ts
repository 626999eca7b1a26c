import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import KeyvRedis from '@keyv/redis';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { Keyv } from 'keyv';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ioredisCache } from '../src/ioredis/index.js';
import { iovalkeyCache } from '../src/iovalkey/index.js';
import { keyvCache } from '../src/keyv/index.js';
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
    iovalkey: redisTime(calling(() => iovalkey)),
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
    // The server's clock runs on while the manual one stands still.
    const make = () => clients[name]({ prefix: newPrefix(), clock, timeout: 60_000 });
    describeCache(name, make, {
      clock,
      advance: patient[name].advance,
    });
  }

  const plain = (options: Partial<RedisCacheOptions<unknown>> = {}) =>
    nodeRedisCache(official, { prefix: newPrefix(), timeout: 60_000, ...options });

  it('reads what an application wrote, and leaves what it can read', async () => {
    const cache = plain({ prefix: 'app:' });
    await official.set('app:job', JSON.stringify({ state: 'EXEC' }), { PX: 60_000 });
    expect(await cache.get('job')).toEqual({ state: 'EXEC' });
    const found = await cache.lookup('job');
    expect(found.kind === 'hit' && found.expiresAt).toBeGreaterThan(Date.now());
    await cache.set('next', { state: 'SUCC' }, { ttl: 60_000 });
    expect(await official.get('app:next')).toBe('{"state":"SUCC"}');
    expect(await official.pTTL('app:next')).toBeGreaterThan(0);
    await cache.set('endless', 1);
    expect(await official.pTTL('app:endless')).toBe(-1);
  });

  it('clears and lists its own keys only, whatever is in the prefix, and no others', async () => {
    const cache = plain({ prefix: 'odd[a-z]*?\\:' });
    await cache.set('key', 1);
    for (const stranger of ['odda:x', 'odd[a-z]', 'oddz*?\\:key'])
      await official.set(stranger, 'x');
    await cache.lookupOrLease('leased');
    expect(await cache.getKeys()).toEqual(['key']);
    await cache.clear();
    expect(await cache.getKeys()).toEqual([]);
    for (const stranger of ['odda:x', 'odd[a-z]', 'oddz*?\\:key']) {
      expect(await official.get(stranger)).toBe('x');
    }
  });

  it('clears and lists more entries than one scan returns', async () => {
    const cache = plain();
    await cache.setMany(
      Array.from({ length: 3000 }, (_, index) => ({ key: `key ${index}`, value: index })),
    );
    expect(await cache.size()).toBe(3000);
    const found = new Map<string, unknown>();
    for await (const { key, value } of cache.entries()) found.set(key, value);
    expect(found.size).toBe(3000);
    await cache.clear();
    expect(await cache.size()).toBe(0);
  });

  it('holds leases against every client of the server, and never over an entry that is there', async () => {
    const prefix = newPrefix();
    const one = plain({ prefix });
    const other = ioredisCache(ioredis, { prefix });
    const lost = await one.lookupOrLease('key');
    await other.delete('key');
    const passedBy = await one.lookupOrLease('raw');
    await official.set(`${prefix}raw`, '"written past the adapter"');
    if (lost.kind === 'hit' || passedBy.kind === 'hit') expect.fail('both were misses');
    if (lost.lease === undefined || passedBy.lease === undefined) expect.fail('no lease');
    expect(await one.fill('key', 'stale', { lease: lost.lease })).toBe(false);
    expect(await one.fill('raw', 'stale', { lease: passedBy.lease })).toBe(false);
    expect(await other.get('raw')).toBe('written past the adapter');
  });

  it('names leases as it is told, for as long as it is told', async () => {
    const prefix = newPrefix();
    const cache = plain({ prefix, leaseTtl: 5000, newName: () => 'a name' });
    await cache.lookupOrLease('key');
    const stored = `resync-lease:${prefix}key`;
    expect(await official.get(stored)).toBe('a name');
    expect(await official.pTTL(stored)).toBeGreaterThan(0);
    expect(await official.pTTL(stored)).toBeLessThanOrEqual(5000);
  });

  it('loses a lease to a set that is over already', async () => {
    const cache = clients.redis({ prefix: newPrefix(), clock });
    const found = await cache.lookupOrLease('key');
    if (found.kind === 'hit' || found.lease === undefined) expect.fail('a miss with a lease');
    await cache.set('key', 'newer', { ttl: 100 });
    clock.advance(100);
    await patient.redis.advance(100);
    expect(await cache.fill('key', 'older', { lease: found.lease })).toBe(false);
  });

  it('never gives out a lease twice, and lets them end by themselves', async () => {
    const prefix = newPrefix();
    const cache = plain({ prefix });
    const leases = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const found = await cache.lookupOrLease('key');
        return found.kind === 'miss' ? found.lease : undefined;
      }),
    );
    expect(new Set(leases).size).toBe(20);
    const left = await official.pTTL(`resync-lease:${prefix}key`);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    const filled = await Promise.all(
      leases.map(async (lease, index) =>
        lease === undefined ? false : cache.fill('key', index, { lease }),
      ),
    );
    expect(filled.filter(Boolean)).toHaveLength(1);
    expect(await official.exists(`resync-lease:${prefix}key`)).toBe(0);
  });

  it('misses what it cannot read, and wraps what the server refuses', async () => {
    const prefix = newPrefix();
    const cache = plain({ prefix });
    await official.set(`${prefix}text`, 'no JSON');
    expect(await cache.lookup('text')).toEqual({ kind: 'miss' });
    await official.lPush(`${prefix}list`, 'x');
    await expect(cache.get('list')).rejects.toMatchObject({ code: 'BACKEND' });
    await expect(cache.lookup('list')).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining('WRONGTYPE') as unknown,
      cause: expect.any(Error) as unknown,
    });
    const walked = [];
    for await (const { key } of cache.entries()) walked.push(key);
    expect(walked).toEqual([]);
  });

  it('takes serializers of others', async () => {
    const cache = plain({
      serialize: (value) => `date ${(value as Date).toISOString()}`,
      deserialize: (text) => new Date(text.slice('date '.length)),
    });
    await cache.set('key', new Date(5));
    expect(await cache.get('key')).toEqual(new Date(5));
  });

  it('leaves the client open, unless told to close it', async () => {
    const client = new Redis(server.url);
    await ioredisCache(client, { prefix: newPrefix() }).shutdown();
    await iovalkeyCache(iovalkey, { prefix: newPrefix() }).shutdown();
    expect(await iovalkey.ping()).toBe('PONG');
    expect(await client.ping()).toBe('PONG');
    await ioredisCache(client, { prefix: newPrefix(), onShutdown: 'close' }).shutdown();
    await expect(client.ping()).rejects.toThrow('closed');
  });

  it('lists, deletes and clears through the Redis store of Keyv', async () => {
    const store = new KeyvRedis(server.url, { throwOnErrors: true });
    const keyv = new Keyv({ store, namespace: 'ns', throwOnErrors: true });
    const neighbour = new Keyv({ store: new KeyvRedis(server.url), namespace: 'ns2' });
    await neighbour.set('key', 'theirs');
    const cache = keyvCache(keyv, { shared: true, onShutdown: 'close' });
    for (const key of ['key', 'with:colons', 'ns:key']) await cache.set(key, key, { ttl: 60_000 });
    expect((await cache.getKeys()).sort()).toEqual(['key', 'ns:key', 'with:colons']);
    expect(await cache.delete('with:colons')).toBe(true);
    expect(await cache.delete('with:colons')).toBe(false);
    expect(await cache.lookup('ns:key')).toMatchObject({ kind: 'hit', value: 'ns:key' });
    await cache.clear();
    expect(await cache.size()).toBe(0);
    expect(await neighbour.get('key')).toBe('theirs');
    await cache.shutdown();
    await neighbour.disconnect();
  });

  it('refuses prefixes and clients with which it would touch the keys of others', () => {
    for (const prefix of ['', 'r', 'resync-lease:', 'resync-lease:x']) {
      expect(() => plain({ prefix })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    }
    const prefixed = { ...callClient(patient.ioredis.send), options: { keyPrefix: 'x:' } };
    expect(() => ioredisCache(prefixed, { prefix: newPrefix() })).toThrow('keyPrefix');
  });
});
