import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImprovedAsyncCache, TieredStorage, type TieredStorageOptions } from '../src/index.js';
import { RedisBus, RedisStorage, type RedisStorageOptions } from '../src/redis/index.js';
import { ControlledFactory } from './fixtures/controlled-factory.js';
import { CountingBus } from './fixtures/counting-bus.js';
import { HoldingClient } from './fixtures/holding-client.js';
import { ManualBus } from './fixtures/manual-bus.js';
import { ManualRedis } from './fixtures/manual-redis.js';
import { connectedAgain, RedisClients } from './fixtures/redis-clients.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';

const isThere = hasRedisServer(process.env);

/** One process: its tiers, its way to the server, and how it hears of others. */
interface Process {
  readonly tiers: TieredStorage;
  readonly shared: RedisStorage;
  readonly client: HoldingClient;
  readonly bus: CountingBus;
}

describe.runIf(isThere)('tiers', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const clients = new RedisClients();
  let server: RedisServer;
  let client: RedisClientType;
  let namespaces = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    client = await clients.connect(server.url);
  });

  afterAll(async () => {
    clients.destroy();
    await server.stop();
  });

  const lifetime = (ttl: number) => ({ ttl, expiresAt: clock.now() + ttl });

  async function start(
    namespace: string,
    options: Partial<TieredStorageOptions<unknown>> = {},
    clear?: RedisStorageOptions<unknown>['clear'],
  ): Promise<Process> {
    const holding = new HoldingClient(new ManualRedis(client, clock));
    const shared = new RedisStorage({
      client: holding,
      namespace,
      clock,
      ...(clear !== undefined && { clear }),
    });
    const subscriber = await clients.connect(server.url);
    const bus = new CountingBus(options.bus ?? new RedisBus({ subscriber, namespace }));
    const tiers = new TieredStorage({ shared, clock, ...options, bus });
    await tiers.ready();
    return { tiers, shared, client: holding, bus };
  }

  function fresh(): string {
    namespaces += 1;
    return `tiers-${namespaces}`;
  }

  it('answers from memory without a command, and at once', async () => {
    const one = await start(fresh());
    await one.tiers.set('key', 1, lifetime(60_000));
    await one.bus.heard(2);
    expect(await one.tiers.lookup('key')).toMatchObject({ value: 1 });
    const before = one.client.sent.length;
    expect(one.tiers.lookup('key')).toMatchObject({ kind: 'hit', value: 1 });
    expect(one.tiers.get('key')).toBe(1);
    expect(one.tiers.has('key')).toBe(true);
    expect(await one.tiers.lookupOrLease('key')).toMatchObject({ kind: 'hit', value: 1 });
    expect(one.client.sent).toHaveLength(before);
  });

  it.each([
    ['set', async ({ tiers }: Process) => tiers.set('key', 'new', lifetime(60_000)), 'new'],
    ['delete', async ({ tiers }: Process) => tiers.delete('key'), undefined],
    ['clear', async ({ tiers }: Process) => tiers.clear(), undefined],
    [
      'write to the shared storage alone',
      async ({ shared }: Process) => shared.set('key', 'new', lifetime(60_000)),
      'new',
    ],
  ])('hears of a %s by another process', async (_, write, expected) => {
    const namespace = fresh();
    const [one, two] = [await start(namespace), await start(namespace)];
    await one.tiers.set('key', 'old', lifetime(60_000));
    await two.bus.heard(2);
    expect(await two.tiers.get('key')).toBe('old');
    expect(two.tiers.get('key')).toBe('old');
    await write(one);
    await two.bus.heard(3);
    expect(await two.tiers.get('key')).toBe(expected);
  });

  it('keeps nothing longer than the shared storage', async () => {
    const one = await start(fresh(), { memoryTtl: 60_000 });
    await one.tiers.set('key', 1, lifetime(1000));
    await one.bus.heard(2);
    await one.tiers.get('key');
    clock.advance(999);
    expect(one.tiers.get('key')).toBe(1);
    clock.advance(1);
    const before = one.client.sent.length;
    await one.tiers.get('key');
    expect(one.client.sent).toHaveLength(before + 1);
  });

  it('reads nothing older than memoryTtl where messages are lost, counted from the begin of the read', async () => {
    const namespace = fresh();
    const bus = new ManualBus();
    const [one, two] = [await start(namespace), await start(namespace, { bus, memoryTtl: 5000 })];
    await one.tiers.set('key', 'old', lifetime(3_600_000));
    const release = two.client.hold();
    const reading = two.tiers.lookup('key');
    await one.shared.has('key');
    clock.advance(900);
    release();
    expect(await reading).toMatchObject({ value: 'old' });
    await one.tiers.set('key', 'new', lifetime(3_600_000));
    clock.advance(4099);
    expect(two.tiers.get('key')).toBe('old');
    clock.advance(1);
    expect(await two.tiers.get('key')).toBe('new');
  });

  it('forgets everything when its connection to the bus was away', async () => {
    const namespace = fresh();
    const proxy = await TcpProxy.before(server.port);
    const subscriber = await clients.connect(proxy.url);
    const bus = new RedisBus({ subscriber, namespace });
    const [one, two] = [await start(namespace), await start(namespace, { bus })];
    await one.tiers.set('key', 'old', lifetime(60_000));
    await two.bus.heard(2);
    expect(await two.tiers.get('key')).toBe('old');
    expect(two.tiers.get('key')).toBe('old');
    const away = new Promise((resolve) => subscriber.once('reconnecting', resolve));
    proxy.cut();
    await away;
    await one.tiers.set('key', 'new', lifetime(60_000));
    await connectedAgain(subscriber);
    expect(await two.tiers.get('key')).toBe('new');
    await one.tiers.set('key', 'newer', lifetime(60_000));
    // The begin, "old", that it was away, and "newer"; "new" was missed.
    await two.bus.heard(4);
    expect(await two.tiers.get('key')).toBe('newer');
    subscriber.destroy();
    await proxy.stop();
  });

  it('keeps nothing that changed while it was read', async () => {
    const namespace = fresh();
    const bus = new ManualBus();
    const [one, two] = [await start(namespace), await start(namespace, { bus })];
    for (const changed of ['key', undefined]) {
      await one.tiers.set('key', 'old', lifetime(60_000));
      bus.tell('key');
      const release = two.client.hold();
      const reading = two.tiers.lookup('key');
      await one.shared.get('key');
      await one.tiers.set('key', 'new', lifetime(60_000));
      bus.tell(changed);
      release();
      expect(await reading).toMatchObject({ value: 'old' });
      expect(await two.tiers.get('key')).toBe('new');
    }
  });

  it.each([
    ['begins after the read', 'hold first'],
    ['ends after the read', 'read first'],
  ])('keeps nothing that a write of its own overtook, which %s', async (_, order) => {
    const one = await start(fresh(), { bus: new ManualBus() });
    await one.shared.set('key', 'old', lifetime(60_000));
    const release = one.client.hold();
    const steps = [
      (): unknown => one.tiers.lookup('key'),
      (): unknown => one.tiers.set('key', 'new', lifetime(60_000)),
    ];
    if (order === 'read first') steps.reverse();
    const done = steps.map((step) => step());
    release();
    await Promise.all(done);
    expect(await one.tiers.get('key')).toBe('new');
  });

  it('reads its own writes at once, whatever the bus does', async () => {
    const one = await start(fresh(), { bus: new ManualBus() });
    const writes: readonly (readonly [() => Promise<unknown>, unknown])[] = [
      [() => one.tiers.set('key', 1, lifetime(60_000)), 1],
      [() => one.tiers.setMany([{ key: 'key', value: 2, lifetime: lifetime(60_000) }]), 2],
      [() => one.tiers.delete('key'), undefined],
      [() => one.tiers.add('key', 3, lifetime(60_000)), 3],
      [() => one.tiers.deleteMany(['other', 'key']), undefined],
      [() => one.tiers.set('key', 4, lifetime(60_000)), 4],
      [() => one.tiers.clear(), undefined],
    ];
    for (const [write, expected] of writes) {
      await one.tiers.get('key');
      await write();
      expect(await one.tiers.get('key')).toBe(expected);
    }
  });

  it('forgets what a write that failed may have changed', async () => {
    const one = await start(fresh(), { bus: new ManualBus() });
    await one.tiers.set('key', 'old', lifetime(60_000));
    await one.tiers.get('key');
    const unencodable = new Map();
    await expect(one.tiers.set('key', unencodable, lifetime(60_000))).rejects.toThrow('Map');
    const before = one.client.sent.length;
    expect(await one.tiers.get('key')).toBe('old');
    expect(one.client.sent.length).toBe(before + 1);
  });

  it('reads once for all who ask at once, and again for who asks after a change', async () => {
    const bus = new ManualBus();
    const one = await start(fresh(), { bus });
    await one.tiers.set('key', 1, lifetime(60_000));
    const before = one.client.sent.length;
    const release = one.client.hold();
    const first = [one.tiers.lookup('key'), one.tiers.lookup('key')];
    expect(first[0]).toBe(first[1]);
    bus.tell('key');
    const second = one.tiers.lookup('key');
    expect(second).not.toBe(first[0]);
    release();
    await Promise.all([...first, second]);
    expect(one.client.sent.slice(before)).toEqual(['MGET']);
    expect(one.tiers.get('key')).toBe(1);
  });

  it('loads once for the fleet', async () => {
    const namespace = fresh();
    const fleet = [];
    for (let index = 0; index < 4; index += 1) {
      fleet.push(await start(namespace, { loads: 'fleet' }));
    }
    let loads = 0;
    const load = async ({ tiers }: Process): Promise<unknown> => {
      const found = await tiers.lookupOrLease('key');
      if (found.kind === 'hit') return found.value;
      loads += 1;
      if (found.lease === undefined) throw new Error('expected a lease');
      await tiers.fill('key', 'loaded', lifetime(60_000), found.lease);
      return 'loaded';
    };
    const all = await Promise.all(fleet.map((each) => load(each)));
    expect(all).toEqual(['loaded', 'loaded', 'loaded', 'loaded']);
    expect(loads).toBe(1);
  });

  it('loads itself where the one who wanted to has not, after loadWait', async () => {
    const namespace = fresh();
    const options = { loads: 'fleet', loadWait: 1000 } as const;
    const [one, two] = [await start(namespace, options), await start(namespace, options)];
    const claimed = await one.tiers.lookupOrLease('key');
    expect(claimed).toHaveProperty('lease');
    let isWaiting = true;
    const waiting = two.tiers.lookupOrLease('key').finally(() => (isWaiting = false));
    for (let waited = 0; waited < 1000; waited += 250) {
      await one.shared.lookupOrClaim('other');
      expect(isWaiting).toBe(true);
      clock.advance(250);
    }
    const found = await waiting;
    if (found.kind === 'hit' || found.lease === undefined) throw new Error('expected a lease');
    expect(await two.tiers.fill('key', 'mine', lifetime(60_000), found.lease)).toBe(true);
  });

  it('shares a failed load in the process, and lets others load at once', async () => {
    const namespace = fresh();
    const options = { loads: 'fleet', loadWait: 60_000 } as const;
    const [one, two] = [await start(namespace, options), await start(namespace, options)];
    const mine = new ImprovedAsyncCache({ storage: one.tiers, clock, random: () => 1 });
    const factory = new ControlledFactory();
    const first = mine.getOrSet('key', factory.call);
    await expect.poll(() => factory.loads.length).toBe(1);
    const others = [mine.getOrSet('key', factory.call), mine.getOrSet('key', factory.call)];
    const down = new Error('down');
    factory.load().fail(down);
    for (const answer of [first, ...others]) await expect(answer).rejects.toBe(down);
    expect(factory.loads).toHaveLength(1);
    const again = mine.getOrSet('other', factory.call);
    await expect.poll(() => factory.loads.length).toBe(2);
    const elsewhere = two.tiers.lookupOrLease('other');
    await two.shared.has('other');
    factory.load(1).fail(down);
    await expect(again).rejects.toBe(down);
    expect(await elsewhere).toHaveProperty('lease');
  });

  it('keeps nothing of what was cleared, though the storage asks for clears now and then', async () => {
    const namespace = fresh();
    const one = await start(namespace);
    const bus = new ManualBus();
    const two = await start(namespace, { bus }, { bounded: 60_000 });
    await one.tiers.set('key', 'old', lifetime(3_600_000));
    expect(await two.tiers.get('key')).toBe('old');
    // As a clear, with the room not yet freed.
    await client.unlink(`{${namespace}}g`);
    bus.tell(undefined);
    expect(await two.tiers.get('key')).toBeUndefined();
  });

  it('hears of others again after it was closed and opened', async () => {
    const bus = new ManualBus();
    const one = await start(fresh(), { bus });
    await one.tiers.close();
    await one.tiers.open();
    await one.shared.set('key', 'old', lifetime(60_000));
    expect(await one.tiers.get('key')).toBe('old');
    await one.shared.set('key', 'new', lifetime(60_000));
    bus.tell('key');
    expect(await one.tiers.get('key')).toBe('new');
  });

  it('hands over what is too large for memory', async () => {
    const memory = { maxBytes: 10, sizeOf: (value: unknown) => String(value).length };
    const one = await start(fresh(), { memory });
    await one.tiers.set('key', 'x'.repeat(100), lifetime(60_000));
    expect(await one.tiers.get('key')).toHaveLength(100);
    expect(await one.tiers.get('key')).toHaveLength(100);
  });

  it('stops listening when it is closed', async () => {
    const bus = new ManualBus();
    const one = await start(fresh(), { bus });
    expect(bus.listeners).toBe(1);
    await one.tiers.close();
    expect(bus.listeners).toBe(0);
  });
});
