import { ChaosCache, ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager, type ObservedMigration } from '@resync/cache-migration';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMigrationMetrics, METRICS } from '../src/index.js';

async function valuesOf(registry: Registry, name: string): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric(name)?.get();
  return Object.fromEntries(
    (metric?.values ?? []).map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

it('has the five metrics of the plan, by their names and labels', async () => {
  const registry = new Registry();
  createMigrationMetrics({ registry });
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.map(({ name }) => name).sort()).toEqual([
    'migration_errors_total',
    'migration_fallbacks_total',
    'migration_legacy_hits_total',
    'migration_new_hits_total',
    'migration_operation_latency_seconds',
  ]);
});

it('shows a component from the start, with every series at zero', async () => {
  const registry = new Registry();
  createMigrationMetrics({ registry }).observer('core');
  expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 0 });
  expect(await valuesOf(registry, METRICS.fallbacks.name)).toEqual({
    'core miss': 0,
    'core error': 0,
    'core timeout': 0,
    'core shed': 0,
    'core open': 0,
    'core dirty': 0,
    'core cold': 0,
  });
});

it('asks each component when it is scraped, and does not count twice when scraped twice', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const migrate = async (component: string): Promise<CacheMigrationManager<string>> => {
    const manager = new CacheMigrationManager<string>({
      component,
      legacy: new ReferenceCache(),
      next: new ChaosCache(new ReferenceCache()),
      observer: metrics.observer(component),
      latencyEvery: 1,
    });
    await manager.set('key', 'value');
    await manager.get('key');
    return manager;
  };
  const core = await migrate('core');
  await migrate('health');
  await core.get('key');
  for (let scrape = 0; scrape < 2; scrape += 1) {
    expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 2, health: 1 });
    expect(await valuesOf(registry, METRICS.newHits.name)).toEqual({ core: 0, health: 0 });
  }
  expect(await registry.metrics()).toMatch(
    /migration_operation_latency_seconds_count{component="core",operation="get"} 2/,
  );
});

it('shows what went wrong, by reason and kind, and latencies in seconds', async () => {
  const registry = new Registry();
  const observer = createMigrationMetrics({ registry }).observer('core');
  const counts = {
    reads: { legacy: { hits: 1, misses: 0 }, next: { hits: 2, misses: 0 } },
    fallbacks: { miss: 0, error: 3, timeout: 0, shed: 0, open: 0, dirty: 0, cold: 0 },
    failures: {
      legacy: { error: 0, timeout: 0, shed: 0 },
      next: { error: 0, timeout: 4, shed: 0 },
    },
  };
  observer.started?.({ counts: () => counts } as unknown as ObservedMigration);
  observer.latency?.('get', 0.04);
  expect(await valuesOf(registry, METRICS.newHits.name)).toEqual({ core: 2 });
  expect(await valuesOf(registry, METRICS.fallbacks.name)).toMatchObject({ 'core error': 3 });
  expect(await valuesOf(registry, METRICS.errors.name)).toMatchObject({ 'core next_timeout': 4 });
  const text = await registry.metrics();
  expect(text).toContain(
    'migration_operation_latency_seconds_bucket{le="0.00005",component="core",operation="get"} 1',
  );
  expect(text).toContain(
    'migration_operation_latency_seconds_bucket{le="0.000025",component="core",operation="get"} 0',
  );
});

it('refuses a component twice, and a registry twice', () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  metrics.observer('core');
  expect(() => metrics.observer('core')).toThrow(/one observer for each component/);
  expect(() => createMigrationMetrics({ registry })).toThrow(/already been registered/);
});
