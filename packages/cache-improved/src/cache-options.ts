import { CacheError, describeValue } from '@resync/cache-contract';

/** @throws CacheError `INVALID_OPTION` unless it is a whole number over 0, or Infinity */
export function wholeBound(name: string, value: number): number {
  if ((Number.isInteger(value) && value > 0) || value === Infinity) return value;
  throw new CacheError(
    'INVALID_OPTION',
    `expected ${name} to be a whole number over 0, or Infinity; got ${describeValue(value)}`,
  );
}

/** @throws CacheError `INVALID_OPTION` unless it is a finite number over 0 */
export function interval(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new CacheError(
    'INVALID_OPTION',
    `expected ${name} in milliseconds, over 0; got ${describeValue(value)}`,
  );
}

/** @throws CacheError `INVALID_OPTION` for an eviction policy that is not there */
export function refuseUnknownPolicy(policy: unknown): void {
  if (policy === undefined || policy === 'lru') return;
  throw new CacheError(
    'INVALID_OPTION',
    `expected policy to be "lru"; got ${describeValue(policy)}`,
  );
}
