import type { Clock } from '@resync/cache-contract';
import { MemoryStore } from '@resync/cache-improved';
import { TokenBucket } from 'limiter';
import {
  bookKeyOf,
  MAX_USERS,
  MINUTE_MS,
  pointsOf,
  RATE_LIMIT_TIERS,
  type RateLimitDecision,
  type RateLimiter,
  type RateLimitRequest,
  type TierLimit,
  type TierLimits,
} from './rate-limiter.js';

/** The new limiter: a bucket for each user, by the library `limiter`, filled at the rate of the tier. */
export class TokenBucketLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #limits: TierLimits;
  readonly #buckets: MemoryStore<ClockedBucket>;

  constructor({ clock, limits = RATE_LIMIT_TIERS }: { clock: Clock; limits?: TierLimits }) {
    this.#clock = clock;
    this.#limits = limits;
    this.#buckets = new MemoryStore({ clock, maxEntries: MAX_USERS, policy: 'lru' });
  }

  async acquire(request: RateLimitRequest): Promise<RateLimitDecision> {
    const points = pointsOf(request);
    const limit = this.#limits[request.tier];
    const key = bookKeyOf(request);
    const bucket = this.#buckets.get(key) ?? new ClockedBucket(limit, this.#clock);
    const isAllowed = bucket.tryRemoveTokens(points);
    const fillMs = bucket.msToFill;
    // A bucket that is full again is as good as a new one.
    this.#buckets.set(key, bucket, { ttl: Math.ceil(fillMs) });
    const isTooMuch = points > bucket.bucketSize;
    return {
      isAllowed,
      limit: limit.perMinute,
      remaining: Math.floor(bucket.content),
      resetMs: fillMs,
      retryAfterMs: isAllowed ? 0 : isTooMuch ? MINUTE_MS : bucket.getWaitTime(points),
    };
  }
}

/** A bucket that begins full, and lives by a clock; the library has the time of `performance`. */
class ClockedBucket extends TokenBucket {
  readonly #clock: Clock;
  #dripped: number;

  constructor({ perMinute, capacity = perMinute }: TierLimit, clock: Clock) {
    super({ bucketSize: capacity, tokensPerInterval: perMinute, interval: MINUTE_MS });
    this.content = capacity;
    this.#clock = clock;
    this.#dripped = clock.monotonic();
  }

  get msToFill(): number {
    return ((this.bucketSize - this.content) * this.interval) / this.tokensPerInterval;
  }

  /** What has passed by our clock since the last time has passed by the library's. */
  override drip(): boolean {
    const now = this.#clock.monotonic();
    this.lastDrip = performance.now() - (now - this.#dripped);
    this.#dripped = now;
    return super.drip();
  }
}
