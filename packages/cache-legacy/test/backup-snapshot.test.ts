import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, type AsyncTTLCacheOptions } from '../src/index.js';
import { liveEntries } from './live-entries.js';

const START = 1_700_000_000_123;
const HOUR = 3_600_000;

function setUp(options: AsyncTTLCacheOptions = {}) {
  const clock = new ManualClock(START);
  const cacheWith = (more: AsyncTTLCacheOptions) =>
    new AsyncTTLCache({ clock, ...options, ...more });
  return { clock, cache: cacheWith({}), cacheWith };
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** A snapshot of one entry, taken now, with parts of it replaced. */
function snapshotWith(parts: { metadata?: object; entry?: object; more?: object } = {}): object {
  const seconds = START / 1000;
  return {
    _metadata: { created_at: seconds, total_entries: 1, ...parts.metadata },
    shard_0: { key: { data: 'new', timestamp: seconds, ttl: 60, ...parts.entry } },
    ...parts.more,
  };
}

describe('a snapshot', () => {
  it('has the shape of the original, in seconds', async () => {
    const { clock, cache } = setUp({ numShards: 1 });
    await cache.set('a', { state: 'EXEC' }, 1.5);
    clock.advance(1);
    await cache.set('b', 0);
    expect(throughJson(cache.createBackupSnapshot())).toEqual({
      _metadata: { created_at: 1_700_000_000.124, total_entries: 2 },
      shard_0: {
        a: { data: { state: 'EXEC' }, timestamp: 1_700_000_000.123, ttl: 1.5 },
        b: { data: 0, timestamp: 1_700_000_000.124, ttl: 60 },
      },
    });
  });

  it('names every shard, and leaves out what is expired', async () => {
    const { clock, cache } = setUp({ numShards: 3 });
    await cache.set('short', 1, 1);
    await cache.set('long', 1, 2);
    clock.advance(1000);
    const snapshot = cache.createBackupSnapshot();
    expect(Object.keys(snapshot)).toEqual(['_metadata', 'shard_0', 'shard_1', 'shard_2']);
    expect(snapshot._metadata.total_entries).toBe(1);
    expect(JSON.stringify(snapshot)).not.toContain('short');
  });

  it('keeps the key __proto__, through JSON as well', async () => {
    const { cache, cacheWith } = setUp();
    await cache.set('__proto__', { a: 1 });
    const snapshot = cache.createBackupSnapshot();
    for (const copy of [snapshot, throughJson(snapshot), structuredClone(snapshot)]) {
      const other = cacheWith({ numShards: 3 });
      expect(await other.restoreFromSnapshot(copy)).toBe(true);
      expect(await other.get('__proto__')).toEqual({ a: 1 });
      await other.stop();
    }
  });

  it('can be restored at once, though the clock was put back', async () => {
    let now = START;
    const clock = Object.assign(new ManualClock(), { now: () => now });
    const cache = new AsyncTTLCache({ clock });
    await cache.set('key', 1);
    now -= 5000;
    const snapshot = cache.createBackupSnapshot();
    expect(cache.snapshotFault(snapshot)).toBeUndefined();
  });
});

describe('a restore', () => {
  it('gives the same live entries and expiries in another number of shards', async () => {
    const key = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', '_metadata', 'shard_0', '1', '0'),
      fc.string({ minLength: 1, maxLength: 3 }).filter((text) => !/[\0\r\n]/.test(text)),
    );
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        key,
        value: fc.oneof(fc.integer(), fc.string(), fc.constant([{ deep: false }])),
        ttlMs: fc.integer({ min: 0, max: 2 * HOUR }),
      }),
      fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), key }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: HOUR }) }),
    );
    const shards = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          steps: fc.array(step, { maxLength: 40 }),
          from: shards,
          to: shards,
          later: fc.integer({ min: 0, max: HOUR }),
        }),
        async ({ steps, from, to, later }) => {
          const { clock, cache, cacheWith } = setUp({ numShards: from });
          for (const one of steps) {
            if (one.kind === 'wait') clock.advance(one.ms);
            else if (one.kind === 'set') await cache.set(one.key, one.value, one.ttlMs / 1000);
            else await cache[one.kind](one.key);
          }
          const snapshot = throughJson(cache.createBackupSnapshot());
          clock.advance(later);
          const other = cacheWith({ numShards: to });
          await other.set('what was there before', 1);
          expect(other.snapshotFault(snapshot)).toBeUndefined();
          expect(await other.restoreFromSnapshot(snapshot)).toBe(true);
          expect(liveEntries(other)).toEqual(liveEntries(cache));
          expect(other.size()).toBe(liveEntries(other).size);
        },
      ),
    );
  });

  it('keeps the order of use, which the names of numbers lose in an object', async () => {
    const { clock, cache, cacheWith } = setUp({ numShards: 5, maxEntries: 3 });
    for (const key of ['30', '7', 'x']) {
      await cache.set(key, key);
      clock.advance(1);
    }
    const other = cacheWith({ numShards: 1 });
    await other.restoreFromSnapshot(throughJson(cache.createBackupSnapshot()));
    await other.set('new', 1);
    expect([...other.liveKeys()]).toEqual(['7', 'x', 'new']);
    await other.set('newer', 1);
    expect([...other.liveKeys()]).toEqual(['x', 'new', 'newer']);
  });

  it('starts the clean-up, which removes what expires', async () => {
    const { clock, cache } = setUp();
    await cache.restoreFromSnapshot(snapshotWith());
    expect(cache.getDetailedMetrics()).toMatchObject({ size: 1, sets: 0, is_running: true });
    clock.advance(60_000);
    expect(cache.size()).toBe(0);
    await cache.stop();
  });

  it('evicts the oldest where the estimate says that all of it is too much', async () => {
    const { clock, cache, cacheWith } = setUp({ numShards: 4 });
    for (let index = 0; index < 10; index += 1) {
      await cache.set(`key ${index}`, 'x'.repeat(100));
      clock.advance(1);
    }
    const other = cacheWith({ maxMemoryMb: 0.001 });
    expect(await other.restoreFromSnapshot(cache.createBackupSnapshot())).toBe(true);
    expect([...other.liveKeys()].sort()).toEqual(['key 6', 'key 7', 'key 8', 'key 9']);
    expect(other.getDetailedMetrics().health_status).toBe('healthy');
  });

  it('takes a snapshot of exactly one hour, of no entries, and of more than it must have', async () => {
    const { clock, cache } = setUp();
    const empty = new AsyncTTLCache({ clock }).createBackupSnapshot();
    clock.advance(HOUR);
    await cache.set('key', 1);
    expect(await cache.restoreFromSnapshot({ ...empty, ignored: undefined })).toBe(false);
    expect(await cache.restoreFromSnapshot(empty)).toBe(true);
    expect(cache.size()).toBe(0);
    const noted = snapshotWith({ metadata: { host: 'a' }, entry: { hits: 3 } });
    expect(await cache.restoreFromSnapshot(noted)).toBe(true);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(): never {
  throw new Proxy(new Error('hostile'), { getPrototypeOf: throwing, get: throwing });
}

function cyclic(): object {
  const shard: Record<string, unknown> = {};
  shard['key'] = shard;
  return snapshotWith({ more: { shard_0: shard } });
}

/** Full of valid entries, and wrong in its last one. */
const LATE_FAULT = snapshotWith({
  metadata: { total_entries: 2 },
  more: { shard_1: { last: { data: null, timestamp: START / 1000, ttl: 60 } } },
});

const REFUSED: [string, unknown, RegExp][] = [
  ['null', null, /expected the snapshot to be an object; got null/],
  ['a list', [], /expected the snapshot to be an object/],
  ['text', '{}', /expected the snapshot to be an object/],
  ['one without metadata', { shard_0: {} }, /expected _metadata to be an object; got undefined/],
  [
    'one with metadata that its prototype lends',
    Object.create(snapshotWith()),
    /expected _metadata to be an object/,
  ],
  [
    'one without a time',
    snapshotWith({ metadata: { created_at: '2024' } }),
    /expected created_at to be a finite number/,
  ],
  [
    'one without a number of entries',
    snapshotWith({ metadata: { total_entries: NaN } }),
    /expected total_entries to be a finite number/,
  ],
  [
    'one from the future',
    snapshotWith({ metadata: { created_at: START / 1000 + 0.001 } }),
    /expected a snapshot of the past/,
  ],
  [
    'one older than an hour',
    snapshotWith({ metadata: { created_at: (START - HOUR - 1) / 1000 } }),
    /expected a snapshot of the last hour/,
  ],
  [
    'one that declares more than maxEntries',
    snapshotWith({ metadata: { total_entries: 3 } }),
    /expected at most maxEntries \(2\) entries; got 3/,
  ],
  [
    'one that has more than maxEntries',
    snapshotWith({ more: { shard_1: { a: {}, b: {} } } }),
    /expected at most maxEntries \(2\) entries; got 3/,
  ],
  [
    'one that declares more than it has',
    snapshotWith({ metadata: { total_entries: 2 } }),
    /expected 2 entries, as declared; got 1/,
  ],
  [
    'one that has more than it declares',
    snapshotWith({ metadata: { total_entries: 0 } }),
    /expected 0 entries, as declared; got 1/,
  ],
  ['one with another part', snapshotWith({ more: { shard_x: {} } }), /got another name/],
  ['a shard that is none', snapshotWith({ more: { shard_0: null } }), /expected shard_0 to be an/],
  [
    'a key twice',
    snapshotWith({ metadata: { total_entries: 2 }, more: { shard_1: { key: {} } } }),
    /entry 1 of shard_1: expected a key once/,
  ],
  [
    'a bad key',
    snapshotWith({ more: { shard_0: { 'a\nb': { data: 1, timestamp: 0, ttl: 1 } } } }),
    /entry 1 of shard_0: expected a key without NUL, CR and LF/,
  ],
  [
    'an entry that is none',
    snapshotWith({ more: { shard_0: { key: 'value' } } }),
    /entry 1 of shard_0: expected an entry to be an object/,
  ],
  ['a null value', snapshotWith({ entry: { data: null } }), /expected a value; got null/],
  ['no value', snapshotWith({ entry: { data: undefined } }), /expected a value; got undefined/],
  ['no ttl', snapshotWith({ entry: { ttl: undefined } }), /expected a ttl in seconds/],
  ['a negative ttl', snapshotWith({ entry: { ttl: -1 } }), /expected a ttl of 0 to/],
  ['a ttl over one year', snapshotWith({ entry: { ttl: 4e7 } }), /expected a ttl of 0 to/],
  [
    'an infinite timestamp',
    snapshotWith({ entry: { timestamp: -Infinity } }),
    /expected timestamp to be a finite number/,
  ],
  [
    'a timestamp in the future',
    snapshotWith({ entry: { timestamp: START / 1000 + 0.001 } }),
    /expected a timestamp of the past/,
  ],
  [
    'a value over maxMemoryMb',
    snapshotWith({ entry: { data: 'x'.repeat(1000) } }),
    /expected a value within maxMemoryMb/,
  ],
  ['a late fault', LATE_FAULT, /entry 1 of shard_1: expected a value; got null/],
  ['a revoked proxy', revoked(), /revoked/],
  ['a value that is one', snapshotWith({ entry: { data: revoked() } }), /can be weighed/],
  [
    'a getter that throws what cannot be looked at',
    Object.defineProperty(snapshotWith(), 'shard_0', { get: throwing, enumerable: true }),
    /it threw an object/,
  ],
  ['a proxy that throws', new Proxy({}, { ownKeys: throwing, has: throwing }), /expected _meta/],
  ['a circle', cyclic(), /entry 1 of shard_0: expected timestamp/],
];

describe('what a restore refuses leaves the cache untouched:', () => {
  it.each(REFUSED)('%s', async (_, snapshot, why) => {
    const { clock, cache } = setUp({ maxEntries: 2, maxMemoryMb: 0.001 });
    await cache.set('key', 'old');
    await cache.stop();
    const before = { live: liveEntries(cache), metrics: cache.getDetailedMetrics() };
    expect(await cache.restoreFromSnapshot(snapshot)).toBe(false);
    expect({ live: liveEntries(cache), metrics: cache.getDetailedMetrics() }).toEqual(before);
    expect(cache.snapshotFault(snapshot)).toMatch(why);
    expect(clock.pendingTimers).toBe(0);
  });

  it('and of what is accepted, what was judged is what is stored', async () => {
    const { cache } = setUp();
    let reads = 0;
    const entry = {
      timestamp: START / 1000,
      ttl: 60,
      get data() {
        reads += 1;
        return reads === 1 ? 'judged' : null;
      },
    };
    expect(
      await cache.restoreFromSnapshot(snapshotWith({ more: { shard_0: { key: entry } } })),
    ).toBe(true);
    expect(await cache.get('key')).toBe('judged');
  });
});
