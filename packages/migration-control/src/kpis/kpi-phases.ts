import type { KpiName } from './kpi.js';

const SERVED = ['latency', 'p95', 'throughput', 'errors', 'uptime', 'downtime', 'health'] as const;

/**
 * What has to be met before a phase of the plan is left. `prepare`: nothing has moved. `shadow`: both are
 * written. `rollout`: next answers for a share of the keys. `watch`: for all of them. `finish`: alone.
 */
export const KPI_PHASES = {
  prepare: ['latency', 'p95', 'errors', 'compatibility', 'health'],
  shadow: SERVED,
  rollout: [...SERVED, 'rollback'],
  watch: [...SERVED, 'rollback', 'adoption', 'fallbacks'],
  finish: [...SERVED, 'rollback', 'adoption', 'fallbacks', 'memory', 'compatibility'],
} as const satisfies Record<string, readonly KpiName[]>;

export type KpiPhase = keyof typeof KPI_PHASES;
