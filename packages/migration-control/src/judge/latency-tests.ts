import { bucketWeights } from './bets.js';
import type { JudgeLimits } from './judge-limits.js';
import { LatencyHistogram, type HistogramState } from './latency-histogram.js';
import { BOTH_HIT, BUCKETS, type Pairs } from './observation.js';
import { PairTest, type PairTestState } from './pair-test.js';

/** What the latency tests keep between windows. */
export interface LatencyTestsState {
  readonly latencies: { readonly legacy: HistogramState; readonly next: HistogramState };
  readonly tests: readonly PairTestState[];
}

/** What one window says of one quantile, in milliseconds; for the reader. */
export interface LastWindow {
  /** Pairs in which both sides hit. */
  readonly pairs: number;
  readonly legacy: number;
  readonly next: number;
}

const NO_PAIRS: Pick<Pairs, 'hits' | 'legacyMs' | 'nextMs'> = {
  hits: [],
  legacyMs: [],
  nextMs: [],
};

const QUANTILES = [0.5, 0.95, 0.99] as const;

const AGAINST = 0;
const FOR = 1;

/**
 * Whether next is slower than legacy by more than a limit, on the same keys.
 *
 * *The typical read* (p50): is next slower than legacy in more than half of the pairs, once it was
 * made faster by the limit? Where it is slower by no more than that, each pair is a coin that is fair
 * at worst, whatever the key, its latency and the load: the sign test, made sequential.
 *
 * *The tail* (p95, p99): is legacy above a threshold, and is next above the same one raised by the
 * limit? Pairs in which only one of them is are such coins too (McNemar's test, made sequential). The
 * threshold is about the quantile, as the windows before tell it; the coin is fair whatever it is.
 *
 * A difference of 5 % in the tail takes tens of thousands of pairs to rule out: what has to be shown
 * of the tail before a gate opens is that it is within the rollback limit.
 */
export class LatencyTests {
  readonly #limits: JudgeLimits;
  readonly #legacy: LatencyHistogram;
  readonly #next: LatencyHistogram;
  readonly #tests: readonly PairTest[];
  /** The last window with pairs. */
  #last: Pairs | undefined;
  readonly #perBucket = new Int32Array(BUCKETS);
  readonly #weights = new Float64Array(BUCKETS);

  constructor(limits: JudgeLimits, saved?: Partial<LatencyTestsState>) {
    this.#limits = limits;
    this.#legacy = new LatencyHistogram(saved?.latencies?.legacy);
    this.#next = new LatencyHistogram(saved?.latencies?.next);
    this.#tests = QUANTILES.map(
      (_, index) => new PairTest({ harm: [-1, 1], proof: [-1, 1] }, saved?.tests?.[index]),
    );
  }

  /** The test of p50, p95 or p99, by number. */
  test(index: number): PairTest {
    const test = this.#tests[index];
    if (test === undefined)
      throw new RangeError(`expected a test of ${QUANTILES.length}; got ${index}`);
    return test;
  }

  /** The quantiles of both sides, of the latest pairs. */
  quantiles():
    { readonly legacy: readonly number[]; readonly next: readonly number[] } | undefined {
    const legacy = this.#legacy.quantiles(QUANTILES);
    const next = this.#next.quantiles(QUANTILES);
    return legacy && next && { legacy, next };
  }

  /** Of the last window: how many pairs it had, and one of the quantiles by number. */
  lastWindow(index: number): LastWindow | undefined {
    const { hits, legacyMs, nextMs } = this.#last ?? NO_PAIRS;
    const isHit = (_: number, pair: number): boolean => hits[pair] === BOTH_HIT;
    const legacy = Float64Array.from(legacyMs).filter(isHit).sort();
    const next = Float64Array.from(nextMs).filter(isHit).sort();
    const at = Math.floor((QUANTILES[index] ?? 0) * legacy.length);
    const [legacyAt, nextAt] = [legacy[at], next[at]];
    if (legacyAt === undefined || nextAt === undefined) return undefined;
    return { pairs: legacy.length, legacy: legacyAt, next: nextAt };
  }

  observe(pairs: Pairs): void {
    if (pairs.hits.length === 0) return;
    this.#last = pairs;
    const known = this.#legacy.quantiles(QUANTILES);
    this.#weigh(pairs);
    this.#observeTypical(pairs, this.test(0));
    if (known !== undefined) {
      this.#observeTail(pairs, this.test(1), known[1] ?? 0);
      this.#observeTail(pairs, this.test(2), known[2] ?? 0);
    }
    this.#remember(pairs);
  }

  toJSON(): LatencyTestsState {
    const latencies = { legacy: this.#legacy.toJSON(), next: this.#next.toJSON() };
    return { latencies, tests: this.#tests.map((test) => test.toJSON()) };
  }

  #weigh({ bucket, hits }: Pairs): void {
    this.#perBucket.fill(0);
    for (let pair = 0; pair < hits.length; pair += 1) {
      if (hits[pair] !== BOTH_HIT) continue;
      const group = bucket[pair] ?? 0;
      this.#perBucket[group] = (this.#perBucket[group] ?? 0) + 1;
    }
    bucketWeights(this.#perBucket, this.#weights);
  }

  #observeTypical({ bucket, legacyMs, nextMs, hits }: Pairs, test: PairTest): void {
    const { latency, latencyFloorMs } = this.#limits;
    const harmful = 1 + latency.rollback;
    const tolerable = 1 + latency.hold;
    for (let pair = 0; pair < hits.length; pair += 1) {
      // A miss takes another time than a hit, and is a matter of the hit rate.
      if (hits[pair] !== BOTH_HIT) continue;
      const group = bucket[pair] ?? 0;
      const legacy = legacyMs[pair] ?? 0;
      const next = nextMs[pair] ?? 0;
      const isWithinFloor = next <= latencyFloorMs;
      test.harmBets.add(group, !isWithinFloor && next > legacy * harmful ? FOR : AGAINST);
      test.proofBets.add(group, isWithinFloor || next < legacy * tolerable ? FOR : AGAINST);
      test.samples += 1;
    }
    test.settle(this.#weights);
  }

  #observeTail({ bucket, legacyMs, nextMs, hits }: Pairs, test: PairTest, quantile: number): void {
    const { latency, latencyFloorMs } = this.#limits;
    const raised = Math.max(quantile * (1 + latency.rollback), latencyFloorMs);
    // Lower for the proof, or sides that are always equally fast would never be above anything.
    const lowered = quantile / Math.sqrt(1 + latency.rollback);
    const loweredAndRaised = Math.max(lowered * (1 + latency.rollback), latencyFloorMs);
    for (let pair = 0; pair < hits.length; pair += 1) {
      if (hits[pair] !== BOTH_HIT) continue;
      test.samples += 1;
      const legacy = legacyMs[pair] ?? 0;
      const next = nextMs[pair] ?? 0;
      const group = bucket[pair] ?? 0;
      if (legacy > quantile !== next > raised) {
        test.harmBets.add(group, next > raised ? FOR : AGAINST);
      }
      if (legacy > lowered !== next > loweredAndRaised) {
        test.proofBets.add(group, legacy > lowered ? FOR : AGAINST);
      }
    }
    test.settle(this.#weights);
  }

  #remember({ legacyMs, nextMs, hits }: Pairs): void {
    const count = Array.from(hits).filter((each) => each === BOTH_HIT).length;
    this.#legacy.age(count);
    this.#next.age(count);
    for (let pair = 0; pair < hits.length; pair += 1) {
      if (hits[pair] !== BOTH_HIT) continue;
      this.#legacy.add(legacyMs[pair] ?? 0);
      this.#next.add(nextMs[pair] ?? 0);
    }
  }
}
