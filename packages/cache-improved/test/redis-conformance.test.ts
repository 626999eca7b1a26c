import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImprovedAsyncCache } from '../src/index.js';
import { RedisStorage, type RedisClient } from '../src/redis/index.js';

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('on a real server', () => {
  let server: RedisServer;
  let client: RedisClientType;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    client = createClient({ url: server.url, disableOfflineQueue: true });
    await client.connect();
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  function storage(through: RedisClient = client): RedisStorage {
    namespaces += 1;
    return new RedisStorage({ client: through, namespace: `suite-${namespaces}` });
  }

  // The suite moves a manual clock and the server has its own: on the server lifetimes are a
  // thousand times as long, and what is over by the manual clock is removed when that moves.
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const patient: RedisClient = {
    sendCommand: (args) => {
      const px = args.indexOf('PX') + 1;
      return client.sendCommand(px === 0 ? args : args.with(px, `${Number(args[px]) * 1000}`));
    },
  };

  async function removeWhatIsOver(): Promise<void> {
    for (const key of await client.keys('suite-*')) {
      const end = (await client.get(key))?.split(':', 1)[0];
      if (end !== undefined && end !== '' && Number(end) <= clock.now()) await client.del(key);
    }
  }

  describeCache(
    'ImprovedAsyncCache on Redis',
    () => new ImprovedAsyncCache({ clock, storage: storage(patient) }),
    { clock, advance: removeWhatIsOver },
  );

  it('has the server expire entries', async () => {
    const cache = new ImprovedAsyncCache({
      storage: new RedisStorage({ client, namespace: 'px' }),
    });
    await cache.set('short', 1, { ttl: 60_000 });
    await cache.set('endless', 1, { ttl: Infinity });
    const left = await client.pTTL('px:short');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await client.pTTL('px:endless')).toBe(-1);
    await cache.shutdown();
  });

  it('leaves the keys of others alone', async () => {
    const [mine, others] = [storage(), storage()];
    const lifetime = { ttl: Infinity, expiresAt: Infinity };
    await client.set('stranger', 'x');
    await mine.set('key', 1, lifetime);
    await others.set('key', 2, lifetime);
    await mine.clear();
    expect(await mine.getKeys()).toEqual([]);
    expect(await others.lookup('key')).toMatchObject({ kind: 'hit', value: 2 });
    expect(await client.get('stranger')).toBe('x');
  });

  it('clears and lists more entries than one scan returns', async () => {
    const mine = storage();
    const lifetime = { ttl: 60_000, expiresAt: Date.now() + 60_000 };
    await Promise.all(
      Array.from({ length: 3000 }, (_, index) => mine.set(`key ${index}`, index, lifetime)),
    );
    expect(new Set(await mine.getKeys()).size).toBe(3000);
    await mine.clear();
    expect(await mine.size()).toBe(0);
  });

  it('misses what it cannot read', async () => {
    const mine = new RedisStorage({ client, namespace: 'unreadable' });
    await client.set('unreadable:key', 'written by somebody else');
    expect(await mine.lookup('key')).toEqual({ kind: 'miss' });
  });

  it('wraps what the server refuses', async () => {
    const mine = new RedisStorage({ client, namespace: 'refused' });
    await client.lPush('refused:key', 'a list');
    await expect(mine.lookup('key')).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining('WRONGTYPE') as unknown,
    });
  });
});
