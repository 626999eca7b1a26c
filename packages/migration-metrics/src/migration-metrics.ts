import type {
  FailureKind,
  FallbackReason,
  MigrationCounts,
  MigrationObserver,
  SideName,
} from '@resync/cache-migration';
import { Counter, Histogram, type Registry } from 'prom-client';
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

/** The value of one series, by its labels beside the component. */
type Series = readonly (readonly [Record<string, string>, number])[];

// Every series is there from the start, and does not appear with its first event.
const NOTHING: Pick<MigrationCounts, 'reads' | 'fallbacks' | 'failures'> = {
  reads: { legacy: { hits: 0, misses: 0 }, next: { hits: 0, misses: 0 } },
  fallbacks: { miss: 0, error: 0, timeout: 0, shed: 0, open: 0, dirty: 0, cold: 0 },
  failures: {
    legacy: { error: 0, timeout: 0, shed: 0 },
    next: { error: 0, timeout: 0, shed: 0 },
  },
};

/**
 * Registers the metrics. Migrations count in plain numbers, and are asked for them when somebody
 * scrapes; only the sampled latencies come one by one.
 *
 * @throws Error where the registry has metrics of these names already
 */
export function createMigrationMetrics({ registry }: MigrationMetricsOptions): MigrationMetrics {
  const components = new Map<string, () => typeof NOTHING>();
  const registers = [registry];

  const counted = (
    metric: (typeof METRICS)['legacyHits' | 'newHits' | 'fallbacks' | 'errors'],
    read: (counts: typeof NOTHING) => Series,
  ): Counter => {
    const counter: Counter = new Counter({
      name: metric.name,
      help: metric.help,
      labelNames: [...metric.labels],
      registers,
      collect: () => {
        counter.reset();
        for (const [component, counts] of components) {
          for (const [labels, value] of read(counts()))
            counter.inc({ component, ...labels }, value);
        }
      },
    });
    return counter;
  };

  counted(METRICS.legacyHits, ({ reads }) => [[{}, reads.legacy.hits]]);
  counted(METRICS.newHits, ({ reads }) => [[{}, reads.next.hits]]);
  counted(METRICS.fallbacks, ({ fallbacks }) => fallbackSeries(fallbacks));
  counted(METRICS.errors, ({ failures }) => [
    ...errorSeries('legacy', failures.legacy),
    ...errorSeries('next', failures.next),
  ]);
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
      components.set(component, () => NOTHING);
      return {
        started: (migration) => components.set(component, () => migration.counts()),
        latency: (operation, ms) => latency.observe({ component, operation }, ms / 1000),
      };
    },
  };
}

function fallbackSeries(fallbacks: Readonly<Record<FallbackReason, number>>): Series {
  return Object.entries(fallbacks).map(([reason, value]) => [{ reason }, value]);
}

function errorSeries(side: SideName, failures: Readonly<Record<FailureKind, number>>): Series {
  return Object.entries(failures).map(([kind, value]) => [
    { error_type: `${side}_${kind}` },
    value,
  ]);
}
