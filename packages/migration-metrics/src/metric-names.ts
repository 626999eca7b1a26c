/** Every metric of the package, by its name on Prometheus. */
export const METRICS = {
  legacyHits: {
    name: 'migration_legacy_hits_total',
    help: 'Reads that the legacy cache answered with a value',
    labels: ['component'],
  },
  newHits: {
    name: 'migration_new_hits_total',
    help: 'Reads that the new cache answered with a value',
    labels: ['component'],
  },
  fallbacks: {
    name: 'migration_fallbacks_total',
    help: 'Reads that the legacy cache answered in place of the new one, by reason',
    labels: ['component', 'reason'],
  },
  errors: {
    name: 'migration_errors_total',
    help: 'Calls to a cache that went wrong, whether a caller noticed or not, by side and kind',
    labels: ['component', 'error_type'],
  },
  latency: {
    name: 'migration_operation_latency_seconds',
    help: 'Time of sampled cache operations as their callers see it',
    labels: ['component', 'operation'],
  },
} as const;

/** Seconds; from what a cache in memory takes to what a slow one behind a network takes. */
export const LATENCY_BUCKETS = [
  5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25,
  0.5, 1,
];
