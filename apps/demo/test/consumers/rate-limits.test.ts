import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { MovingWindowLimiter } from '../../consumers/rate-limits/moving-window-limiter.js';
import { RateLimitMigrationManager } from '../../consumers/rate-limits/rate-limit-migration-manager.js';
import type {
  RateLimitDecision,
  RateLimiter,
  RateLimitRequest,
  RateLimitTier,
} from '../../consumers/rate-limits/rate-limiter.js';
import { TokenBucketLimiter } from '../../consumers/rate-limits/token-bucket-limiter.js';

const MINUTE = 60_000;
const of = (user: string, tier: RateLimitTier = 'public', points = 1): RateLimitRequest => ({
  user,
  tier,
  points,
});

/** How many requests in a row are allowed. */
async function allowedOf(limiter: RateLimiter, tier: RateLimitTier, user = 'u'): Promise<number> {
  for (let count = 0; ; count += 1) {
    if (!(await limiter.acquire(of(user, tier))).isAllowed) return count;
  }
}

describe.each([
  ['moving window', (clock: ManualClock) => new MovingWindowLimiter({ clock })],
  ['token bucket', (clock: ManualClock) => new TokenBucketLimiter({ clock })],
])('%s', (_name, create) => {
  it.each([
    ['public', 100],
    ['authenticated', 1000],
    ['critical', 50],
  ] as const)('allows %s %d at once, to each user', async (tier, limit) => {
    const limiter = create(new ManualClock(0));
    expect(await allowedOf(limiter, tier)).toBe(limit);
    expect(await allowedOf(limiter, tier, 'other')).toBe(limit);
  });

  it('says when to come again, and allows it then', async () => {
    const clock = new ManualClock(0);
    const limiter = create(clock);
    await allowedOf(limiter, 'critical');
    const refused = await limiter.acquire(of('u', 'critical'));
    expect(refused).toMatchObject({ isAllowed: false, limit: 50, remaining: 0 });
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    clock.advance(refused.retryAfterMs - 1);
    expect((await limiter.acquire(of('u', 'critical'))).isAllowed).toBe(false);
    clock.advance(1);
    expect((await limiter.acquire(of('u', 'critical'))).isAllowed).toBe(true);
  });

  it('allows everything again after a minute, and no more than that', async () => {
    const clock = new ManualClock(0);
    const limiter = create(clock);
    await allowedOf(limiter, 'public');
    clock.advance(10 * MINUTE);
    expect(await allowedOf(limiter, 'public')).toBe(100);
  });

  it.each([0, -1, 1.5, NaN])('refuses %d points', async (points) => {
    const limiter = create(new ManualClock(0));
    await expect(limiter.acquire(of('u', 'public', points))).rejects.toThrow(RangeError);
  });

  it('never allows more points than there are', async () => {
    const limiter = create(new ManualClock(0));
    const decision = await limiter.acquire(of('u', 'public', 101));
    expect(decision).toMatchObject({ isAllowed: false, remaining: 100, retryAfterMs: MINUTE });
  });
});

it('fills a bucket at its rate, not at once', async () => {
  const clock = new ManualClock(0);
  const limiter = new TokenBucketLimiter({ clock });
  await allowedOf(limiter, 'public');
  clock.advance(MINUTE / 10);
  expect(await allowedOf(limiter, 'public')).toBe(10);
});

it('moves a window: what was used a minute ago is free, what was used since is not', async () => {
  const clock = new ManualClock(0);
  const limiter = new MovingWindowLimiter({ clock });
  await limiter.acquire(of('u', 'public', 60));
  clock.advance(MINUTE / 2);
  await limiter.acquire(of('u', 'public', 40));
  clock.advance(MINUTE / 2);
  expect(await allowedOf(limiter, 'public')).toBe(60);
});

/** What nobody waits for has been done. */
async function shadowsAreOver(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('the migration of rate limits', () => {
  /** Counts the points that a limiter charged. */
  class CountingLimiter implements RateLimiter {
    charged = 0;
    fault: Error | undefined;
    readonly #inner: RateLimiter;

    constructor(inner: RateLimiter) {
      this.#inner = inner;
    }

    async acquire(request: RateLimitRequest): Promise<RateLimitDecision> {
      if (this.fault !== undefined) throw this.fault;
      const decision = await this.#inner.acquire(request);
      if (decision.isAllowed) this.charged += request.points ?? 1;
      return decision;
    }
  }

  function setUp(capacity = 100) {
    const clock = new ManualClock(0);
    const tier = { perMinute: 100, capacity };
    const limits = { public: tier, authenticated: tier, critical: tier };
    const legacy = new CountingLimiter(new MovingWindowLimiter({ clock }));
    const next = new CountingLimiter(new TokenBucketLimiter({ clock, limits }));
    const manager = new RateLimitMigrationManager({ legacy, next, clock });
    const climb = async (percentage: number): Promise<void> => {
      for (const stage of ['dualwrite', 'shadow'] as const) await manager.transition({ stage });
      await manager.transition({ stage: 'live', percentage: 0 });
      if (percentage > 0) await manager.transition({ stage: 'live', percentage });
    };
    return { clock, legacy, next, manager, climb };
  }

  it('with a new limiter of capacity 25 allows five times five, and then not one', async () => {
    const { manager, climb } = setUp(25);
    await climb(100);
    for (let time = 0; time < 5; time += 1) {
      expect((await manager.acquire(of('u', 'public', 5))).isAllowed).toBe(true);
    }
    expect((await manager.acquire(of('u', 'public', 1))).isAllowed).toBe(false);
  });

  it('leaves the new limiter alone in off, and the old one in complete', async () => {
    const { manager, climb, legacy, next } = setUp();
    await manager.acquire(of('u'));
    expect([legacy.charged, next.charged]).toEqual([1, 0]);
    await climb(100);
    await manager.transition({ stage: 'rampdown' });
    await manager.transition({ stage: 'complete' });
    await manager.acquire(of('u'));
    expect([legacy.charged, next.charged]).toEqual([1, 1]);
  });

  it('decides by the active one, and each keeps books of every request, once', async () => {
    const { manager, climb, legacy, next } = setUp();
    await climb(50);
    for (let user = 0; user < 50; user += 1) await manager.acquire(of(`u${user}`));
    await shadowsAreOver();
    expect([legacy.charged, next.charged]).toEqual([50, 50]);
    expect(manager.shadowed).toEqual({ same: 50, stricter: 0, laxer: 0 });
  });

  it('hands out nothing again with a step or a rollback', async () => {
    const { manager, climb } = setUp();
    await climb(0);
    expect(await allowedOf(manager, 'public')).toBe(100);
    await manager.transition({ stage: 'live', percentage: 100 });
    expect((await manager.acquire(of('u'))).isAllowed).toBe(false);
    await manager.rollback('a test');
    expect((await manager.acquire(of('u'))).isAllowed).toBe(false);
  });

  it('charges a request once where the new limiter fails and the old one decides', async () => {
    const { manager, climb, legacy, next } = setUp();
    await climb(100);
    next.fault = new Error('out of order');
    expect((await manager.acquire(of('u'))).isAllowed).toBe(true);
    expect([legacy.charged, next.charged]).toEqual([1, 0]);
  });

  it('tells where the other one would have decided otherwise', async () => {
    const { manager, climb } = setUp(25);
    await climb(0);
    for (let time = 0; time < 30; time += 1) await manager.acquire(of('u'));
    await shadowsAreOver();
    expect(manager.shadowed).toEqual({ same: 25, stricter: 5, laxer: 0 });
  });
});
