import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisStorage, type RedisStorageOptions } from '../src/redis/index.js';
import { connectedAgain, heard, RedisClients } from './fixtures/redis-clients.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';

/** Milliseconds for what is to succeed, however long the machine is held up. */
const PATIENCE = 60_000;
const ENDLESS = { ttl: Infinity, expiresAt: Infinity };
const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('while the server is in trouble', () => {
  const clients = new RedisClients();
  let server: RedisServer;
  let client: RedisClientType;

  beforeEach(async () => {
    server = await startRedisServer();
    client = await clients.connect(server.url);
  });

  afterEach(async () => {
    clients.destroy();
    await server.stop();
  });

  function storage(options: Partial<RedisStorageOptions<unknown>> = {}): RedisStorage {
    return new RedisStorage({ client, namespace: 'trouble', timeout: PATIENCE, ...options });
  }

  /** What each operation does, all of which must fail alike. */
  const operations: Readonly<Record<string, (mine: RedisStorage) => Promise<unknown>>> = {
    lookup: (mine) => mine.lookup('key'),
    has: (mine) => mine.has('key'),
    set: (mine) => mine.set('key', 'late', ENDLESS),
    add: (mine) => mine.add('absent', 'late', ENDLESS),
    delete: (mine) => mine.delete('key'),
    clear: (mine) => mine.clear(),
    size: (mine) => mine.size(),
    lookupOrLease: (mine) => mine.lookupOrLease('absent'),
    lookupMany: (mine) => mine.lookupMany(['key', 'other']),
  };

  it.each(Object.entries(operations))(
    'fails %s within the timeout where the server hangs, and nothing of it happens later',
    async (_, operate) => {
      const [mine, patient] = [storage({ timeout: 500 }), storage()];
      await patient.set('key', 'kept', ENDLESS);
      await mine.delete('other');
      server.pause();
      await expect(operate(mine)).rejects.toMatchObject({
        code: 'BACKEND',
        failure: 'timeout',
      });
      server.resume();
      await client.ping();
      expect(await patient.get('key')).toBe('kept');
      expect(await patient.get('absent')).toBeUndefined();
    },
  );

  it('sends nothing behind what hangs, and everything once that was answered', async () => {
    const [mine, patient] = [storage({ timeout: 500 }), storage()];
    await patient.set('key', 'kept', ENDLESS);
    server.pause();
    await expect(mine.get('key')).rejects.toMatchObject({ failure: 'timeout' });
    const sent = vi.spyOn(client, 'sendCommand');
    const refused = Array.from({ length: 1000 }, () => mine.set('key', 'x', ENDLESS));
    for (const each of await Promise.allSettled(refused)) expect(each.status).toBe('rejected');
    expect(sent).not.toHaveBeenCalled();
    server.resume();
    await client.ping();
    expect(await patient.get('key')).toBe('kept');
  });

  it('holds no more than its bounds', async () => {
    const few = storage({ maxPending: 3 });
    const small = storage({ maxPendingBytes: 1000 });
    await few.set('key', 1, ENDLESS);
    await small.set('key', 1, ENDLESS);
    server.pause();
    const beyond = Array.from({ length: 10 }, () => few.delete('key'));
    await expect(beyond.at(-1)).rejects.toMatchObject({ failure: 'overload' });
    const large = [
      small.set('a', 'x'.repeat(900), ENDLESS),
      small.set('b', 'x'.repeat(900), ENDLESS),
    ];
    await expect(large[1]).rejects.toMatchObject({ failure: 'overload' });
    server.resume();
    const settled = await Promise.allSettled([...beyond, ...large]);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    await few.set('key', 2, ENDLESS);
    expect(await small.get('key')).toBe(2);
  });

  it('fails at once without a server, and works when it is back without its data', async () => {
    const mine = storage();
    await mine.set('key', 'lost', ENDLESS);
    await server.stop();
    await expect(mine.get('key')).rejects.toMatchObject({ code: 'BACKEND', failure: 'offline' });
    await expect(mine.set('key', 'never', ENDLESS)).rejects.toMatchObject({ failure: 'offline' });
    server = await startRedisServer({ port: server.port });
    await connectedAgain(client);
    expect(await mine.get('key')).toBeUndefined();
    await mine.set('key', 'again', ENDLESS);
    expect(await mine.get('key')).toBe('again');
  });

  it('fails what was under way when the connection broke', async () => {
    const proxy = await TcpProxy.before(server.port);
    const behind = await clients.connect(proxy.url);
    const mine = storage({ client: behind });
    await mine.set('key', 'kept', ENDLESS);
    proxy.mode = 'swallow';
    const underWay = mine.get('key');
    proxy.cut();
    await expect(underWay).rejects.toMatchObject({ failure: 'offline' });
    proxy.mode = 'pass';
    await connectedAgain(behind);
    expect(await mine.get('key')).toBe('kept');
    const again = heard(behind, 'reconnecting');
    proxy.halfClose();
    await again;
    await connectedAgain(behind);
    expect(await mine.get('key')).toBe('kept');
    behind.destroy();
    await proxy.stop();
  });

  it('gives a dead connection up that looks open', async () => {
    const proxy = await TcpProxy.before(server.port);
    const behind = await clients.connect(proxy.url, 2000);
    const mine = storage({ client: behind });
    await mine.set('key', 'kept', ENDLESS);
    proxy.mode = 'swallow';
    const again = heard(behind, 'reconnecting');
    await expect(mine.get('key')).rejects.toMatchObject({ failure: 'offline' });
    await again;
    proxy.mode = 'pass';
    await connectedAgain(behind);
    expect(await mine.get('key')).toBe('kept');
    behind.destroy();
    await proxy.stop();
  });

  it('does nothing that reaches the server after its caller was told that it failed', async () => {
    const proxy = await TcpProxy.before(server.port);
    const behind = await clients.connect(proxy.url);
    const mine = storage({ client: behind, timeout: 1000 });
    const direct = storage();
    await direct.set('key', 'kept', ENDLESS);
    await mine.set('other', 1, ENDLESS);
    proxy.mode = { delay: 1600 };
    await expect(mine.set('key', 'late', ENDLESS)).rejects.toMatchObject({ failure: 'timeout' });
    await behind.ping();
    expect(await direct.get('key')).toBe('kept');
    expect((await client.info('commandstats')).includes('cmdstat_evalsha')).toBe(true);
    behind.destroy();
    await proxy.stop();
  });

  it('says that a server takes no writes, and reads', async () => {
    const mine = storage();
    await mine.set('key', 'kept', ENDLESS);
    await client.replicaOf('127.0.0.1', 1);
    for (const write of [mine.set('key', 'no', ENDLESS), mine.delete('key'), mine.clear()]) {
      await expect(write).rejects.toMatchObject({ code: 'BACKEND', failure: 'read-only' });
    }
    expect(await mine.get('key')).toBe('kept');
    expect(await mine.lookupOrLease('absent')).toEqual({ kind: 'miss' });
    await client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await mine.set('key', 'new', ENDLESS);
    expect(await mine.get('key')).toBe('new');
  });

  it('keeps the old value where the server has no room, and can still delete and clear', async () => {
    const mine = storage();
    await mine.set('key', 'kept', ENDLESS);
    await mine.set('gone', 'x', ENDLESS);
    await client.configSet('maxmemory', '1');
    await expect(mine.set('key', 'no', ENDLESS)).rejects.toMatchObject({
      code: 'BACKEND',
      failure: 'out-of-memory',
    });
    await expect(mine.set('new', 'no', ENDLESS)).rejects.toMatchObject({
      failure: 'out-of-memory',
    });
    expect(await mine.get('key')).toBe('kept');
    expect(await mine.lookupOrLease('absent')).toEqual({ kind: 'miss' });
    expect(await mine.delete('gone')).toBe(true);
    await mine.clear();
    expect(await mine.get('key')).toBeUndefined();
    expect(await mine.lookupOrLease('absent')).toEqual({ kind: 'miss' });
    await client.configSet('maxmemory', '0');
    await mine.set('key', 'new', ENDLESS);
    expect(await mine.get('key')).toBe('new');
  });
});
