import { METRICS, type Finding, type Metric } from './finding.js';
import { HitRateTest, type HitRateTestState } from './hit-rate-test.js';
import type { JudgeSettings, Limit } from './judge-limits.js';
import { LatencyTests, type LatencyTestsState } from './latency-tests.js';
import type { Observation } from './observation.js';
import { ShareTest, type ShareTestState } from './share-test.js';

/** Everything that a judge has seen, as plain data. */
export interface JudgeState {
  readonly latency: LatencyTestsState;
  readonly hitRate: HitRateTestState;
  readonly errors: ShareTestState;
  readonly fallbacks: ShareTestState;
  readonly mismatches: ShareTestState;
}

/** What a judge may start from; another step's latencies say how fast the sides are, and hold nothing against them. */
export interface SavedJudge extends Partial<Omit<JudgeState, 'latency'>> {
  readonly latency?: Partial<LatencyTestsState>;
}

/** Where the number of the test of a latency is found. */
const LATENCIES = ['latency p50', 'latency p95', 'latency p99'] as const;

/** A test, as far as all of them are alike. */
interface Test {
  readonly samples: number;
  readonly harmLog: number;
  readonly proofLog: number;
}

/**
 * Judges one step of one component by what both sides do for the same keys: see ADR 14. There is no
 * randomness in it: the same observations make the same decision.
 */
export class Judge {
  readonly #settings: JudgeSettings;
  readonly #latency: LatencyTests;
  readonly #hitRate: HitRateTest;
  readonly #shares: Readonly<Record<'errors' | 'fallbacks' | 'mismatches', ShareTest>>;

  /** @param saved what a judge of the same step, maybe in another process, has seen */
  constructor(settings: JudgeSettings, saved?: SavedJudge) {
    this.#settings = settings;
    const { limits } = settings;
    this.#latency = new LatencyTests(limits, saved?.latency);
    this.#hitRate = new HitRateTest(limits.hitRate, saved?.hitRate);
    this.#shares = {
      errors: new ShareTest(limits.errors, saved?.errors),
      fallbacks: new ShareTest(limits.fallbacks, saved?.fallbacks),
      mismatches: new ShareTest(limits.mismatches, saved?.mismatches),
    };
  }

  /** @param sinceStepMs how long the step lasts already */
  observe(seen: Observation, sinceStepMs: number): void {
    this.#latency.observe(seen.pairs);
    this.#shares.errors.observe(seen.errors);
    this.#shares.fallbacks.observe(seen.fallbacks);
    this.#shares.mismatches.observe(seen.mismatches);
    if (sinceStepMs >= this.#settings.fillTimeMs) this.#hitRate.observe(seen.pairs);
  }

  /** Whether something is over its rollback limit, beyond doubt. Cheaper than `findings`. */
  get isHarmed(): boolean {
    const needed = this.#harmNeeded;
    return METRICS.some((metric) => this.#test(metric).harmLog >= needed);
  }

  /** What is known of every metric. */
  findings(): readonly Finding[] {
    return METRICS.map((metric) => this.#finding(metric));
  }

  toJSON(): JudgeState {
    const { errors, fallbacks, mismatches } = this.#shares;
    return {
      latency: this.#latency.toJSON(),
      hitRate: this.#hitRate.toJSON(),
      errors: errors.toJSON(),
      fallbacks: fallbacks.toJSON(),
      mismatches: mismatches.toJSON(),
    };
  }

  /** Each metric gets an equal share of the chance of a false alarm (Bonferroni). */
  get #harmNeeded(): number {
    return Math.log(METRICS.length / this.#settings.alpha);
  }

  #finding(metric: Metric): Finding {
    const { samples, harmLog, proofLog } = this.#test(metric);
    const inFavour = -Math.log10(this.#settings.gateAlpha);
    return {
      metric,
      samples,
      ...this.#estimate(metric),
      limit: this.#limit(metric),
      against: { evidence: harmLog / Math.LN10, needed: this.#harmNeeded / Math.LN10 },
      inFavour: { evidence: proofLog / Math.LN10, needed: inFavour },
    };
  }

  #test(metric: Metric): Test {
    if (metric === 'hit rate') return this.#hitRate.test;
    return isShare(metric) ? this.#shares[metric] : this.#latency.test(LATENCIES.indexOf(metric));
  }

  #limit(metric: Metric): Limit {
    const { limits } = this.#settings;
    if (metric === 'hit rate') return limits.hitRate;
    return isShare(metric) ? limits[metric] : limits.latency;
  }

  #estimate(metric: Metric): Pick<Finding, 'legacy' | 'next' | 'estimate' | 'lastWindow'> {
    if (isShare(metric)) {
      const { rate } = this.#shares[metric];
      return { legacy: undefined, next: rate, estimate: rate };
    }
    if (metric === 'hit rate') {
      const { legacy, next } = this.#hitRate.rates ?? {};
      if (legacy === undefined || next === undefined) return UNKNOWN;
      return { legacy, next, estimate: legacy === 0 ? 0 : 1 - next / legacy };
    }
    const index = LATENCIES.indexOf(metric);
    const found = this.#latency.quantiles();
    const legacy = found?.legacy[index];
    const next = found?.next[index];
    if (legacy === undefined || next === undefined) return UNKNOWN;
    const lastWindow = this.#latency.lastWindow(index);
    return { legacy, next, estimate: next / legacy - 1, ...(lastWindow && { lastWindow }) };
  }
}

function isShare(metric: Metric): metric is 'errors' | 'fallbacks' | 'mismatches' {
  return metric === 'errors' || metric === 'fallbacks' || metric === 'mismatches';
}

const UNKNOWN = { legacy: undefined, next: undefined, estimate: undefined };
