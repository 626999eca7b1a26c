import { bucketWeights } from './bets.js';
import type { Limit } from './judge-limits.js';
import { BUCKETS, LEGACY_HIT, NEXT_HIT, type Pairs } from './observation.js';
import { PairTest, type PairTestState } from './pair-test.js';

/** What a hit rate test keeps between windows. */
export interface HitRateTestState {
  readonly legacy: number;
  readonly next: number;
  readonly pairs: PairTestState;
}

/**
 * Whether next has less of what legacy has, on the same keys. A pair pays `(1 - limit) legacy - next`,
 * each 1 for a hit and 0 for a miss, which is nothing on average where next is at the limit.
 */
export class HitRateTest {
  readonly test: PairTest;
  readonly #perBucket = new Int32Array(BUCKETS);
  readonly #weights = new Float64Array(BUCKETS);
  #legacy: number;
  #next: number;

  constructor({ hold, rollback }: Limit, saved?: HitRateTestState) {
    // By what was found: neither, legacy alone, next alone, both.
    const payoffs = { harm: [0, 1 - rollback, -1, -rollback], proof: [0, hold - 1, 1, hold] };
    this.test = new PairTest(payoffs, saved?.pairs);
    this.#legacy = saved?.legacy ?? 0;
    this.#next = saved?.next ?? 0;
  }

  observe({ bucket, hits }: Pairs): void {
    if (hits.length === 0) return;
    this.#perBucket.fill(0);
    for (let pair = 0; pair < hits.length; pair += 1) {
      const found = hits[pair] ?? 0;
      const group = bucket[pair] ?? 0;
      this.#perBucket[group] = (this.#perBucket[group] ?? 0) + 1;
      this.test.harmBets.add(group, found);
      this.test.proofBets.add(group, found);
      if ((found & LEGACY_HIT) !== 0) this.#legacy += 1;
      if ((found & NEXT_HIT) !== 0) this.#next += 1;
    }
    this.test.samples += hits.length;
    bucketWeights(this.#perBucket, this.#weights);
    this.test.settle(this.#weights);
  }

  /** The hit rates of both sides on the same keys. */
  get rates(): { readonly legacy: number; readonly next: number } | undefined {
    const { samples } = this.test;
    if (samples === 0) return undefined;
    return { legacy: this.#legacy / samples, next: this.#next / samples };
  }

  toJSON(): HitRateTestState {
    return { legacy: this.#legacy, next: this.#next, pairs: this.test.toJSON() };
  }
}
