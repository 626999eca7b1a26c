import { BUCKETS } from './observation.js';

/** Shares of the wealth that are put on each pair. */
export const STAKES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8] as const;

/** The most that the keys of one bucket may weigh in a window, as a share of its pairs. */
const MOST_OF_A_BUCKET = 0.05;

/**
 * What a pair weighs, by its bucket: less than 1 where the bucket has more than its share. It depends
 * on how many pairs there are and not on what they show, so that bets on them stay fair.
 */
export function bucketWeights(pairsPerBucket: ArrayLike<number>, weights: Float64Array): void {
  let total = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) total += pairsPerBucket[bucket] ?? 0;
  const most = Math.max(1, total * MOST_OF_A_BUCKET);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    weights[bucket] = Math.min(1, most / Math.max(1, pairsPerBucket[bucket] ?? 0));
  }
}

/** What each stake gains from the pairs of a window, of which each pays one of a few amounts, -1 to 1. */
export class WindowBets {
  readonly #payoffs: readonly number[];
  /** Pairs by bucket and number of the amount. */
  readonly #counts: Int32Array;
  readonly #gains = new Float64Array(STAKES.length);

  /** @param payoffs the amounts that a pair may pay */
  constructor(payoffs: readonly number[]) {
    this.#payoffs = payoffs;
    this.#counts = new Int32Array(BUCKETS * payoffs.length);
  }

  /** Adds a pair that pays the amount with this number. */
  add(bucket: number, payoff: number): void {
    const at = bucket * this.#payoffs.length + payoff;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** The gains as natural logarithms, one per stake, valid until the next call; begins the next window. */
  settle(weights: Float64Array): Float64Array {
    const kinds = this.#payoffs.length;
    this.#gains.fill(0);
    for (let kind = 0; kind < kinds; kind += 1) {
      const payoff = this.#payoffs[kind] ?? 0;
      let full = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        const count = this.#counts[bucket * kinds + kind] ?? 0;
        const weight = weights[bucket] ?? 1;
        if (weight === 1) full += count;
        else if (count > 0) this.#gain(payoff * weight, count);
      }
      if (full > 0) this.#gain(payoff, full);
    }
    this.#counts.fill(0);
    return this.#gains;
  }

  #gain(payoff: number, count: number): void {
    for (let index = 0; index < STAKES.length; index += 1) {
      const stake = STAKES[index] ?? 0;
      this.#gains[index] = (this.#gains[index] ?? 0) + count * Math.log1p(stake * payoff);
    }
  }
}
