/** What a rollout is judged by. */
export const METRICS = [
  'latency p50',
  'latency p95',
  'latency p99',
  'errors',
  'fallbacks',
  'hit rate',
  'mismatches',
] as const;

export type Metric = (typeof METRICS)[number];

/** What is known of one metric, with the numbers that a decision rests on. */
export interface Finding {
  readonly metric: Metric;
  /** Pairs, calls or comparisons since the step began. */
  readonly samples: number;
  /** Milliseconds for a latency, else a share; undefined where there is none, as of legacy's errors. */
  readonly legacy: number | undefined;
  readonly next: number | undefined;
  /** By how much next is worse, or its share of what goes wrong, as estimated; for the reader, not decided on. */
  readonly estimate: number | undefined;
  readonly limit: { readonly hold: number; readonly rollback: number };
  /** The power of ten of the evidence that the rollback limit is passed, and what is asked for. */
  readonly against: { readonly evidence: number; readonly needed: number };
  /** The power of ten of the evidence that next is better than the hold limit, and what is asked for. */
  readonly inFavour: { readonly evidence: number; readonly needed: number };
}

export function isHarmful({ against }: Finding): boolean {
  return against.evidence >= against.needed;
}

export function isProven({ inFavour }: Finding): boolean {
  return inFavour.evidence >= inFavour.needed;
}

/** A finding in words, with its numbers. */
export function describeFinding(finding: Finding): string {
  const { metric, samples, legacy, next, estimate, limit } = finding;
  if (samples === 0 || estimate === undefined || next === undefined) return `${metric}: no samples`;
  if (metric.startsWith('latency') && legacy !== undefined) {
    const figures = `${ms(next)} against ${ms(legacy)}, ${samples} pairs, limits ${percent(limit.hold)} and ${percent(limit.rollback)}`;
    // Pair by pair it is seen sooner than in a quantile of all the latest ones.
    if (isHarmful(finding) && estimate <= limit.rollback) {
      return `${metric}: next is shown to be more than ${percent(limit.rollback)} slower on the same keys (all the latest reads: ${figures})`;
    }
    const worse = `${percent(Math.abs(estimate))} ${estimate < 0 ? 'faster' : 'slower'}`;
    return `${metric}: next is ${worse} (${figures})`;
  }
  if (metric === 'hit rate' && legacy !== undefined) {
    return `${metric}: ${percent(next)} against ${percent(legacy)} on the same keys (${samples} pairs, limits ${percent(limit.hold)} and ${percent(limit.rollback)} less)`;
  }
  return `${metric}: ${percent(next)} of ${samples} (limit ${percent(limit.rollback)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share !== 0 && Math.abs(share) < 0.01 ? 3 : 1)} %`;
}

function ms(value: number): string {
  return `${value.toPrecision(3)} ms`;
}
