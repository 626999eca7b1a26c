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
    'core dirty': 0,
    'core cold': 0,
  });
});

it('counts by component, and does not count twice when scraped twice', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const core = metrics.observer('core');
  const health = metrics.observer('health');
  core.hit?.('legacy');
  core.hit?.('legacy');
  health.hit?.('next');
  core.fallback?.('error');
  core.failure?.('next', 'timeout', new Error('slow'));
  core.latency?.('get', 0.04);
  for (let scrape = 0; scrape < 2; scrape += 1) {
    expect(await valuesOf(registry, METRICS.legacyHits.name)).toEqual({ core: 2, health: 0 });
    expect(await valuesOf(registry, METRICS.newHits.name)).toEqual({ core: 0, health: 1 });
    expect(await valuesOf(registry, METRICS.fallbacks.name)).toMatchObject({ 'core error': 1 });
    expect(await valuesOf(registry, METRICS.errors.name)).toMatchObject({ 'core next_timeout': 1 });
  }
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
