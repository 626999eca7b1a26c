import type { MigrationObserver } from '@resync/cache-migration';
import type { Registry } from 'prom-client';
import { registerCacheMetrics } from './cache-metrics.js';
import { ComponentFigures } from './component-figures.js';
import { registerComponentMetrics } from './component-metrics.js';
import { METRICS } from './metric-names.js';
import { MetricsError } from './metrics-error.js';
import type { ObservedCache } from './observed-cache.js';
import { RolloutFigures, type CountedDecision, type FleetFigures } from './rollout-figures.js';
import { registerRolloutMetrics } from './rollout-metrics.js';

/** The metrics of any number of migrations on one registry. */
export interface MigrationMetrics {
  /**
   * The observer of one migration, of a cache or of a service.
   *
   * @param component the value of the `component` label; one observer for each
   * @throws MetricsError `DUPLICATE`, `INVALID_NAME`
   */
  observer(component: string): MigrationObserver;
  /**
   * Shows what a cache counts itself.
   *
   * @throws MetricsError `DUPLICATE`, `INVALID_NAME`
   */
  cache(observed: ObservedCache): void;
  /**
   * Shows the fleet of a component: what is known of it last, which must be there at once; `undefined`
   * shows nothing.
   *
   * @throws MetricsError `DUPLICATE`, `INVALID_NAME`
   */
  fleet(component: string, latest: () => FleetFigures | undefined): void;
  /** Counts what a rollout decided. A component without an observer counts as `other`. */
  recordDecision(decision: CountedDecision): void;
  /** Counts a rollback by its duration in seconds. A component without an observer counts as `other`. */
  recordRollback(component: string, seconds: number): void;
}

/** Where the metrics go. */
export interface MigrationMetricsOptions {
  readonly registry: Registry;
}

/**
 * Registers the metrics. Everything is counted in plain numbers, and migrations, caches and fleets are
 * asked for theirs when somebody scrapes.
 *
 * @throws MetricsError `ALREADY_REGISTERED`, and nothing was registered
 */
export function createMigrationMetrics({ registry }: MigrationMetricsOptions): MigrationMetrics {
  assertFree(registry);
  const components = new Map<string, ComponentFigures>();
  const caches = new Map<string, ObservedCache>();
  const fleets = new Map<string, () => FleetFigures | undefined>();
  const rollout = new RolloutFigures((component) => components.has(component));
  registerComponentMetrics(registry, components);
  registerCacheMetrics(registry, caches);
  registerRolloutMetrics(registry, { rollout, fleets });

  return {
    observer: (component) => {
      assertName('component', component);
      assertNew(components, component, `one observer for each component; ${component} has one`);
      const figures = new ComponentFigures();
      components.set(component, figures);
      rollout.begin(component);
      return figures.observer();
    },
    cache: (observed) => {
      const { component, cache } = observed;
      assertName('component', component);
      assertName('cache', cache);
      const id = JSON.stringify([component, cache]);
      assertNew(caches, id, `each cache once; ${cache} of ${component} is shown`);
      caches.set(id, observed);
    },
    fleet: (component, latest) => {
      assertName('component', component);
      assertNew(fleets, component, `one fleet for each component; ${component} has one`);
      fleets.set(component, latest);
    },
    recordDecision: (decision) => rollout.decided(decision),
    recordRollback: (component, seconds) => rollout.rolledBack(component, seconds),
  };
}

function assertFree(registry: Registry): void {
  for (const { name } of Object.values(METRICS)) {
    if (registry.getSingleMetric(name) === undefined) continue;
    throw new MetricsError(
      'ALREADY_REGISTERED',
      `expected a registry without ${name}; it has one already: ` +
        'create the metrics once for each registry, and take an observer of them for each migration',
    );
  }
}

function assertName(what: string, name: string): void {
  if (typeof name === 'string' && name !== '') return;
  throw new MetricsError(
    'INVALID_NAME',
    `expected ${what} to be a name; got ${JSON.stringify(name)}`,
  );
}

function assertNew(known: ReadonlyMap<string, unknown>, id: string, expected: string): void {
  if (known.has(id)) throw new MetricsError('DUPLICATE', `expected ${expected} already`);
}
