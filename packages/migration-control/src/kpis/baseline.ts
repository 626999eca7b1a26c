import { ControlError } from '../control-error.js';
import { evaluateKpis, type KpiName, type KpiResult, type Measurement } from './kpi.js';

/** Figures of a service over a window, under a load that can be had again. Plain data. */
export interface Figures {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Seconds. */
  readonly seconds: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** Milliseconds. */
  readonly p95: number;
  /** Cache operations whose time was taken, and their mean in milliseconds. */
  readonly operations: number;
  readonly meanLatency: number;
  /** Bytes of heap after a collection. */
  readonly heapBytes: number;
  /** 0 to 1. */
  readonly hitRate: number;
}

/** Figures in `off`, which later ones are compared with. */
export interface Baseline {
  readonly version: 1;
  readonly component: string;
  readonly figures: Figures;
}

/** A figure beside that of the baseline. */
export interface BaselineRow {
  readonly name:
    | keyof Omit<Figures, 'at' | 'seconds' | 'requests' | 'failedRequests' | 'operations'>
    | 'throughput'
    | 'errorRate';
  readonly baseline: number;
  readonly now: number;
  /** Percent; undefined where the baseline is 0. */
  readonly change: number | undefined;
}

/** What a comparison came to. */
export interface BaselineComparison {
  readonly rows: readonly BaselineRow[];
  readonly kpis: readonly KpiResult[];
}

const NUMBERS = [
  'at',
  'seconds',
  'requests',
  'failedRequests',
  'p95',
  'operations',
  'meanLatency',
  'heapBytes',
  'hitRate',
] as const satisfies readonly (keyof Figures)[];

/**
 * Reads a baseline that was written as JSON.
 *
 * @throws ControlError `INVALID_RECORD`
 */
export function readBaseline(text: string): Baseline {
  let given: Partial<Baseline> | null;
  try {
    given = JSON.parse(text) as Partial<Baseline> | null;
  } catch (error) {
    throw new ControlError('INVALID_RECORD', 'expected a baseline as JSON; got something else', {
      cause: error,
    });
  }
  const missing = NUMBERS.filter((name) => !Number.isFinite(given?.figures?.[name]));
  if (given?.version !== 1 || typeof given.component !== 'string' || missing.length > 0) {
    throw new ControlError(
      'INVALID_RECORD',
      `expected a baseline of version 1 with numbers as ${NUMBERS.join(', ')}; got none for ${missing.join(', ') || 'the version or the component'}`,
    );
  }
  return given as Baseline;
}

/**
 * Compares figures with those of a baseline, and judges the KPIs that follow from the two.
 *
 * @param further what was measured of the other KPIs
 */
export function compareWithBaseline(
  { figures: before }: Baseline,
  now: Figures,
  further: Readonly<Partial<Record<KpiName, Measurement>>> = {},
): BaselineComparison {
  const row = (name: BaselineRow['name'], read: (figures: Figures) => number): BaselineRow => {
    const [baseline, current] = [read(before), read(now)];
    const change = baseline === 0 ? undefined : 100 * (current / baseline - 1);
    return { name, baseline, now: current, change };
  };
  const rows = [
    row('throughput', throughputOf),
    row('p95', ({ p95 }) => p95),
    row('meanLatency', ({ meanLatency }) => meanLatency),
    row('heapBytes', ({ heapBytes }) => heapBytes),
    row('hitRate', ({ hitRate }) => hitRate),
    row('errorRate', errorRateOf),
  ];
  const samples = Math.min(before.requests, now.requests);
  const kpis = evaluateKpis({
    ...measurementsOf(now),
    throughput: { value: 100 * ratio(throughputOf(now), throughputOf(before)), samples },
    memory: { value: 100 * (ratio(now.heapBytes, before.heapBytes) - 1), samples: 1 },
    ...further,
  });
  return { rows, kpis };
}

/** The KPIs that figures hold by themselves, without others to compare them with. */
export function measurementsOf(now: Figures): Readonly<Partial<Record<KpiName, Measurement>>> {
  return {
    latency: { value: now.meanLatency, samples: now.operations },
    p95: { value: now.p95, samples: now.requests },
    errors: { value: 100 * errorRateOf(now), samples: now.requests },
  };
}

/** Not a number where the baseline is 0: there is no figure then, as where every request has failed. */
function ratio(now: number, baseline: number): number {
  return baseline === 0 ? NaN : now / baseline;
}

function throughputOf({ requests, failedRequests, seconds }: Figures): number {
  return seconds === 0 ? NaN : (requests - failedRequests) / seconds;
}

function errorRateOf({ requests, failedRequests }: Figures): number {
  return requests === 0 ? NaN : failedRequests / requests;
}
