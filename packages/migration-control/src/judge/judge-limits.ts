/** From where on a difference stops the rollout, and from where on it ends it. Shares: 0.05 is 5 %. */
export interface Limit {
  readonly hold: number;
  readonly rollback: number;
}

/** What next may be worse by. */
export interface JudgeLimits {
  /** By how much a latency quantile of next may be above that of legacy, on the same keys. */
  readonly latency: Limit;
  /** Milliseconds: what next answers within is never slow, however fast legacy is. */
  readonly latencyFloorMs: number;
  /** The share of failing calls of next. */
  readonly errors: Limit;
  /** The share of reads that legacy answered because next could not. */
  readonly fallbacks: Limit;
  /** By how much the hit rate of next may be below that of legacy, on the same keys. */
  readonly hitRate: Limit;
  /** The share of comparisons that differ. */
  readonly mismatches: Limit;
}

/** The plan's: hold above 5 % degradation, roll back above 10 %, or at an error rate over 0.1 %. */
export const DEFAULT_LIMITS: JudgeLimits = {
  latency: { hold: 0.05, rollback: 0.1 },
  latencyFloorMs: 0.5,
  errors: { hold: 0.001, rollback: 0.001 },
  fallbacks: { hold: 0.05, rollback: 0.1 },
  hitRate: { hold: 0.05, rollback: 0.1 },
  mismatches: { hold: 0.001, rollback: 0.001 },
};

/** How the judge decides. */
export interface JudgeSettings {
  readonly limits: JudgeLimits;
  /** The chance, at most, that a step is rolled back though no limit is passed, however often one looks. */
  readonly alpha: number;
  /** The chance, at most, that one gate opens though next is at its hold limit or beyond. */
  readonly gateAlpha: number;
  /** Milliseconds after the start of a step in which a next that fills up is not judged by its hit rate. */
  readonly fillTimeMs: number;
}
