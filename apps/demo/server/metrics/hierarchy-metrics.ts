import { SERVICE_METRICS, type MetricDefinition } from '@resync/migration-metrics';
import { Counter, Histogram, type Registry } from 'prom-client';
import type {
  CacheHierarchy,
  CacheHierarchyParts,
  HierarchyCounts,
} from '../../consumers/cache-hierarchy.js';

/** What a hierarchy is measured with: first its times, and once it is there, its counts. */
export interface HierarchyMetrics {
  readonly onLatency: NonNullable<CacheHierarchyParts['onLatency']>;
  show(hierarchy: Pick<CacheHierarchy, 'counts'>): void;
}

export function hierarchyMetrics(registry: Registry): HierarchyMetrics {
  const { hierarchyHits, hierarchyMisses, hierarchyLatency } = SERVICE_METRICS;
  const { name, help, labels, buckets } = hierarchyLatency;
  const latency = new Histogram({
    name,
    help,
    labelNames: labels,
    buckets: [...buckets],
    registers: [registry],
  });
  return {
    onLatency: (level, ms) => latency.observe({ cache_level: level }, ms / 1000),
    show: (hierarchy) => {
      const counter = (
        definition: MetricDefinition,
        [l1, l2]: readonly [keyof HierarchyCounts, keyof HierarchyCounts],
      ): void => {
        const metric: Counter = new Counter({
          name: definition.name,
          help: definition.help,
          labelNames: [...definition.labels],
          registers: [registry],
          collect: () => {
            metric.reset();
            metric.inc({ cache_level: 'l1' }, hierarchy.counts[l1]);
            metric.inc({ cache_level: 'l2' }, hierarchy.counts[l2]);
          },
        });
      };
      counter(hierarchyHits, ['l1Hits', 'l2Hits']);
      counter(hierarchyMisses, ['l1Misses', 'l2Misses']);
    },
  };
}
