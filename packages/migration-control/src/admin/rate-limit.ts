import type { Clock } from '@resync/cache-contract';

/** How often somebody may ask. */
export interface Rate {
  readonly perSecond: number;
  /** So many at once, after a while of silence. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** On the monotonic clock, in milliseconds. */
  at: number;
}

/** Addresses that are remembered; the one that was silent for longest is forgotten first. */
const MOST_ADDRESSES = 1000;

/** A token bucket for each address. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /**
   * Counts a request of an address.
   *
   * @returns milliseconds until there would be one left; 0: there was one, and it is used up
   */
  take(address: string): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock.monotonic();
    const found = this.#buckets.get(address) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, found.tokens + ((now - found.at) * perSecond) / 1000);
    const isLeft = tokens >= 1;
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: isLeft ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest);
    return isLeft ? 0 : ((1 - tokens) / perSecond) * 1000;
  }
}
