import { once, EventEmitter } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypedInMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { ManualClock } from '@resync/cache-contract/testing';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import fc from 'fast-check';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFeatureSource } from '../../src/open-feature/index.js';
import {
  environmentSource,
  fileSource,
  mergeWishes,
  readWish,
  StateSources,
  type StateSource,
  type Wish,
  type Wishes,
} from '../../src/index.js';
import { publishWishes, redisSource } from '../../src/redis/index.js';

const live = (percentage: number): Wish => ({ stage: 'live', percentage });

/** Sources under watch, with an event for everything that they tell. */
class Watched extends EventEmitter {
  readonly sources: StateSources;
  readonly broken: string[] = [];
  readonly recovered: string[] = [];

  constructor(...sources: readonly StateSource[]) {
    super();
    this.sources = new StateSources(sources, {
      sourceBroke: (name) => {
        this.broken.push(name);
        this.emit('broke');
      },
      sourceRecovered: (name) => {
        this.recovered.push(name);
        this.emit('recovered');
      },
      wishesChanged: () => this.emit('changed'),
    });
  }
}

describe('a wish', () => {
  it.each<[unknown, Wish | undefined]>([
    [true, true],
    ['on', true],
    ['FALSE', false],
    ['off', false],
    ['', undefined],
    [null, undefined],
    ['live 25', live(25)],
    ['live:25', live(25)],
    ['live 12.5 %', live(12.5)],
    ['shadow', { stage: 'shadow', percentage: 0 }],
    ['complete', { stage: 'complete', percentage: 100 }],
    [{ stage: 'live', percentage: 50 }, live(50)],
    [{ stage: 'off' }, false],
  ])('%j is %j', (given, wish) => {
    expect(readWish('core', given)).toEqual(wish);
  });

  it.each([
    'live',
    'live 101',
    'shadow 5',
    'lively',
    'maybe',
    7,
    {},
    [],
    { stage: 'live' },
    { stage: 'x' },
  ])('%j is refused, and what is accepted is named', (given) => {
    expect(() => readWish('core', given)).toThrow(
      /expected core to be one of true, 1, yes.*dualwrite, shadow, live.*"live 25".*got /,
    );
  });
});

describe('several wishes', () => {
  const wish = fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 100 }).map(live));
  const wishes = fc.dictionary(fc.constantFrom('core', 'llm'), wish);

  it('come to the most careful one, in whatever order they are in', () => {
    fc.assert(
      fc.property(fc.array(wishes, { maxLength: 5 }), (all) => {
        const merged = mergeWishes(all);
        expect(mergeWishes([...all].reverse())).toEqual(merged);
        for (const component of ['core', 'llm']) {
          const said = all.map((one) => one[component]).filter((one) => one !== undefined);
          const lowest = Math.min(
            ...said.map((one) => (typeof one === 'object' ? one.percentage : Infinity)),
          );
          const expected = said.includes(false)
            ? false
            : lowest < Infinity
              ? live(lowest)
              : said[0];
          expect(merged[component]).toEqual(expected);
        }
      }),
    );
  });

  it('of different stages come to the lower stage, whatever its percentage', () => {
    const complete: Wish = { stage: 'complete', percentage: 100 };
    const shadow: Wish = { stage: 'shadow', percentage: 0 };
    for (const [lower, higher] of [
      [shadow, live(0)],
      [live(100), complete],
    ] as const) {
      expect(mergeWishes([{ core: lower }, { core: higher }])).toEqual({ core: lower });
      expect(mergeWishes([{ core: higher }, { core: lower }])).toEqual({ core: lower });
    }
  });
});

describe('the environment', () => {
  it('says what its flags say, of the components that they stand for', async () => {
    const environment = { APP_MIGRATION_USE_NEW_CACHE: 'true', APP_MIGRATION_USE_NEW_TWS: 'no' };
    const source = environmentSource({ environment, components: { useNewCache: ['core', 'llm'] } });
    const { sources } = new Watched(source);
    await sources.start();
    expect(sources.wishes).toEqual({ core: true, llm: true, tws: false });
    expect(sources.wish('rate-limit')).toBeUndefined();
    await sources.stop();
  });

  it('is told also where it says nothing: what was said before a restart is no longer', async () => {
    const told: Wishes[] = [];
    const wishesChanged = (wishes: Wishes): void => void told.push(wishes);
    const silent = new StateSources([environmentSource({ environment: {} })], { wishesChanged });
    await silent.start();
    expect(told).toEqual([{}]);
    const environment = { APP_MIGRATION_USE_NEW_CACHE: 'true' };
    const sources = new StateSources([environmentSource({ environment })], { wishesChanged });
    await sources.start();
    expect(told).toEqual([{}, { cache: true }]);
  });

  it('is refused at the start where it says something else', () => {
    expect(() =>
      environmentSource({ environment: { APP_MIGRATION_USE_NEW_CACHE: 'maybe' } }),
    ).toThrow(/expected APP_MIGRATION_USE_NEW_CACHE to be one of/);
  });
});

describe('a file', () => {
  let folder: string;
  let path: string;
  const clock = new ManualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'resync-source-'));
    path = join(folder, 'wishes.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (wishes: unknown): Promise<void> => {
    await writeFile(`${path}.draft`, typeof wishes === 'string' ? wishes : JSON.stringify(wishes));
    await rename(`${path}.draft`, path);
  };

  it('is read again when it changes, without a restart', async () => {
    await write({ core: 'live 10' });
    const watched = new Watched(fileSource({ path, clock }));
    await watched.sources.start();
    expect(watched.sources.wish('core')).toEqual(live(10));
    const changed = once(watched, 'changed');
    await write({ core: false });
    await changed;
    expect(watched.sources.wish('core')).toBe(false);
    await watched.sources.stop();
  });

  it('keeps the last that it said while it is broken, says so once, and recovers', async () => {
    await write({ core: true });
    const watched = new Watched(fileSource({ path, clock }));
    await watched.sources.start();
    const broke = once(watched, 'broke');
    await write('{ "core": tr');
    await broke;
    clock.advance(5000);
    expect(watched.sources.wish('core')).toBe(true);
    expect(watched.sources.health).toMatchObject([
      {
        state: 'broken',
        why: expect.stringMatching('expected JSON') as string,
        wishes: { core: true },
      },
    ]);
    const recovered = once(watched, 'recovered');
    await write({ core: false });
    await recovered;
    expect(watched.broken).toHaveLength(1);
    expect(watched.sources.health).toMatchObject([{ state: 'fine', wishes: { core: false } }]);
    await watched.sources.stop();
  });

  it('that is not there is broken, and says nothing of any component', async () => {
    const watched = new Watched(fileSource({ path, clock }));
    await watched.sources.start();
    expect(watched.broken).toEqual([`file ${path}`]);
    expect(watched.sources.wishes).toEqual({});
    await watched.sources.stop();
  });
});

describe('OpenFeature', () => {
  afterAll(() => OpenFeature.close());

  const provider = (variant: string, variants: Record<string, string>): TypedInMemoryProvider =>
    new TypedInMemoryProvider({
      'new-cache': { disabled: false, defaultVariant: variant, variants },
    });

  it('says what a string flag says, again when it changes, and nothing of a flag that does not exist', async () => {
    const memory = provider('some', { some: 'live 25', none: 'false', odd: 'perhaps' });
    await OpenFeature.setProviderAndWait('strings', memory);
    const client = OpenFeature.getClient('strings');
    const flags = { core: 'new-cache', llm: 'unknown' };
    const watched = new Watched(openFeatureSource({ client, flags, clock: new ManualClock() }));
    await watched.sources.start();
    expect(watched.sources.wishes).toEqual({ core: live(25) });
    const configure = (defaultVariant: 'odd' | 'none'): void => {
      const variants = { some: 'live 25', none: 'false', odd: 'perhaps' };
      memory.putConfiguration({
        'new-cache': { disabled: false, defaultVariant, variants },
      });
    };
    const broke = once(watched, 'broke');
    configure('odd');
    await broke;
    expect(watched.sources.wish('core')).toEqual(live(25));
    const changed = once(watched, 'changed');
    configure('none');
    await changed;
    expect(watched.sources.wish('core')).toBe(false);
    await watched.sources.stop();
  });

  it('says what an object flag says', async () => {
    const variants = { some: { stage: 'live', percentage: 5 } };
    const flag = { 'new-cache': { disabled: false, defaultVariant: 'some', variants } } as const;
    await OpenFeature.setProviderAndWait('objects', new TypedInMemoryProvider(flag));
    const client = OpenFeature.getClient('objects');
    const source = openFeatureSource({
      client,
      flags: { core: 'new-cache' },
      type: 'object',
      clock: new ManualClock(),
    });
    const watched = new Watched(source);
    await watched.sources.start();
    expect(watched.sources.wishes).toEqual({ core: live(5) });
    await watched.sources.stop();
  });
});

const isThere = hasRedisServer(process.env);

describe.runIf(isThere)('Redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedisServer();
  });

  afterAll(() => server.stop());

  const connected = async () => {
    const client = createClient({ url: server.url, disableOfflineQueue: true });
    client.on('error', () => undefined);
    const subscriber = client.duplicate();
    subscriber.on('error', () => undefined);
    await Promise.all([client.connect(), subscriber.connect()]);
    return {
      client,
      subscriber,
      destroy: () => [client, subscriber].forEach((one) => one.destroy()),
    };
  };

  it('pushes what is new to every process', async () => {
    const connections = await connected();
    const watched = new Watched(
      redisSource({ ...connections, key: 'push', clock: new ManualClock() }),
    );
    await watched.sources.start();
    expect(watched.sources.health).toMatchObject([{ state: 'fine', wishes: {} }]);
    const changed = once(watched, 'changed');
    const wishes: Wishes = { core: live(10) };
    await publishWishes(connections.client, 'push', wishes);
    await changed;
    expect(watched.sources.wishes).toEqual(wishes);
    await watched.sources.stop();
    connections.destroy();
  });

  it('looks for itself where a message was lost, and refuses what is not accepted', async () => {
    const connections = await connected();
    const clock = new ManualClock();
    const watched = new Watched(redisSource({ ...connections, key: 'poll', clock, pollMs: 1000 }));
    await watched.sources.start();
    const changed = once(watched, 'changed');
    await connections.client.set('poll', '{"core":true}');
    clock.advance(1000);
    await changed;
    await expect(
      publishWishes(connections.client, 'poll', { core: 'maybe' as never }),
    ).rejects.toThrow(/expected core to be one of/);
    const broke = once(watched, 'broke');
    await connections.client.set('poll', '{"core":"maybe"}');
    await connections.client.publish('poll', '');
    await broke;
    expect(watched.sources.wish('core')).toBe(true);
    await watched.sources.stop();
    connections.destroy();
  });

  it('keeps the last that was said when the connection is gone', async () => {
    const connections = await connected();
    const clock = new ManualClock();
    await publishWishes(connections.client, 'gone', { core: true });
    const watched = new Watched(redisSource({ ...connections, key: 'gone', clock, pollMs: 1000 }));
    await watched.sources.start();
    const broke = once(watched, 'broke');
    connections.destroy();
    clock.advance(1000);
    await broke;
    expect(watched.sources.wish('core')).toBe(true);
    expect(watched.sources.health).toMatchObject([{ state: 'broken' }]);
    await watched.sources.stop();
  });
});
