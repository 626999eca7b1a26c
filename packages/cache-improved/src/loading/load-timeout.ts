import { CacheError } from '@resync/cache-contract';

/** Why a call gave up that waited for a load. */
export type LoadTimeout = CacheError<'LOAD_TIMEOUT'>;

/** @param hardTimeout milliseconds */
export function loadTimeout(key: string, hardTimeout: number): LoadTimeout {
  return new CacheError(
    'LOAD_TIMEOUT',
    `expected the load of ${JSON.stringify(key)} to end within ${hardTimeout} ms; it goes on`,
  );
}
