import type { Clock } from '@resync/cache-contract';
import { MemoryStore } from '@resync/cache-improved';
import {
  bookKeyOf,
  MAX_USERS,
  MINUTE_MS,
  pointsOf,
  RATE_LIMIT_TIERS,
  type RateLimitDecision,
  type RateLimiter,
  type RateLimitRequest,
  type TierLimits,
} from './rate-limiter.js';

/** Points that were used at one moment. */
interface Use {
  readonly at: number;
  readonly points: number;
}

/** The old limiter: in any minute, as many points as the tier allows. It remembers every use for a minute. */
export class MovingWindowLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #limits: TierLimits;
  readonly #uses: MemoryStore<Use[]>;

  constructor({ clock, limits = RATE_LIMIT_TIERS }: { clock: Clock; limits?: TierLimits }) {
    this.#clock = clock;
    this.#limits = limits;
    this.#uses = new MemoryStore({ clock, maxEntries: MAX_USERS, ttl: MINUTE_MS, policy: 'lru' });
  }

  async acquire(request: RateLimitRequest): Promise<RateLimitDecision> {
    const points = pointsOf(request);
    const limit = this.#limits[request.tier].perMinute;
    const now = this.#clock.monotonic();
    const key = bookKeyOf(request);
    const uses = (this.#uses.get(key) ?? []).filter(({ at }) => now - at < MINUTE_MS);
    const used = uses.reduce((sum, use) => sum + use.points, 0);
    const isAllowed = used + points <= limit;
    if (isAllowed) {
      uses.push({ at: now, points });
      this.#uses.set(key, uses);
    }
    const last = uses.at(-1);
    return {
      isAllowed,
      limit,
      remaining: limit - used - (isAllowed ? points : 0),
      resetMs: last === undefined ? 0 : last.at + MINUTE_MS - now,
      retryAfterMs: isAllowed ? 0 : waitFor(points, { uses, room: limit - used, now }),
    };
  }
}

/** Milliseconds until enough uses are older than a minute; a minute where that never suffices. */
function waitFor(
  points: number,
  {
    uses,
    room,
    now,
  }: { readonly uses: readonly Use[]; readonly room: number; readonly now: number },
): number {
  let free = room;
  for (const use of uses) {
    free += use.points;
    if (free >= points) return use.at + MINUTE_MS - now;
  }
  return MINUTE_MS;
}
