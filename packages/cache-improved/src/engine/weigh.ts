import { CacheError } from '@resync/cache-contract';
import { weight } from '../cache-options.js';

/**
 * The weight of an entry, by the function that was given for it.
 *
 * @throws CacheError `TOO_LARGE`, and `INVALID_VALUE` for what is no weight
 */
export function weigh(sizeOf: () => unknown, maxBytes: number): number {
  const bytes = sizeOf();
  if (typeof bytes === 'number' && bytes > maxBytes) {
    throw new CacheError(
      'TOO_LARGE',
      `expected an entry of at most maxBytes (${maxBytes}); got one of ${bytes}`,
    );
  }
  return weight(bytes);
}
