/** A figure and what it rests on. */
export interface Measurement {
  /** In the unit of its KPI. */
  readonly value: number;
  readonly samples: number;
}

/** How a figure is judged. */
export interface Kpi {
  readonly title: string;
  readonly unit: 'ms' | '%' | 's' | '';
  /** `below` and `above` are strict; `most` and `least` are not. */
  readonly target: { readonly is: 'below' | 'above' | 'most' | 'least'; readonly value: number };
  /** With fewer it is not measured. */
  readonly minSamples: number;
}

/** The KPIs of the plan, each defined once. */
export const KPIS = {
  /** Mean of the cache operations. */
  latency: {
    title: 'cache latency',
    unit: 'ms',
    target: { is: 'below', value: 10 },
    minSamples: 100,
  },
  /** 95th percentile of HTTP responses, those apart that waited for the language model. */
  p95: { title: 'HTTP P95', unit: 'ms', target: { is: 'below', value: 50 }, minSamples: 200 },
  /** Against a window in `off` under the same load. */
  throughput: {
    title: 'throughput',
    unit: '%',
    target: { is: 'above', value: 95 },
    minSamples: 200,
  },
  /** Heap after a collection in `complete`, over that in `off`. */
  memory: { title: 'memory', unit: '%', target: { is: 'below', value: 15 }, minSamples: 1 },
  /** Failed among all requests. */
  errors: { title: 'error rate', unit: '%', target: { is: 'below', value: 0.1 }, minSamples: 200 },
  /** Passing among all probes. */
  uptime: { title: 'uptime', unit: '%', target: { is: 'above', value: 99.9 }, minSamples: 50 },
  /** The longest time without a passing probe, beyond the time between two of them. */
  downtime: { title: 'downtime', unit: 's', target: { is: 'most', value: 0 }, minSamples: 50 },
  /** Passing among the conformance cases that apply to the new cache. */
  compatibility: {
    title: 'API compatibility',
    unit: '%',
    target: { is: 'least', value: 100 },
    minSamples: 20,
  },
  /** Passing among the health checks. */
  health: { title: 'health', unit: '%', target: { is: 'least', value: 100 }, minSamples: 20 },
  /** Reads that next answered, in the last window. */
  adoption: { title: 'adoption', unit: '%', target: { is: 'least', value: 100 }, minSamples: 100 },
  /** Reads that legacy answered in place of next, in the last window. */
  fallbacks: { title: 'fallbacks', unit: '', target: { is: 'most', value: 0 }, minSamples: 100 },
  /** From the request until every process reads legacy. The plan allows five minutes. */
  rollback: { title: 'rollback', unit: 's', target: { is: 'below', value: 1 }, minSamples: 1 },
} as const satisfies Record<string, Kpi>;

export type KpiName = keyof typeof KPIS;

/** One judged figure. */
export interface KpiResult extends Kpi {
  readonly name: KpiName;
  readonly measured: Measurement | undefined;
  readonly verdict: 'met' | 'missed' | 'not measured';
  /**
   * How much of the room that the target leaves is used up: 1 at the target, 2 at twice of it.
   * For a target of 95 % the room is the 5 % to 100 %. `undefined` where nothing was measured.
   */
  readonly usedRoom: number | undefined;
}

/** Judges every KPI. Too few samples is "not measured", never "met". */
export function evaluateKpis(
  measurements: Readonly<Partial<Record<KpiName, Measurement>>>,
): readonly KpiResult[] {
  return (Object.keys(KPIS) as KpiName[]).map((name) => {
    const kpi: Kpi = KPIS[name];
    const measured = measurements[name];
    if (
      measured === undefined ||
      measured.samples < kpi.minSamples ||
      Number.isNaN(measured.value)
    ) {
      return { ...kpi, name, measured, verdict: 'not measured', usedRoom: undefined };
    }
    const verdict = isMet(kpi.target, measured.value) ? 'met' : 'missed';
    return { ...kpi, name, measured, verdict, usedRoom: usedRoomOf(kpi.target, measured.value) };
  });
}

function isMet({ is, value: target }: Kpi['target'], value: number): boolean {
  switch (is) {
    case 'below':
      return value < target;
    case 'above':
      return value > target;
    case 'most':
      return value <= target;
    case 'least':
      return value >= target;
  }
}

function usedRoomOf({ is, value: target }: Kpi['target'], value: number): number {
  const isCeiling = is === 'below' || is === 'most';
  const [used, room] = isCeiling ? [value, target] : [100 - value, 100 - target];
  if (used <= 0) return 0;
  return room === 0 ? Infinity : used / room;
}
