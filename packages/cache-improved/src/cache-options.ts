import { CacheError, describeValue } from '@resync/cache-contract';
import type { EvictionPolicy, PolicyPorts } from './engine/eviction-policy.js';
import { POLICIES, type PolicyName } from './engine/policies.js';

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
export function policyNamed(name: PolicyName = 's3-fifo'): (ports: PolicyPorts) => EvictionPolicy {
  if (Object.hasOwn(POLICIES, name)) return POLICIES[name];
  throw new CacheError(
    'INVALID_OPTION',
    `expected policy to be ${Object.keys(POLICIES).join(' or ')}; got ${describeValue(name)}`,
  );
}

/** @throws CacheError `INVALID_VALUE` unless it is a finite number of 0 or more */
export function weight(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new CacheError(
    'INVALID_VALUE',
    `expected sizeOf to weigh the entry in bytes, 0 or more; got ${describeValue(value)}`,
  );
}
