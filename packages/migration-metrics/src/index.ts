export { LATENCY_BUCKETS, METRICS } from './metric-names.js';
export {
  createMigrationMetrics,
  type MigrationMetrics,
  type MigrationMetricsOptions,
} from './migration-metrics.js';
