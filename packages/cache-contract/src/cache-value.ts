import { CacheError } from './cache-error.js';

/**
 * Refuses `undefined`, which is how `get` spells a miss.
 *
 * @throws CacheError `INVALID_VALUE`
 */
export function assertValue(value: unknown): void {
  if (value !== undefined) return;
  throw new CacheError(
    'INVALID_VALUE',
    'expected a value; got undefined, which means a miss. Store null for "known to be nothing", or delete the key',
  );
}
