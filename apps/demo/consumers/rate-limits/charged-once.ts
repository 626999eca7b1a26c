import type { RateLimitDecision, RateLimiter, RateLimitRequest } from './rate-limiter.js';

/** A limiter whose decision on a request stands: asked again for the same one, it charges nothing. */
export class ChargedOnce implements RateLimiter {
  readonly #limiter: RateLimiter;
  readonly #decisions = new WeakMap<RateLimitRequest, Promise<RateLimitDecision>>();

  constructor(limiter: RateLimiter) {
    this.#limiter = limiter;
  }

  acquire(request: RateLimitRequest): Promise<RateLimitDecision> {
    const known = this.#decisions.get(request);
    if (known !== undefined) return known;
    const decision = this.#limiter.acquire(request);
    this.#decisions.set(request, decision);
    return decision;
  }
}
