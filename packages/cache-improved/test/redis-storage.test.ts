import type { Lease } from '@resync/cache-contract';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { binaryCodec, RedisStorage, type RedisStorageOptions } from '../src/redis/index.js';
import { RedisClients } from './fixtures/redis-clients.js';

/** Milliseconds for what is to succeed, however long the machine is held up. */
const PATIENCE = 60_000;
const ENDLESS = { ttl: Infinity, expiresAt: Infinity };
const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('Redis storage', () => {
  const clients = new RedisClients();
  let server: RedisServer;
  let client: RedisClientType;
  let other: RedisClientType;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    client = await clients.connect(server.url);
    other = await clients.connect(server.url);
  });

  afterAll(async () => {
    clients.destroy();
    await server.stop();
  });

  type Options = Partial<RedisStorageOptions<unknown>>;

  function storage(options: Options = {}): RedisStorage {
    namespaces += 1;
    return new RedisStorage({
      client,
      namespace: `ns-${namespaces}`,
      timeout: PATIENCE,
      ...options,
    });
  }

  /** Two storages of one namespace, as two processes have them. */
  function pair(options: Options = {}): [RedisStorage, RedisStorage] {
    namespaces += 1;
    const namespace = `ns-${namespaces}`;
    return [
      new RedisStorage({ client, namespace, timeout: PATIENCE, ...options }),
      new RedisStorage({ client: other, namespace, timeout: PATIENCE, ...options }),
    ];
  }

  async function leaseOf(from: RedisStorage, key: string): Promise<Lease> {
    const found = await from.lookupOrLease(key);
    if (found.kind === 'hit' || found.lease === undefined) throw new Error('expected a lease');
    return found.lease;
  }

  it('has the server expire entries, and tells when by the clock of here', async () => {
    const mine = storage();
    const expiresAt = Date.now() + 60_000;
    await mine.set('short', 1, { ttl: 60_000, expiresAt });
    await mine.set('endless', 1, ENDLESS);
    const [short, endless] = [`{ns-${namespaces}}e:short`, `{ns-${namespaces}}e:endless`];
    const left = await client.pTTL(short);
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await client.pTTL(endless)).toBe(-1);
    const found = await mine.lookup('short');
    const shown = found.kind === 'hit' ? (found.expiresAt ?? 0) : 0;
    expect(shown).toBeLessThanOrEqual(expiresAt);
    expect(shown).toBeGreaterThan(expiresAt - PATIENCE);
    expect(await mine.lookup('endless')).toMatchObject({ expiresAt: Infinity });
  });

  it('leaves the keys of others alone', async () => {
    const [mine, others] = [storage(), storage()];
    await client.set('stranger', 'x');
    await client.set('ns-1:e:looks alike', 'x');
    await mine.set('key', 1, ENDLESS);
    await others.set('key', 2, ENDLESS);
    await mine.clear();
    await mine.swept();
    expect(await mine.getKeys()).toEqual([]);
    expect(await others.lookup('key')).toMatchObject({ kind: 'hit', value: 2 });
    expect(await client.get('stranger')).toBe('x');
    expect(await client.get('ns-1:e:looks alike')).toBe('x');
  });

  it('frees the room of what was cleared, and of nothing that was set since', async () => {
    const mine = storage();
    const entries = Array.from({ length: 3000 }, (_, index) => ({
      key: `key ${index}`,
      value: index,
      lifetime: ENDLESS,
    }));
    await mine.setMany(entries);
    expect(await mine.size()).toBe(3000);
    await mine.clear();
    await mine.set('after', 1, ENDLESS);
    expect(await mine.getKeys()).toEqual(['after']);
    await mine.swept();
    expect(await client.keys(`{ns-${namespaces}}e:*`)).toEqual([`{ns-${namespaces}}e:after`]);
  });

  it('is cleared for every process in one step', async () => {
    const [one, two] = pair();
    await one.set('key', 'old', ENDLESS);
    expect(await two.get('key')).toBe('old');
    await Promise.all([one.clear(), one.get('key')]);
    expect(await two.get('key')).toBeUndefined();
    expect(await two.has('key')).toBe(false);
    expect(await two.delete('key')).toBe(false);
    expect(await two.add('key', 'new', ENDLESS)).toBe(true);
    expect(await one.get('key')).toBe('new');
  });

  it('asks less often where clears may take a while, and reads what is newer than it knows', async () => {
    const [one, two] = pair({ clear: { bounded: 3_600_000 } });
    await one.set('key', 'old', ENDLESS);
    expect(await two.get('key')).toBe('old');
    await one.clear();
    expect(await one.get('key')).toBeUndefined();
    await one.set('key', 'new', ENDLESS);
    expect(await two.get('key')).toBe('new');
  });

  it.each([
    ['a set', (by: RedisStorage) => by.set('key', 'newer', ENDLESS)],
    ['an add', (by: RedisStorage) => by.add('key', 'newer', ENDLESS)],
    ['a delete', (by: RedisStorage) => by.delete('key')],
    ['a batch', (by: RedisStorage) => by.deleteMany(['other', 'key'])],
    ['a clear', (by: RedisStorage) => by.clear()],
  ])('loses a fill to %s of another process', async (_, write) => {
    const [one, two] = pair();
    const lease = await leaseOf(one, 'key');
    await write(two);
    const before = await one.get('key');
    expect(await one.fill('key', 'loaded', ENDLESS, lease)).toBe(false);
    expect(await one.get('key')).toBe(before);
  });

  it('lets one of the fills of several processes land', async () => {
    const [one, two] = pair();
    const leases = await Promise.all([
      leaseOf(one, 'key'),
      leaseOf(two, 'key'),
      leaseOf(two, 'key'),
    ]);
    expect(new Set(leases).size).toBe(3);
    const [first, second, third] = leases;
    const filled = await Promise.all([
      one.fill('key', 1, ENDLESS, first),
      two.fill('key', 2, ENDLESS, second),
      two.fill('key', 3, ENDLESS, third),
    ]);
    expect(filled.filter(Boolean)).toHaveLength(1);
    await two.delete('key');
    expect(await one.fill('key', 1, ENDLESS, first)).toBe(false);
  });

  it('grants a claim to one process at a time', async () => {
    const [one, two] = pair();
    const [first, second] = await Promise.all([one.lookupOrClaim('key'), two.lookupOrClaim('key')]);
    expect([first.kind, second.kind].sort()).toEqual(['claimed', 'miss']);
  });

  it('loses leases with their time, and counts them from the last grant', async () => {
    const mine = storage({ leaseTime: 60_000 });
    await leaseOf(mine, 'key');
    const name = `{ns-${namespaces}}l:key`;
    expect(await client.pTTL(name)).toBeGreaterThan(50_000);
    await client.pExpire(name, 1000);
    const lease = await leaseOf(mine, 'key');
    expect(await client.pTTL(name)).toBeGreaterThan(50_000);
    await client.del(name);
    expect(await mine.fill('key', 1, ENDLESS, lease)).toBe(false);
  });

  it('misses everything where the generation is lost, for good', async () => {
    const [one, two] = pair();
    await one.set('key', 1, ENDLESS);
    await client.del(`{ns-${namespaces}}g`);
    expect(await two.get('key')).toBeUndefined();
    await two.set('other', 2, ENDLESS);
    expect(await one.get('key')).toBeUndefined();
    expect(await one.getKeys()).toEqual(['other']);
  });

  it('works on when the server has forgotten the script', async () => {
    const mine = storage();
    await mine.set('key', 1, ENDLESS);
    await client.scriptFlush();
    await Promise.all([
      mine.set('key', 2, ENDLESS),
      mine.set('key', 3, ENDLESS),
      mine.delete('no'),
    ]);
    expect(await mine.get('key')).toBe(3);
  });

  const junk: Readonly<Record<string, (at: string, generation: string) => Promise<unknown>>> = {
    'a text': (at) => client.set(at, 'written by somebody else'),
    'an empty text': (at) => client.set(at, ''),
    'a list': (at) => client.lPush(at, 'x'),
    'a hash': (at) => client.hSet(at, 'a', 'b'),
    bytes: (at) => client.set(at, Buffer.from([0xff, 0, 0xfe])),
    'a head without an end': (at, generation) => client.set(at, generation),
    'a head with a wrong end': (at, generation) => client.set(at, `${generation}soon:1`),
    'a head with nothing behind': (at, generation) => client.set(at, `${generation}:`),
    'broken JSON': (at, generation) => client.set(at, `${generation}:{"a":`),
  };

  it.each(Object.entries(junk))(
    'misses %s under one of its keys, and writes over it',
    async (_, put) => {
      for (const codec of [undefined, binaryCodec]) {
        const mine = storage(codec && { codec });
        await mine.set('key', 1, ENDLESS);
        const generation = (await client.get(`{ns-${namespaces}}g`)) ?? '';
        const at = `{ns-${namespaces}}e:key`;
        const again = async (): Promise<void> => {
          await client.del(at);
          await put(at, generation);
        };
        await again();
        expect(await mine.lookup('key')).toEqual({ kind: 'miss' });
        expect(await mine.has('key')).toBe(false);
        const lease = await leaseOf(mine, 'key');
        expect(await mine.fill('key', 2, ENDLESS, lease)).toBe(true);
        expect(await mine.get('key')).toBe(2);
        await again();
        for await (const { key } of mine.entries()) expect(key).not.toBe('key');
        await mine.set('key', 3, ENDLESS);
        expect(await mine.get('key')).toBe(3);
      }
    },
  );

  it.each(['a list', 'a text', 'an empty text'])(
    'begins anew where %s took the place of the generation or a lease',
    async (what) => {
      const mine = storage();
      await mine.set('old', 1, ENDLESS);
      const tag = `{ns-${namespaces}}`;
      await client.del(`${tag}g`);
      await junk[what]?.(`${tag}g`, '');
      expect(await mine.get('old')).toBeUndefined();
      await mine.set('new', 1, ENDLESS);
      expect(await mine.get('new')).toBe(1);
      expect(await mine.get('old')).toBeUndefined();
      await junk[what]?.(`${tag}l:key`, '');
      const lease = await leaseOf(mine, 'key');
      expect(await mine.fill('key', 1, ENDLESS, lease)).toBe(true);
    },
  );

  it('tells of what it cannot read', async () => {
    const onUnreadable = vi.fn();
    const mine = storage({ onUnreadable });
    await mine.set('key', 1, ENDLESS);
    const generation = await client.get(`{ns-${namespaces}}g`);
    await client.set(`{ns-${namespaces}}e:key`, `${generation}:{`);
    await mine.lookup('key');
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith('key', expect.any(SyntaxError));
  });

  it('answers all who read, whatever it is told of throws', async () => {
    const onUnreadable = (): void => {
      throw new Error('the log is down');
    };
    const mine = storage({ onUnreadable });
    await mine.set('a', 1, ENDLESS);
    await mine.set('c', 3, ENDLESS);
    const generation = await client.get(`{ns-${namespaces}}g`);
    await client.set(`{ns-${namespaces}}e:b`, `${generation}:{`);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => mine.get(key)))).toEqual([
      1,
      undefined,
      3,
    ]);
  });

  it('sweeps again after it was closed and opened', async () => {
    const mine = storage();
    await mine.set('key', 1, ENDLESS);
    await mine.close();
    mine.open();
    await mine.clear();
    await mine.swept();
    expect(await client.exists(`{ns-${namespaces}}e:key`)).toBe(0);
  });

  it('gives a right back for others to claim', async () => {
    const [one, two] = pair();
    const lease = await leaseOf(one, 'key');
    expect(await two.lookupOrClaim('key')).toEqual({ kind: 'claimed' });
    await two.release('key', `${'x'.repeat(22)}.0` as Lease);
    expect(await two.lookupOrClaim('key')).toEqual({ kind: 'claimed' });
    await one.release('key', lease);
    expect(await two.lookupOrClaim('key')).toHaveProperty('lease');
    expect(await one.fill('key', 1, ENDLESS, lease)).toBe(false);
  });

  it('reads many keys at one moment, in one command', async () => {
    const mine = storage();
    await mine.set('a', 1, ENDLESS);
    const sent = vi.spyOn(client, 'sendCommand');
    await Promise.all([
      mine.get('a'),
      mine.lookup('b'),
      mine.has('a'),
      mine.lookupMany(['a', 'c']),
    ]);
    // Where the first answer took long, the server's clock is asked for again.
    const commands = sent.mock.calls.map(([args]) => args[0]).filter((name) => name !== 'TIME');
    expect(commands).toEqual(['MGET']);
    sent.mockRestore();
  });

  it('reads hundreds of keys at once', async () => {
    const mine = storage();
    const keys = Array.from({ length: 1000 }, (_, index) => `${index}`);
    await mine.setMany(keys.map((key) => ({ key, value: key, lifetime: ENDLESS })));
    const found = await mine.lookupMany(keys);
    expect(found.map((each) => (each.kind === 'hit' ? each.value : 'none'))).toEqual(keys);
    expect(await mine.deleteMany(keys)).toBe(1000);
  });

  it('refuses a client that queues while there is no connection', () => {
    const queueing = createClient({ url: server.url });
    expect(() => new RedisStorage({ client: queueing, namespace: 'x' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining('disableOfflineQueue: true') as unknown,
      }),
    );
  });

  it.each([
    ['namespace', { namespace: 'a{b}' }],
    ['timeout', { timeout: 0 }],
    ['maxPending', { maxPending: 0 }],
    ['leaseTime', { leaseTime: -1 }],
    ['clear', { clear: 'soon' as 'exact' }],
    ['clear', { clear: { bounded: -1 } }],
    ['encryption', { encryption: { keys: [] } }],
  ])('refuses a wrong %s', (_, options) => {
    expect(() => storage(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
