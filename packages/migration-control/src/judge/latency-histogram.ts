/** Buckets of 2 %, from 100 ns to a good minute: a quantile is off by 1 % at most. */
const GROWTH = Math.log(1.02);
const LEAST_MS = 1e-4;
const SIZE = 1024;
const LOG_LEAST = Math.log(LEAST_MS);

/** What is left of the weight of a latency after a hundred more: it rests on the last five hundred or so. */
const KEPT = 0.8;
const HUNDRED = 100;
const TOO_HEAVY = 1e12;

/** A histogram as plain data. */
export type HistogramState = readonly (readonly [bucket: number, weight: number])[];

/**
 * The latest latencies, the older the less they weigh, with quantiles of a relative error.
 * The buckets are those of DDSketch (Masson, Rim and Lee, VLDB 2019); instead of making the old
 * lighter, the new are heavier (Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay", ICDE 2009).
 */
export class LatencyHistogram {
  readonly #weights = new Float64Array(SIZE);
  #total = 0;
  #unit = 1;

  constructor(saved: HistogramState = []) {
    for (const [bucket, weight] of saved) {
      this.#weights[bucket] = weight;
      this.#total += weight;
    }
  }

  add(ms: number): void {
    const found = ms <= LEAST_MS ? 0 : Math.floor((Math.log(ms) - LOG_LEAST) / GROWTH);
    const bucket = found < SIZE ? found : SIZE - 1;
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + this.#unit;
    this.#total += this.#unit;
  }

  /** As many latencies as these come now, in however many windows. */
  age(count: number): void {
    this.#unit /= KEPT ** (count / HUNDRED);
    if (this.#unit > TOO_HEAVY) this.#normalise();
  }

  /** Milliseconds at each of the shares, which rise; undefined where nothing was added. */
  quantiles(shares: readonly number[]): readonly number[] | undefined {
    if (this.#total <= 0) return undefined;
    const found: number[] = [];
    let bucket = 0;
    let sum = this.#weights[0] ?? 0;
    for (const share of shares) {
      while (sum <= share * this.#total && bucket < SIZE - 1) {
        bucket += 1;
        sum += this.#weights[bucket] ?? 0;
      }
      found.push(Math.exp(LOG_LEAST + GROWTH * (bucket + 0.5)));
    }
    return found;
  }

  toJSON(): HistogramState {
    this.#normalise();
    return Array.from(this.#weights, (weight, bucket) => [bucket, weight] as const).filter(
      ([, weight]) => weight > 1e-6,
    );
  }

  #normalise(): void {
    for (let bucket = 0; bucket < SIZE; bucket += 1) {
      this.#weights[bucket] = (this.#weights[bucket] ?? 0) / this.#unit;
    }
    this.#total /= this.#unit;
    this.#unit = 1;
  }
}
