import { ImprovedAsyncCache } from '@resync/cache-improved';
import { ChaosCache, ReferenceCache } from '@resync/cache-contract/testing';
import {
  CacheMigrationManager,
  ServiceMigration,
  type CacheMigrationOptions,
  type MigrationCounts,
  type ObservedMigration,
} from '@resync/cache-migration';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMigrationMetrics, LABEL_VALUES, METRICS, MetricsError } from '../src/index.js';
import { seriesOf, valuesOf } from './scraped.js';

const CLIMB = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 0 },
  { stage: 'live', percentage: 100 },
] as const;

function metered(options: Partial<CacheMigrationOptions<string>> = {}) {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const manager = new CacheMigrationManager<string>({
    component: 'core',
    legacy: new ReferenceCache(),
    next: new ReferenceCache(),
    observer: metrics.observer('core'),
    latencyEvery: 1,
    ...options,
  });
  return { registry, metrics, manager };
}

describe('the metrics of the plan', () => {
  it.each([
    ['migration_legacy_hits_total', ['component']],
    ['migration_new_hits_total', ['component']],
    ['migration_fallbacks_total', ['component', 'reason']],
    ['migration_errors_total', ['component', 'error_type']],
    ['migration_operation_latency_seconds', ['component', 'operation']],
  ])('%s has the labels %j', (name, labels) => {
    const metric = Object.values(METRICS).find((candidate) => candidate.name === name);
    expect(metric?.labels).toEqual(labels);
  });

  it('are there with every other, each once', async () => {
    const registry = new Registry();
    createMigrationMetrics({ registry });
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names.sort()).toEqual(
      Object.values(METRICS)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('are named by nothing but the five names and prefixes of their own', () => {
    for (const { name } of Object.values(METRICS)) expect(name).toMatch(/^(migration|cache)_/);
  });
});

it('shows a component from the start, with every series at zero', async () => {
  const registry = new Registry();
  createMigrationMetrics({ registry }).observer('core');
  expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 0 });
  expect(await valuesOf(registry, METRICS.fallbacks.name)).toEqual(
    Object.fromEntries(LABEL_VALUES.fallbackReason.map((reason) => [`core ${reason}`, 0])),
  );
  expect(await valuesOf(registry, METRICS.comparisons.name)).toEqual(
    Object.fromEntries(LABEL_VALUES.comparison.map((verdict) => [`core ${verdict}`, 0])),
  );
  expect(await valuesOf(registry, METRICS.stage.name)).toMatchObject({ 'core off': 1 });
});

it('asks each component when it is scraped, and does not count twice when scraped twice', async () => {
  const { registry, metrics, manager } = metered();
  const health = new CacheMigrationManager<string>({
    component: 'health',
    legacy: new ReferenceCache(),
    next: new ReferenceCache(),
    observer: metrics.observer('health'),
  });
  await manager.set('key', 'value');
  await manager.get('key');
  await manager.get('key');
  await manager.get('no such key');
  await health.set('key', 'value');
  await health.get('key');
  for (let scrape = 0; scrape < 2; scrape += 1) {
    expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 2, health: 1 });
    expect(await valuesOf(registry, METRICS.newHits.name)).toEqual({ core: 0, health: 0 });
    expect(await valuesOf(registry, METRICS.misses.name)).toMatchObject({
      'core legacy': 1,
      'core next': 0,
      'core none': 0,
    });
    expect(await valuesOf(registry, METRICS.operations.name)).toMatchObject({
      'core read': 3,
      'core set': 1,
      'health read': 1,
    });
  }
  expect(await registry.metrics()).toMatch(
    /migration_operation_latency_seconds_count{component="core",operation="get"} 3/,
  );
});

it('shows where a migration stands and what its sides are up to', async () => {
  const chaos = new ChaosCache<string>(new ReferenceCache());
  const { registry, manager } = metered({ next: chaos, breaker: { failures: 1 } });
  expect(await valuesOf(registry, METRICS.cold.name)).toEqual({ 'core legacy': 0, 'core next': 1 });
  for (const step of CLIMB) await manager.transition(step);
  expect(await valuesOf(registry, METRICS.cold.name)).toMatchObject({ 'core next': 0 });
  expect(await valuesOf(registry, METRICS.stage.name)).toMatchObject({
    'core off': 0,
    'core live': 1,
  });
  expect(await valuesOf(registry, METRICS.percentage.name)).toEqual({ core: 100 });
  expect(await valuesOf(registry, METRICS.epoch.name)).toEqual({ core: manager.state.epoch });

  chaos.inject({ kind: 'fail' });
  await manager.set('key', 'value').catch(() => undefined);
  await manager.get('key');
  expect(await valuesOf(registry, METRICS.breakerOpen.name)).toMatchObject({ 'core next': 1 });
  expect(await valuesOf(registry, METRICS.dirtyKeys.name)).toMatchObject({
    'core next': manager.status.next.dirtyKeys,
  });
  expect(manager.status.next.dirtyKeys).toBeGreaterThan(0);
  await manager.shutdown();
});

it('shows each side beside the other, of the operations that are timed', async () => {
  const { registry, manager } = metered({ shadow: { rate: 1 } });
  for (const step of CLIMB) {
    await manager.transition(step);
    for (let index = 0; index < 40; index += 1) await manager.set(`key:${index}`, 'value');
    for (let index = 0; index < 40; index += 1) await manager.get(`key:${index}`);
  }
  const text = await registry.metrics();
  for (const side of LABEL_VALUES.side) {
    for (const operation of ['get', 'set']) {
      const series = `migration_side_latency_seconds_count{component="core",side="${side}",operation="${operation}"}`;
      expect(text).toContain(series);
    }
  }
  const compared = await valuesOf(registry, METRICS.comparisons.name);
  expect(compared['core match']).toBeGreaterThan(0);
});

it('shows a service as it shows a cache', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const jobs = { list: async () => ['job'] };
  const migration = new ServiceMigration<typeof jobs>({
    component: 'jobs',
    legacy: jobs,
    next: { list: async () => ['job'] },
    methods: { list: { idempotent: true } },
    observer: metrics.observer('jobs'),
    latencyEvery: 1,
  });
  await migration.service.list();
  expect(await valuesOf(registry, METRICS.stage.name)).toMatchObject({ 'jobs off': 1 });
  expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ jobs: 1 });
  expect(await registry.metrics()).toContain(
    'migration_operation_latency_seconds_count{component="jobs",operation="list"} 1',
  );
});

it('shows what went wrong, by reason and kind, and latencies in seconds', async () => {
  const registry = new Registry();
  const observer = createMigrationMetrics({ registry }).observer('core');
  const counts: MigrationCounts = {
    reads: { legacy: { hits: 1, misses: 0 }, next: { hits: 2, misses: 0 } },
    unanswered: 0,
    sets: 0,
    deletes: 0,
    fallbacks: { miss: 0, error: 3, timeout: 0, shed: 0, open: 0, dirty: 0, cold: 0 },
    calls: { legacy: 0, next: 6 },
    failures: {
      legacy: { error: 0, timeout: 0, shed: 0 },
      next: { error: 0, timeout: 4, shed: 0 },
    },
    backfills: 5,
    repairs: { legacy: 0, next: 6 },
  };
  const state = { stage: 'off', percentage: 0, epoch: 1 };
  observer.started?.({ state, counts: () => counts } as unknown as ObservedMigration);
  observer.latency?.('get', 0.04);
  observer.boundHit?.('next', 'dirty-keys');
  expect(await valuesOf(registry, METRICS.newHits.name)).toEqual({ core: 2 });
  expect(await valuesOf(registry, METRICS.fallbacks.name)).toMatchObject({ 'core error': 3 });
  expect(await valuesOf(registry, METRICS.errors.name)).toMatchObject({ 'core next_timeout': 4 });
  expect(await valuesOf(registry, METRICS.backfills.name)).toEqual({ core: 5 });
  expect(await valuesOf(registry, METRICS.repairs.name)).toMatchObject({ 'core next': 6 });
  expect(await valuesOf(registry, METRICS.boundsHit.name)).toMatchObject({
    'core next dirty-keys': 1,
    'core next leases': 0,
  });
  const text = await registry.metrics();
  const bucket = (le: string): string =>
    `migration_operation_latency_seconds_bucket{le="${le}",component="core",operation="get"}`;
  expect(text).toContain(`${bucket('0.00005')} 1`);
  expect(text).toContain(`${bucket('0.000025')} 0`);
  expect(text).toContain(`${bucket('+Inf')} 1`);
  expect(text).toContain(
    'migration_operation_latency_seconds_sum{component="core",operation="get"} 0.00004',
  );
});

it('is scraped as OpenMetrics too', async () => {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  createMigrationMetrics({ registry }).observer('core');
  const text = await registry.metrics();
  expect(text).toContain('# TYPE migration_legacy_hits counter');
  expect(text).toContain('migration_legacy_hits_total{component="core"} 0');
});

describe('registering', () => {
  it.each([
    ['a registry twice', 'ALREADY_REGISTERED', /without migration_legacy_hits_total/],
    ['a component twice', 'DUPLICATE', /one observer for each component; core has one already/],
    ['a cache twice', 'DUPLICATE', /each cache once; next of core is shown already/],
    ['a fleet twice', 'DUPLICATE', /one fleet for each component; core has one already/],
    ['a component without a name', 'INVALID_NAME', /expected component to be a name; got ""/],
  ])('%s is refused', (what, code, message) => {
    const registry = new Registry();
    const metrics = createMigrationMetrics({ registry });
    const stats = () => new ReferenceCache().statsNow();
    metrics.observer('core');
    metrics.cache({ component: 'core', cache: 'next', stats });
    metrics.fleet('core', () => undefined);
    const again: Record<string, () => unknown> = {
      'a registry twice': () => createMigrationMetrics({ registry }),
      'a component twice': () => metrics.observer('core'),
      'a cache twice': () => metrics.cache({ component: 'core', cache: 'next', stats }),
      'a fleet twice': () => metrics.fleet('core', () => undefined),
      'a component without a name': () => metrics.observer(''),
    };
    expect(again[what]).toThrow(MetricsError);
    expect(again[what]).toThrow(expect.objectContaining({ code }) as Error);
    expect(again[what]).toThrow(message);
  });

  it('leaves a registry as it is where one name is taken', async () => {
    const registry = new Registry();
    createMigrationMetrics({ registry });
    registry.removeSingleMetric(METRICS.legacyHits.name);
    const before = await seriesOf(registry);
    expect(() => createMigrationMetrics({ registry })).toThrow(MetricsError);
    expect(await seriesOf(registry)).toEqual(before);
    expect(registry.getSingleMetric(METRICS.legacyHits.name)).toBeUndefined();
  });
});

it('is scraped after a shutdown, with the last counts', async () => {
  const next = new ImprovedAsyncCache<string>();
  const { registry, metrics, manager } = metered({ legacy: new ImprovedAsyncCache(), next });
  metrics.cache({ component: 'core', cache: 'next', stats: () => next.statsNow() });
  await manager.set('key', 'value');
  await manager.get('key');
  await manager.shutdown();
  expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 1 });
  expect(await valuesOf(registry, METRICS.cacheEntries.name)).toEqual({});
});

it('has no more series while 100 000 keys pass', async () => {
  const { registry, metrics, manager } = metered({ shadow: { rate: 0.01 }, latencyEvery: 16 });
  metrics.cache({ component: 'core', cache: 'next', stats: () => new ReferenceCache().statsNow() });
  const pass = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) {
      const key = `user:${index}`;
      await manager.set(key, key);
      await manager.get(key);
      await manager.get(`${key}:absent`);
      await manager.delete(key);
    }
  };
  for (const [index, step] of CLIMB.entries()) {
    await manager.transition(step);
    await pass(1000 * index, 1000 * (index + 1));
  }
  const before = await seriesOf(registry);
  await pass(4000, 100_000);
  const after = await seriesOf(registry);
  expect(after).toEqual(before);
  expect(after.join('\n')).not.toContain('user:');
});
