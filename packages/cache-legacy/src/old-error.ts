import { CacheError } from '@resync/cache-contract';

/**
 * What the old cache would have thrown where a cache behind the contract throws this. What the old
 * cache had no error for stays as it is.
 */
export function oldErrorFor(error: unknown): unknown {
  if (!(error instanceof CacheError)) return error;
  switch (error.code) {
    case 'INVALID_VALUE':
      return new TypeError(error.message, { cause: error });
    case 'INVALID_KEY':
    case 'INVALID_TTL':
    case 'TOO_LARGE':
      return new RangeError(error.message, { cause: error });
    case 'SHUT_DOWN':
      return cannotStartAgain(error);
    default:
      return error;
  }
}

/** @param cause what the cache itself said, where it was asked */
export function cannotStartAgain(cause?: CacheError): CacheError {
  return new CacheError(
    'SHUT_DOWN',
    'the cache behind this facade was shut down, and cannot start again on use as the old cache did; make a new cache and a new facade',
    { cause },
  );
}
