import type { Metric } from '../judge/finding.js';

/** What has to be shown before a step ends. */
export const GATES = [
  'latency',
  'errors',
  'fallbacks',
  'hit rate',
  'mismatches',
  'health',
  'memory',
] as const;

export type Gate = (typeof GATES)[number];

/** The metrics behind a gate; health and memory are not statistics. */
export const GATE_METRICS = {
  latency: ['latency p50', 'latency p95'],
  errors: ['errors'],
  fallbacks: ['fallbacks'],
  'hit rate': ['hit rate'],
  mismatches: ['mismatches'],
  health: [],
  memory: [],
} as const satisfies Record<Gate, readonly Metric[]>;
