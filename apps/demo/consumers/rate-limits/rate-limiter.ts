/** What a request may use. */
export const RATE_LIMIT_TIERS = {
  /** Nobody is named: by IP address. */
  public: { perMinute: 100 },
  /** By user. */
  authenticated: { perMinute: 1000 },
  /** What changes something, by user or address. */
  critical: { perMinute: 50 },
} as const satisfies Record<string, TierLimit>;

export type RateLimitTier = keyof typeof RATE_LIMIT_TIERS;

/** How much a tier allows to one user. */
export interface TierLimit {
  readonly perMinute: number;
  /** What may be used at once, of a token bucket. Default: as much as in a minute. */
  readonly capacity?: number;
}

export type TierLimits = Readonly<Record<RateLimitTier, TierLimit>>;

/** Somebody wants to use something. One object is one request: it is charged once, whoever is asked. */
export interface RateLimitRequest {
  readonly tier: RateLimitTier;
  /** The user, or the address where nobody is named. */
  readonly user: string;
  /** Default 1. */
  readonly points?: number;
}

/** Whether it may, and what is left. */
export interface RateLimitDecision {
  readonly isAllowed: boolean;
  readonly limit: number;
  /** Points that could be used now. */
  readonly remaining: number;
  /** Milliseconds until nothing is used up any longer. */
  readonly resetMs: number;
  /** Milliseconds until the same request could be allowed; 0 where it is. */
  readonly retryAfterMs: number;
}

/** Decides, and charges where it allows. */
export interface RateLimiter {
  acquire(request: RateLimitRequest): Promise<RateLimitDecision>;
}

/** Users that are remembered at once; the one that was away longest is forgotten first. */
export const MAX_USERS = 100_000;

export const MINUTE_MS = 60_000;

/** @throws RangeError where it is no number of points that the tier could ever allow */
export function pointsOf({ points = 1 }: RateLimitRequest): number {
  if (Number.isInteger(points) && points > 0) return points;
  throw new RangeError(`expected points to be a whole number from 1; got ${points}`);
}

export function bookKeyOf({ tier, user }: RateLimitRequest): string {
  return `${tier}:${user}`;
}
