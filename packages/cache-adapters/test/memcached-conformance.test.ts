import { describeCache } from '@resync/cache-contract/conformance';
import { ManualClock } from '@resync/cache-contract/testing';
import {
  hasMemcachedServer,
  startMemcachedServer,
  type MemcachedServer,
} from '@resync/tooling-memcached-server';
import { MemcacheClient } from 'memcache-client';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMemcachedKeys, memcachedCache } from '../src/memcached/index.js';

const isThere = hasMemcachedServer(process.env);

describe.runIf(isThere)('on a real memcached', () => {
  let server: MemcachedServer;
  let client: MemcacheClient;
  let caches = 0;

  beforeAll(async () => {
    server = await startMemcachedServer();
    client = new MemcacheClient({ server: `${server.host}:${server.port}` });
  });

  afterAll(async () => {
    client.shutdown();
    await server.stop();
  });

  // What is over is decided by the envelope, and so by the manual clock; the server's seconds never are.
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const listKeys = () => listMemcachedKeys(server);
  const made = (prefix: string) => memcachedCache(client, { prefix, clock, listKeys });

  describeCache(
    'memcached',
    () => {
      caches += 1;
      return made(`suite-${caches}`);
    },
    { clock },
  );

  it('keeps caches of other prefixes, and the items of others, apart', async () => {
    const [mine, others] = [made('mine'), made('mine2')];
    await client.set('stranger', 'x');
    await mine.set('key', 1);
    await others.set('key', 2);
    await mine.clear();
    expect(await mine.getKeys()).toEqual([]);
    expect(await others.getKeys()).toEqual(['key']);
    expect(await client.get('stranger')).toMatchObject({ value: 'x' });
  });

  it('lists its entries beside keys of others that are not UTF-8', async () => {
    const cache = made('beside');
    await cache.set('key', 1);
    const stranger = createConnection(server);
    stranger.write(Buffer.concat([Buffer.from('set '), Buffer.of(0xff, 0xfe)]));
    stranger.write(' 0 0 1\r\nx\r\n');
    await once(stranger, 'data');
    stranger.destroy();
    expect(await cache.getKeys()).toEqual(['key']);
    expect(await cache.getStats()).toMatchObject({ size: 1 });
  });

  it('shows several clients one cache, and lets them lose leases to each other', async () => {
    const [one, other] = [made('both'), made('both')];
    const found = await one.lookupOrLease('key');
    if (found.kind === 'hit' || found.lease === undefined) expect.fail('a miss with a lease');
    await other.delete('key');
    expect(await one.fill('key', 'stale', { lease: found.lease })).toBe(false);
    await other.set('key', 'fresh');
    expect(await one.get('key')).toBe('fresh');
  });

  it('takes off a lifetime what the value took to become text', async () => {
    const serialize = (value: unknown): string => {
      clock.advance(30);
      return JSON.stringify(value);
    };
    const cache = memcachedCache(client, { prefix: 'slow', clock, listKeys, serialize });
    const missed = await cache.lookupOrLease('filled');
    if (missed.kind === 'hit' || missed.lease === undefined) expect.fail('a miss with a lease');
    const { lease } = missed;
    const writes: Record<string, (ttl: number) => Promise<unknown>> = {
      set: (ttl) => cache.set('set', 1, { ttl }),
      added: (ttl) => cache.add('added', 1, { ttl }),
      filled: (ttl) => cache.fill('filled', 1, { lease, expiresAt: clock.now() + ttl }),
    };
    for (const [key, write] of Object.entries(writes)) {
      const expiresAt = clock.now() + 1000;
      await write(1000);
      expect(await cache.lookup(key)).toMatchObject({ kind: 'hit', expiresAt });
    }
  });

  it('fills nothing over a write that comes between its look and its cas', async () => {
    const other = made('race');
    const late = {
      gets: (keys: string[]) => client.gets(keys),
      set: client.set.bind(client),
      add: client.add.bind(client),
      delete: (key: string) => client.delete(key),
      shutdown: () => undefined,
      cas: async (...call: Parameters<MemcacheClient['cas']>) => {
        await other.set('key', 'fresh');
        return client.cas(...call);
      },
    };
    const cache = memcachedCache(late, { prefix: 'race', clock, listKeys });
    const found = await cache.lookupOrLease('key');
    if (found.kind === 'hit' || found.lease === undefined) expect.fail('a miss with a lease');
    expect(await cache.fill('key', 'stale', { lease: found.lease })).toBe(false);
    expect(await cache.get('key')).toBe('fresh');
  });

  it('counts a lifetime from the call, however late the server answers what is asked before', async () => {
    const late = {
      gets: async (keys: string[]) => {
        const items = await client.gets(keys);
        clock.advance(300);
        return items;
      },
      set: client.set.bind(client),
      add: client.add.bind(client),
      cas: client.cas.bind(client),
      delete: (key: string) => client.delete(key),
      shutdown: () => undefined,
    };
    const cache = memcachedCache(late, { prefix: 'late', clock, listKeys });
    const end = clock.now() + 5000;
    await cache.set('set', 1, { ttl: 5000 });
    expect(await made('late').lookup('set')).toMatchObject({ expiresAt: end });
    const addedBy = clock.now() + 5000;
    await cache.add('added', 1, { ttl: 5000 });
    expect(await made('late').lookup('added')).toMatchObject({ expiresAt: addedBy });
    const secondBy = clock.now() + 5000;
    await Promise.all([cache.set('set', 2, { ttl: 9000 }), cache.set('set', 3, { ttl: 5000 })]);
    expect(await made('late').lookup('set')).toMatchObject({ value: 3, expiresAt: secondBy });
  });

  it('misses everything, and nothing that is stale, once the server lost the generation', async () => {
    const cache = made('lost');
    await cache.set('key', 'old');
    await client.delete('lost!');
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('other', 'new');
    expect(await cache.getKeys()).toEqual(['other']);
  });

  it('wraps what fails, with its cause', async () => {
    const broken = new MemcacheClient({ server: '127.0.0.1:1' });
    const cache = memcachedCache(broken, { prefix: 'broken', clock, listKeys });
    await expect(cache.get('key')).rejects.toMatchObject({
      code: 'BACKEND',
      cause: expect.any(Error) as unknown,
    });
    broken.shutdown();
  });
});
