import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { checkHealth, type HealthFigures } from '../src/health-check.js';
import { AsyncTTLCache, type AsyncTTLCacheOptions } from '../src/index.js';
import { hashOf } from '../src/shard.js';
import { liveEntries } from './live-entries.js';

function setUp(options: AsyncTTLCacheOptions = {}) {
  const clock = new ManualClock(1_000_000);
  return { clock, cache: new AsyncTTLCache({ clock, ...options }) };
}

it('says in the old words that all is well', async () => {
  const { cache } = setUp({ numShards: 2 });
  await cache.set('a', 1);
  await cache.get('a');
  await cache.get('nobody');
  expect(await cache.healthCheck()).toEqual({
    status: 'healthy',
    component: 'async_cache',
    production_ready: true,
    size: 1,
    num_shards: 2,
    shard_sizes: expect.arrayContaining([0, 1]) as unknown,
    cleanup_status: 'running',
    ttl_seconds: 60,
    hit_rate: 0.5,
    bounds_compliant: true,
  });
});

describe('the probe', () => {
  it('evicts nothing from a cache that is full, and leaves no trace', async () => {
    const { clock, cache } = setUp({ numShards: 4, maxEntries: 8, maxMemoryMb: 0.0003 });
    for (let index = 0; index < 8; index += 1) await cache.set(`key ${index}`, 'x'.repeat(10));
    await cache.stop();
    const before = { live: liveEntries(cache), metrics: cache.getDetailedMetrics() };
    expect(before.metrics).toMatchObject({ size: 8, evictions: 0 });
    await cache.healthCheck();
    expect({ live: liveEntries(cache), metrics: cache.getDetailedMetrics() }).toEqual(before);
    expect(cache.removalCounts()).toEqual({ deleted: 0, evicted: 0, expired: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('cannot be seen, neither by a call at the same time nor in a snapshot', async () => {
    const { cache } = setUp();
    const checking = cache.healthCheck();
    const seen = [[...cache.liveKeys()], cache.createBackupSnapshot()._metadata.total_entries];
    await checking;
    expect(seen).toEqual([[], 0]);
    expect(cache.size()).toBe(0);
  });

  it('is critical where what was set is gone when it is got', async () => {
    let now = 0;
    const clock = Object.assign(new ManualClock(), { now: () => (now += 3_600_000) });
    const cache = new AsyncTTLCache({ clock });
    expect(await cache.healthCheck()).toMatchObject({
      status: 'critical',
      production_ready: false,
      error: 'the probe failed: what was set could not be got and deleted',
      size: 0,
    });
  });

  it('is critical where it throws, and gone nevertheless', async () => {
    let asked = 0;
    const clock = Object.assign(new ManualClock(), {
      now: () => {
        asked += 1;
        if (asked === 2) throw new Error('no time');
        return 0;
      },
    });
    const cache = new AsyncTTLCache({ clock });
    expect(await cache.healthCheck()).toMatchObject({
      status: 'critical',
      error: 'the probe failed: no time',
      size: 0,
    });
  });
});

describe('the clean-up', () => {
  it('is stopped before the first use, when there is nothing to clean', async () => {
    const { clock, cache } = setUp();
    expect(await cache.healthCheck()).toMatchObject({
      status: 'healthy',
      cleanup_status: 'stopped',
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is worth a warning when it is stopped beside entries', async () => {
    const { cache } = setUp();
    await cache.set('a', 1);
    await cache.stop();
    expect(await cache.healthCheck()).toMatchObject({
      status: 'warning',
      production_ready: true,
      cleanup_status: 'stopped',
      error: 'the clean-up is stopped, and entries are there',
    });
  });
});

it('sees keys that all fall into one shard', async () => {
  const { cache } = setUp({ numShards: 4 });
  for (let index = 0, found = 0; found < 40; index += 1) {
    const key = `key ${index}`;
    if (hashOf(key) % 4 !== 0) continue;
    await cache.set(key, 1);
    found += 1;
  }
  expect(await cache.healthCheck()).toMatchObject({
    status: 'warning',
    error: 'the largest shard has 40 entries, the mean one 10',
    shard_sizes: [40, 0, 0, 0],
  });
});

it('sees that reads have brought heavy entries into the estimate', async () => {
  const { cache } = setUp({ numShards: 1, maxMemoryMb: 0.01 });
  for (let index = 0; index < 100; index += 1) await cache.set(`light ${index}`, 1);
  for (let index = 0; index < 50; index += 1) await cache.set(`heavy ${index}`, 'x'.repeat(500));
  for (let index = 0; index < 100; index += 1) await cache.get(`light ${index}`);
  expect(await cache.healthCheck()).toMatchObject({
    status: 'error',
    production_ready: false,
    bounds_compliant: false,
  });
});

describe('the judgement', () => {
  const GOOD: HealthFigures = {
    size: 20,
    num_shards: 2,
    shard_sizes: [10, 10],
    cleanup_status: 'running',
    ttl_seconds: 60,
    hit_rate: 1,
    bounds_compliant: true,
  };

  it.each<[string, string, Partial<HealthFigures>]>([
    ['healthy', 'good figures', {}],
    ['healthy', 'no hit at all', { hit_rate: 0 }],
    ['error', 'a hit rate over 1', { hit_rate: 1.1 }],
    ['error', 'a hit rate below 0', { hit_rate: -0.1 }],
    ['error', 'a hit rate that is none', { hit_rate: NaN }],
    ['error', 'bounds that are not kept', { bounds_compliant: false }],
    ['warning', 'a stopped clean-up', { cleanup_status: 'stopped' }],
    ['error', 'two faults: the worse', { cleanup_status: 'stopped', bounds_compliant: false }],
    ['healthy', 'a shard of three times the mean', { ...shards([30, 4, 3, 3]) }],
    ['warning', 'a shard of more', { ...shards([31, 3, 3, 3]) }],
    ['healthy', 'such a shard among fewer than ten each', { ...shards([31, 2, 3, 3]) }],
  ])('is %s for %s', async (status, _, figures) => {
    const report = await checkHealth({
      probe: () => undefined,
      figures: () => ({ ...GOOD, ...figures }),
    });
    expect(report.status).toBe(status);
    expect('error' in report).toBe(status !== 'healthy');
  });

  it.each([
    ['what it says', 'what it says'],
    [new Error('why'), 'why'],
    [new Proxy(new Error('why'), { getPrototypeOf: () => unreadable() }), 'it threw an object'],
  ])('is critical for a probe that fails, whatever it throws (%#)', async (thrown, words) => {
    const report = await checkHealth({
      probe: () => {
        if (typeof thrown === 'string') return thrown;
        throw thrown;
      },
      figures: () => GOOD,
    });
    expect(report).toMatchObject({ status: 'critical', error: `the probe failed: ${words}` });
  });
});

function shards(sizes: number[]): Partial<HealthFigures> {
  return {
    size: sizes.reduce((a, b) => a + b, 0),
    num_shards: sizes.length,
    shard_sizes: sizes,
  };
}

function unreadable(): never {
  throw new TypeError('not to be looked at');
}
