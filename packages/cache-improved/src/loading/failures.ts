import type { Clock } from '@resync/cache-contract';
import type { LoadPolicy } from './load-options.js';

/** A load that failed, and until when nobody tries again. */
export interface Failure {
  /** What the factory threw, as it was. */
  readonly error: Error;
  /** Milliseconds on the monotonic clock: a clock that is set back prolongs no failure. */
  readonly until: number;
  /** How many in a row. */
  readonly streak: number;
  /** What was loaded would have had these. */
  readonly tags: readonly string[];
}

/** At most so many failures are remembered; the one that happened longest ago is forgotten first. */
const MAX_FAILURES = 10_000;

/**
 * The keys whose last load failed. Each failure in a row is remembered twice as long as the one
 * before, and half of that is random ("equal jitter", AWS Architecture Blog, "Exponential Backoff And
 * Jitter", 2015), so that keys which failed together are not tried again together.
 */
export class Failures {
  readonly #ofKey = new Map<string, Failure>();
  readonly #clock: Clock;
  readonly #random: () => number;

  /** @param random a number from 0 up to 1 */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The failure that is the answer now. */
  current(key: string): Failure | undefined {
    if (this.#ofKey.size === 0) return undefined;
    const failure = this.#ofKey.get(key);
    return failure !== undefined && this.#clock.monotonic() < failure.until ? failure : undefined;
  }

  add(key: string, error: unknown, policy: LoadPolicy): void {
    const { negativeTtl, maxNegativeTtl, tags } = policy;
    if (negativeTtl === 0) return;
    const now = this.#clock.monotonic();
    const last = this.#ofKey.get(key);
    const isInARow = last !== undefined && now < last.until + maxNegativeTtl;
    const streak = isInARow ? last.streak + 1 : 1;
    const longest = Math.min(negativeTtl * 2 ** (streak - 1), maxNegativeTtl);
    const delay = longest / 2 + (longest / 2) * this.#random();
    this.#ofKey.delete(key);
    this.#ofKey.set(key, { error: error as Error, until: now + delay, streak, tags });
    if (this.#ofKey.size > MAX_FAILURES) this.#forgetOldest();
  }

  /** The key was written, or loaded. */
  forget(key: string): void {
    if (this.#ofKey.size > 0) this.#ofKey.delete(key);
  }

  /** As `forget`, for what would have had the tag. */
  forgetTag(tag: string): void {
    for (const [key, { tags }] of this.#ofKey) {
      if (tags.includes(tag)) this.#ofKey.delete(key);
    }
  }

  clear(): void {
    this.#ofKey.clear();
  }

  #forgetOldest(): void {
    for (const oldest of this.#ofKey.keys()) {
      this.#ofKey.delete(oldest);
      return;
    }
  }
}
