import type { Metric } from '../server/live/page-messages.js';

/** A line of a chart. Legacy is dashed, next is solid, wherever they are drawn. */
export interface ChartLine {
  readonly metric: Metric;
  readonly label: string;
  readonly tone: 'legacy' | 'next' | 'quiet' | 'danger';
}

/** One chart. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** The axis reaches at least so far. */
  readonly atLeast: number;
  /** The axis reaches no farther. */
  readonly atMost?: number;
  readonly lines: readonly ChartLine[];
}

const sides = (legacy: Metric, next: Metric): readonly ChartLine[] => [
  { metric: legacy, label: 'legacy', tone: 'legacy' },
  { metric: next, label: 'next', tone: 'next' },
];

export const CHARTS: readonly Chart[] = [
  { title: 'Reads', unit: '/s', atLeast: 10, lines: sides('legacyReads', 'nextReads') },
  {
    title: 'Hit ratio',
    unit: '%',
    atLeast: 100,
    atMost: 100,
    lines: sides('legacyHitRatio', 'nextHitRatio'),
  },
  { title: 'Latency, p95', unit: 'ms', atLeast: 0.2, lines: sides('legacyP95', 'nextP95') },
  {
    title: 'Fallbacks to legacy',
    unit: '/s',
    atLeast: 4,
    lines: [
      { metric: 'missedFallbacks', label: 'missed', tone: 'quiet' },
      { metric: 'failedFallbacks', label: 'failed', tone: 'danger' },
    ],
  },
  { title: 'Errors', unit: '/s', atLeast: 4, lines: sides('legacyErrors', 'nextErrors') },
  { title: 'Dirty keys', unit: '', atLeast: 4, lines: sides('legacyDirtyKeys', 'nextDirtyKeys') },
];
