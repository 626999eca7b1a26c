export {
  LABEL_VALUES,
  LATENCY_BUCKETS,
  METRICS,
  SERVICE_METRICS,
  type MetricDefinition,
} from './metric-names.js';
export { MetricsError, type MetricsErrorCode } from './metrics-error.js';
export {
  createMigrationMetrics,
  type MigrationMetrics,
  type MigrationMetricsOptions,
} from './migration-metrics.js';
export {
  countRemovals,
  type CacheFigures,
  type LoadFigures,
  type ObservedCache,
  type RemovalCounter,
  type RemovalReason,
} from './observed-cache.js';
export type { CountedDecision, FleetFigures } from './rollout-figures.js';
