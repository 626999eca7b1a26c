import { describeValue } from '@resync/cache-contract';

/** One second in milliseconds. */
export const SECOND = 1000;

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** How far the product of two rounded numbers lies from the whole number that was meant, at most. */
const ROUNDING = 2 ** -50;

/**
 * A lifetime in the old cache's seconds, as whole milliseconds; a fraction of one is rounded up.
 *
 * @throws TypeError for what is no number; RangeError for one that is negative or over one year
 */
export function milliseconds(ttlSeconds: unknown): number {
  if (typeof ttlSeconds !== 'number' || Number.isNaN(ttlSeconds)) {
    throw new TypeError(`expected a ttl in seconds; got ${describeValue(ttlSeconds)}`);
  }
  if (ttlSeconds < 0 || ttlSeconds > YEAR_SECONDS) {
    throw new RangeError(
      `expected a ttl of 0 to ${YEAR_SECONDS} seconds (one year); got ${describeValue(ttlSeconds)}`,
    );
  }
  const exact = ttlSeconds * SECOND;
  // 16.1 s are 16 100 ms, though 16.1 * 1000 is a little more.
  const whole = Math.round(exact);
  return Math.abs(exact - whole) <= whole * ROUNDING ? whole : Math.ceil(exact);
}
