import type { LastWindow } from './latency-tests.js';

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
  /** Of a latency: the same in the last window that had pairs, which may show what all of them do not show yet. */
  readonly lastWindow?: LastWindow;
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
  // The evidence is of a part of what was seen: pair by pair, or of what has begun lately.
  const isHidden = isHarmful(finding) && estimate <= limit.rollback;
  const most = percent(limit.rollback);
  if (metric.startsWith('latency') && legacy !== undefined) {
    const figures = `${ms(next)} against ${ms(legacy)}, ${samples} pairs, limits ${percent(limit.hold)} and ${most}`;
    if (!isHidden) return `${metric}: next is ${compared(estimate)} (${figures})`;
    const lately = describeLately(finding);
    return `${metric}: next is ${lately ?? `shown to be more than ${most} slower on the same keys`} (all the latest reads: ${figures})`;
  }
  if (metric === 'hit rate' && legacy !== undefined) {
    const rates = `${percent(next)} against ${percent(legacy)} on the same keys`;
    return isHidden
      ? `${metric}: shown to be more than ${most} less lately (since the step began: ${rates}, ${samples} pairs)`
      : `${metric}: ${rates} (${samples} pairs, limits ${percent(limit.hold)} and ${most} less)`;
  }
  return isHidden
    ? `${metric}: shown to be above ${most} lately (since the step began: ${percent(next)} of ${samples})`
    : `${metric}: ${percent(next)} of ${samples} (limit ${most})`;
}

/** What the last window shows, where it does. */
function describeLately({ lastWindow, limit }: Finding): string | undefined {
  if (lastWindow === undefined) return undefined;
  const { pairs, legacy, next } = lastWindow;
  const slower = next / legacy - 1;
  if (!(slower > limit.rollback)) return undefined;
  return `${compared(slower)} lately: ${ms(next)} against ${ms(legacy)} on the same keys in the last ${pairs} pairs`;
}

/** By how much next is slower, as a share of legacy's latency; below 0: faster. */
function compared(slower: number): string {
  if (slower >= 1) return `${Number((1 + slower).toPrecision(3))} times as slow`;
  return `${percent(Math.abs(slower))} ${slower < 0 ? 'faster' : 'slower'}`;
}

function percent(share: number): string {
  const value = 100 * share;
  return `${share !== 0 && Math.abs(share) < 0.01 ? value.toPrecision(3) : value.toFixed(1)} %`;
}

function ms(value: number): string {
  return `${value.toPrecision(3)} ms`;
}
