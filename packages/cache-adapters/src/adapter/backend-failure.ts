import { CacheError } from '@resync/cache-contract';

/** An error of the library in the contract's words; one that has them already stays as it is. */
export function backendFailure(library: string, error: unknown): CacheError {
  if (error instanceof CacheError) return error as CacheError;
  const message = error instanceof Error ? error.message : String(error);
  return new CacheError(
    'BACKEND',
    `expected ${library} to carry out the call; it failed: ${message}`,
    { cause: error },
  );
}
