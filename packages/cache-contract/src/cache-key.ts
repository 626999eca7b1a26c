import { CacheError, describeValue } from './cache-error.js';

/** The longest key, in UTF-16 code units. */
export const MAX_KEY_LENGTH = 1000;

/**
 * Refuses what is not a key.
 *
 * @throws CacheError `INVALID_KEY`
 */
export function assertKey(key: unknown): asserts key is string {
  const fault = faultOf(key);
  if (fault === undefined) return;
  throw new CacheError(
    'INVALID_KEY',
    `expected a key: a well-formed string of 1 to ${MAX_KEY_LENGTH} characters without NUL, CR and LF; got ${fault}`,
  );
}

function faultOf(key: unknown): string | undefined {
  if (typeof key !== 'string') return describeValue(key);
  if (key.length === 0) return 'an empty string';
  if (key.length > MAX_KEY_LENGTH) return describeValue(key);
  if (key.includes('\0') || key.includes('\r') || key.includes('\n')) {
    return 'one with a control character that is refused';
  }
  if (!key.isWellFormed()) return 'one with a lone surrogate';
  return undefined;
}
