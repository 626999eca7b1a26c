import type { MigrationObserver } from '@resync/cache-migration';
import { Counter, Histogram, type Registry } from 'prom-client';
import { ComponentCounts } from './component-counts.js';
import { LATENCY_BUCKETS, METRICS } from './metric-names.js';

/** The metrics of any number of migrations on one registry. */
export interface MigrationMetrics {
  /**
   * The observer of one migration.
   *
   * @param component the value of the `component` label; one observer for each
   */
  observer(component: string): MigrationObserver;
}

/** Where the metrics go. */
export interface MigrationMetricsOptions {
  readonly registry: Registry;
}

/**
 * Registers the metrics. Managers count in plain numbers, which are put into the Prometheus counters
 * when somebody scrapes.
 *
 * @throws Error where the registry has metrics of these names already
 */
export function createMigrationMetrics({ registry }: MigrationMetricsOptions): MigrationMetrics {
  const components = new Map<string, ComponentCounts>();
  const registers = [registry];

  const counted = (
    metric: (typeof METRICS)['legacyHits' | 'newHits' | 'fallbacks' | 'errors'],
    read: (counts: ComponentCounts) => readonly (readonly [Record<string, string>, number])[],
  ): Counter => {
    const counter: Counter = new Counter({
      name: metric.name,
      help: metric.help,
      labelNames: [...metric.labels],
      registers,
      collect: () => {
        counter.reset();
        for (const [component, counts] of components) {
          for (const [labels, value] of read(counts)) counter.inc({ component, ...labels }, value);
        }
      },
    });
    return counter;
  };

  counted(METRICS.legacyHits, ({ hits }) => [[{}, hits.legacy]]);
  counted(METRICS.newHits, ({ hits }) => [[{}, hits.next]]);
  counted(METRICS.fallbacks, ({ fallbacks }) =>
    Object.entries(fallbacks).map(([reason, value]) => [{ reason }, value] as const),
  );
  counted(METRICS.errors, ({ errors }) =>
    Object.entries(errors).map(([type, value]) => [{ error_type: type }, value] as const),
  );
  const latency = new Histogram({
    name: METRICS.latency.name,
    help: METRICS.latency.help,
    labelNames: [...METRICS.latency.labels],
    buckets: LATENCY_BUCKETS,
    registers,
  });

  return {
    observer: (component) => {
      if (components.has(component)) {
        throw new Error(`expected one observer for each component; ${component} has one already`);
      }
      const counts = new ComponentCounts((operation, seconds) =>
        latency.observe({ component, operation }, seconds),
      );
      components.set(component, counts);
      return counts;
    },
  };
}
