import { hasStatsNow, systemClock } from '@resync/cache-contract';
import type { ImprovedAsyncCache } from '@resync/cache-improved';
import { countRemovals, type MigrationMetrics } from '@resync/migration-metrics';
import { createImprovedCache, type RouterFactory } from '../component-migration.js';
import type { MovedService } from '../service-component.js';

/** The new cache of a component, shown with what it counts itself. */
export function shownNext<V>(
  metrics: MigrationMetrics,
  component: string,
  { defaultTtl, given }: { readonly defaultTtl: number; readonly given?: ImprovedAsyncCache<V> },
): ImprovedAsyncCache<V> {
  const { onRemoval, removals } = countRemovals();
  const next = given ?? createImprovedCache<V>(defaultTtl, { onRemoval });
  metrics.cache({
    component,
    cache: 'next',
    stats: () => next.statsNow(),
    loads: () => next.getLoadStats(),
    ...(given === undefined && { removals }),
  });
  return next;
}

/** Routers whose old caches are shown, and whose rollbacks are timed. */
export function shownRouters(
  metrics: MigrationMetrics,
  createRouter: RouterFactory,
): RouterFactory {
  return (options) => {
    const { component, legacy } = options;
    if (hasStatsNow(legacy)) {
      metrics.cache({ component, cache: 'legacy', stats: () => legacy.statsNow() });
    }
    const router = createRouter(options);
    showMoves(metrics, component, router);
    return router;
  };
}

/** Times the rollbacks of what migrates, and shows the one process that it migrates in as its fleet. */
export function showMoves(
  metrics: MigrationMetrics,
  component: string,
  moved: { readonly state: { readonly epoch: number }; rollback: MovedService['rollback'] },
): void {
  const rollback = moved.rollback.bind(moved);
  moved.rollback = async (...request) => {
    const begun = systemClock.monotonic();
    await rollback(...request);
    metrics.recordRollback(component, (systemClock.monotonic() - begun) / 1000);
  };
  metrics.fleet(component, () => ({
    state: moved.state,
    members: [{ acknowledged: moved.state }],
  }));
}
