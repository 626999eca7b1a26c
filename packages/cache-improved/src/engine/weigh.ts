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

/** Of a bound in bytes for a store that does not weigh its entries. */
export function unweighed(): CacheError {
  return new CacheError(
    'INVALID_OPTION',
    'expected a store that was made with maxBytes or sizeOf; got one that does not weigh its entries',
  );
}
