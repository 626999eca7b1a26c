import { STAGES } from '@resync/cache-migration';

/** A metric as it stands on Prometheus. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** The upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

/** The values of every label whose values are known beforehand. The others are names of components, operations, caches, models and routes. */
export const LABEL_VALUES = {
  side: ['legacy', 'next'],
  stage: STAGES,
  fallbackReason: ['miss', 'error', 'timeout', 'shed', 'open', 'dirty', 'cold'],
  failure: ['error', 'timeout', 'shed'],
  comparison: ['match', 'value', 'absent', 'expiry', 'error', 'ignored', 'inconclusive'],
  bound: ['dirty-keys', 'unsettled', 'background', 'comparisons', 'leases'],
  decision: [
    'promote',
    'hold',
    'rollback',
    'relieve',
    'arrived',
    'lowered',
    'taken back',
    'adopted',
    'pause',
    'resume',
    'approve',
    'placed',
    'removable',
    'other',
  ],
  removalReason: ['evict', 'expire', 'delete', 'set', 'clear'],
  load: ['success', 'failure'],
} as const;

/** Seconds; from what a cache in memory takes to what a slow one behind a network takes. */
export const LATENCY_BUCKETS = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 0.1, 1,
];

/** Seconds; the target of a rollback is under one second, the bar five minutes. */
const ROLLBACK_BUCKETS = [1e-3, 1e-2, 0.1, 1, 10, 60, 300];

/** Seconds; close together, because percentiles of it are compared with earlier ones. */
const REQUEST_BUCKETS = [
  1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5,
  0.75, 1, 2, 5, 10,
];

/** Seconds. */
const MODEL_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20, 30];

/** Every metric of the package, by its name on Prometheus. */
export const METRICS = {
  legacyHits: counter(
    'migration_legacy_hits_total',
    'Reads that the legacy cache answered with a value',
    ['component'],
  ),
  newHits: counter('migration_new_hits_total', 'Reads that the new cache answered with a value', [
    'component',
  ]),
  fallbacks: counter(
    'migration_fallbacks_total',
    'Reads that the legacy cache answered in place of the new one, by reason',
    ['component', 'reason'],
  ),
  errors: counter(
    'migration_errors_total',
    'Calls to a cache that went wrong, whether a caller noticed or not, by side and kind',
    ['component', 'error_type'],
  ),
  latency: histogram(
    'migration_operation_latency_seconds',
    'Time of sampled cache operations as their callers see it',
    { labels: ['component', 'operation'], buckets: LATENCY_BUCKETS },
  ),
  misses: counter(
    'migration_misses_total',
    'Reads that were answered with a miss, by the side that answered; none: neither side might',
    ['component', 'side'],
  ),
  operations: counter('migration_operations_total', 'Reads, sets, and deletes of what was there', [
    'component',
    'operation',
  ]),
  sideLatency: histogram(
    'migration_side_latency_seconds',
    'Time of calls to one side, of sampled operations',
    { labels: ['component', 'side', 'operation'], buckets: LATENCY_BUCKETS },
  ),
  comparisons: counter(
    'migration_comparisons_total',
    'Reads whose two answers were compared in the background, by what that came to',
    ['component', 'verdict'],
  ),
  backfills: counter(
    'migration_backfills_total',
    'Values of the legacy cache that were put into the new one',
    ['component'],
  ),
  repairs: counter(
    'migration_repairs_total',
    'Dirty keys that were deleted on their side, which may answer for them again',
    ['component', 'side'],
  ),
  boundsHit: counter(
    'migration_bounds_hit_total',
    'Times that a bound of the migration was reached',
    ['component', 'side', 'bound'],
  ),
  dirtyKeys: gauge('migration_dirty_keys', 'Keys that a side must not answer for', [
    'component',
    'side',
  ]),
  cold: gauge('migration_side_cold', '1 while a side is distrusted as a whole', [
    'component',
    'side',
  ]),
  breakerOpen: gauge('migration_breaker_open', '1 while a side is not called', [
    'component',
    'side',
  ]),
  stage: gauge('migration_stage', '1 for the stage that holds, 0 for the others', [
    'component',
    'stage',
  ]),
  percentage: gauge(
    'migration_percentage',
    'Share of keys that the new cache answers for, from 0 to 100',
    ['component'],
  ),
  epoch: gauge('migration_epoch', 'Number of the state; every change makes it larger', [
    'component',
  ]),
  fleetEpoch: gauge('migration_fleet_epoch', 'Number of the state of the fleet', ['component']),
  fleetMembers: gauge('migration_fleet_members', 'Processes of the fleet', ['component']),
  fleetAcknowledged: gauge(
    'migration_fleet_members_acknowledged',
    'Processes of the fleet that have acknowledged its state',
    ['component'],
  ),
  decisions: counter(
    'migration_decisions_total',
    'What the rollout decided, or somebody asked of it; the component all: the whole rollout',
    ['component', 'verdict'],
  ),
  rollbacks: histogram(
    'migration_rollback_duration_seconds',
    'Time from asking for a rollback until it holds',
    { labels: ['component'], buckets: ROLLBACK_BUCKETS },
  ),
  cacheEntries: gauge('cache_entries', 'Entries that a cache holds', ['component', 'cache']),
  cacheBytes: gauge('cache_bytes', 'What the entries of a cache weigh, where it weighs them', [
    'component',
    'cache',
  ]),
  cacheHits: counter('cache_hits_total', 'Reads of a cache that found a value', [
    'component',
    'cache',
  ]),
  cacheMisses: counter('cache_misses_total', 'Reads of a cache that found none', [
    'component',
    'cache',
  ]),
  cacheSets: counter('cache_sets_total', 'Values that were stored in a cache', [
    'component',
    'cache',
  ]),
  cacheRemovals: counter(
    'cache_removals_total',
    'Entries that are gone, by reason; set: replaced, evict: to make room, expire: their time was over',
    ['component', 'cache', 'reason'],
  ),
  cacheLoads: counter('cache_loads_total', 'Values that a cache loaded itself', [
    'component',
    'cache',
    'outcome',
  ]),
} as const;

/**
 * What dashboards and alert rules expect of the service itself, under names that are in use. The
 * service registers them: it alone knows its requests.
 */
export const SERVICE_METRICS = {
  requests: histogram(
    'http_request_duration_seconds',
    'Time of HTTP requests; the route is the pattern, never the path',
    { labels: ['method', 'route', 'status'], buckets: REQUEST_BUCKETS },
  ),
  modelRequests: counter('llm_requests_total', 'Requests to the language model', [
    'model',
    'outcome',
  ]),
  modelTokens: counter('llm_tokens_total', 'Tokens of the language model, of prompts and answers', [
    'model',
    'kind',
  ]),
  modelCost: counter('llm_cost_dollars_total', 'What the language model has cost', ['model']),
  modelDuration: histogram(
    'llm_request_duration_seconds',
    'Time of requests to the language model',
    { labels: ['model'], buckets: MODEL_BUCKETS },
  ),
  hierarchyHits: counter('cache_hierarchy_hits_total', 'Reads that a level answered with a value', [
    'cache_level',
  ]),
  hierarchyMisses: counter('cache_hierarchy_misses_total', 'Reads that a level could not answer', [
    'cache_level',
  ]),
  hierarchyLatency: histogram(
    'cache_hierarchy_latency_seconds',
    'Time that reads of a level took',
    { labels: ['cache_level'], buckets: LATENCY_BUCKETS },
  ),
  cpu: counter('process_cpu_seconds_total', 'Processor time of the process', []),
  residentMemory: gauge('process_resident_memory_bytes', 'Memory of the process', []),
  startTime: gauge('process_start_time_seconds', 'When the process began, since the epoch', []),
  heapUsed: gauge('nodejs_heap_size_used_bytes', 'Heap in use', []),
  heapTotal: gauge('nodejs_heap_size_total_bytes', 'Heap that was taken from the system', []),
  heapLimit: gauge('nodejs_heap_size_limit_bytes', 'What the heap may grow to', []),
  externalMemory: gauge('nodejs_external_memory_bytes', 'Memory outside the heap, of buffers', []),
  eventLoopBusy: counter(
    'nodejs_eventloop_active_seconds_total',
    'Time in which the event loop had something to do',
    [],
  ),
} as const;

function counter<const Labels extends readonly string[]>(
  name: string,
  help: string,
  labels: Labels,
) {
  return { kind: 'counter', name, help, labels } as const;
}

function gauge<const Labels extends readonly string[]>(name: string, help: string, labels: Labels) {
  return { kind: 'gauge', name, help, labels } as const;
}

function histogram<const Labels extends readonly string[]>(
  name: string,
  help: string,
  { labels, buckets }: { readonly labels: Labels; readonly buckets: readonly number[] },
) {
  return { kind: 'histogram', name, help, labels, buckets } as const;
}
