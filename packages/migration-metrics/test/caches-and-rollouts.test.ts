import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { countRemovals, createMigrationMetrics, METRICS } from '../src/index.js';
import { valuesOf } from './scraped.js';

it('shows what a cache counts: entries, bytes, removals by reason, loads', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const clock = new ManualClock();
  const { removals, onRemoval } = countRemovals();
  const cache = new ImprovedAsyncCache<string>({
    clock,
    onRemoval,
    maxEntries: 2,
    maxBytes: 100_000,
  });
  metrics.cache({
    component: 'jobs',
    cache: 'next',
    stats: () => cache.statsNow(),
    loads: () => cache.getLoadStats(),
    removals,
  });
  await cache.set('replaced', 'one');
  await cache.set('replaced', 'two');
  await cache.set('short', 'lived', { ttl: 10 });
  clock.advance(20);
  await cache.get('short');
  await cache.delete('replaced');
  for (const key of ['a', 'b', 'c']) await cache.set(key, key);
  await cache.getOrSet('d', async () => 'loaded');
  await cache
    .getOrSet('e', async () => {
      throw new Error('no value');
    })
    .catch(() => undefined);

  expect(await valuesOf(registry, METRICS.cacheEntries.name)).toEqual({ 'jobs next': 2 });
  expect((await valuesOf(registry, METRICS.cacheBytes.name))['jobs next']).toBeGreaterThan(0);
  expect(await valuesOf(registry, METRICS.cacheRemovals.name)).toEqual({
    'jobs next evict': 2,
    'jobs next expire': 1,
    'jobs next delete': 1,
    'jobs next set': 1,
    'jobs next clear': 0,
  });
  expect(await valuesOf(registry, METRICS.cacheLoads.name)).toEqual({
    'jobs next success': 1,
    'jobs next failure': 1,
  });
  await cache.shutdown();
});

it('shows of a cache what it says, and nothing in place of what it does not', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const stats = {
    hits: 1,
    misses: 2,
    sets: 3,
    deletes: 4,
    evictions: 5,
    expirations: 6,
    size: 7,
  };
  metrics.cache({ component: 'jobs', cache: 'legacy', stats: () => stats });
  expect(await valuesOf(registry, METRICS.cacheHits.name)).toEqual({ 'jobs legacy': 1 });
  expect(await valuesOf(registry, METRICS.cacheMisses.name)).toEqual({ 'jobs legacy': 2 });
  expect(await valuesOf(registry, METRICS.cacheSets.name)).toEqual({ 'jobs legacy': 3 });
  expect(await valuesOf(registry, METRICS.cacheBytes.name)).toEqual({});
  expect(await valuesOf(registry, METRICS.cacheLoads.name)).toEqual({});
  expect(await valuesOf(registry, METRICS.cacheRemovals.name)).toEqual({
    'jobs legacy evict': 5,
    'jobs legacy expire': 6,
    'jobs legacy delete': 4,
  });
});

it('shows the fleet as it was last known', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  metrics.fleet('unknown', () => undefined);
  metrics.fleet('jobs', () => ({
    state: { epoch: 7 },
    members: [
      { acknowledged: { epoch: 7 } },
      { acknowledged: { epoch: 6 } },
      { acknowledged: undefined },
    ],
  }));
  expect(await valuesOf(registry, METRICS.fleetEpoch.name)).toEqual({ jobs: 7 });
  expect(await valuesOf(registry, METRICS.fleetMembers.name)).toEqual({ jobs: 3 });
  expect(await valuesOf(registry, METRICS.fleetAcknowledged.name)).toEqual({ jobs: 1 });
});

it('counts decisions and rollbacks, and what is none of its components as other', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  metrics.observer('jobs');
  metrics.recordDecision({ component: 'jobs', verdict: 'promote' });
  metrics.recordDecision({ component: 'all', verdict: 'pause' });
  metrics.recordDecision({ component: 'jobs', verdict: 'something new' });
  metrics.recordRollback('jobs', 0.02);
  for (let index = 0; index < 3; index += 1) {
    metrics.recordDecision({ component: `unknown ${index}`, verdict: 'hold' });
    metrics.recordRollback(`unknown ${index}`, 2);
  }
  expect(await valuesOf(registry, METRICS.decisions.name)).toMatchObject({
    'jobs promote': 1,
    'jobs hold': 0,
    'jobs other': 1,
    'all pause': 1,
    'other hold': 3,
  });
  const text = await registry.metrics();
  expect(text).toContain('migration_rollback_duration_seconds_count{component="jobs"} 1');
  expect(text).toContain(
    'migration_rollback_duration_seconds_bucket{le="0.01",component="jobs"} 0',
  );
  expect(text).toContain('migration_rollback_duration_seconds_bucket{le="0.1",component="jobs"} 1');
  expect(text).toContain('migration_rollback_duration_seconds_sum{component="other"} 6');
});
