import { wholeTtl } from '@resync/cache-contract';

/** How long an entry lives. */
export interface Lifetime {
  /** Milliseconds; `Infinity`: for ever. With sliding expiry every read starts it anew. */
  readonly ttl: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The lifetime of an entry that is written now.
 *
 * @throws CacheError `INVALID_TTL`
 */
export function lifetimeFrom(now: number, ttl: unknown): Lifetime {
  const whole = wholeTtl(ttl);
  return { ttl: whole, expiresAt: now + whole };
}
