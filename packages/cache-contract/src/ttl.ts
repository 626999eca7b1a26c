import { CacheError, describeValue } from './cache-error.js';

/** The longest finite lifetime, in milliseconds: one year of 365 days. */
export const MAX_TTL = 365 * 24 * 60 * 60 * 1000;

/**
 * A lifetime in whole milliseconds, a fraction rounded up; `Infinity` stays.
 *
 * @throws CacheError `INVALID_TTL`
 */
export function wholeTtl(ttl: unknown): number {
  if (
    typeof ttl !== 'number' ||
    Number.isNaN(ttl) ||
    ttl < 0 ||
    (ttl > MAX_TTL && ttl !== Infinity)
  ) {
    throw new CacheError(
      'INVALID_TTL',
      `expected a ttl in milliseconds from 0 to ${MAX_TTL} (one year), or Infinity; got ${describeValue(ttl)}`,
    );
  }
  // The sum turns -0 into 0.
  return Math.ceil(ttl) + 0;
}
