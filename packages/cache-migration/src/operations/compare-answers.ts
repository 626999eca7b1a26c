import type { Lookup } from '@resync/cache-contract';
import type { Difference } from '../observation/mismatch.js';

/** What counts as equal. */
export interface Equality<V> {
  readonly compare: (legacy: V, next: V) => boolean;
  /** Milliseconds by which the ends may differ; `Infinity`: they are not compared. */
  readonly expiryTolerance: number;
}

/** How two answers differ, if they do; `undefined` as an answer: the side gave none. Never throws. */
export function differenceOf<V>(
  legacy: Lookup<V> | undefined,
  next: Lookup<V> | undefined,
  { compare, expiryTolerance }: Equality<V>,
): Difference | undefined {
  if (legacy === undefined || next === undefined) return 'error';
  if (legacy.kind === 'miss') return next.kind === 'miss' ? undefined : 'expiry';
  if (next.kind === 'miss') return 'absent';
  try {
    if (!compare(legacy.value, next.value)) return 'value';
  } catch {
    // A value whose parts cannot be read, or that is nested deeper than the stack.
    return 'error';
  }
  if (legacy.expiresAt === undefined || next.expiresAt === undefined) return undefined;
  // Two that never end differ by NaN, which is not over anything.
  const apart = Math.abs(legacy.expiresAt - next.expiresAt);
  return apart > expiryTolerance ? 'expiry' : undefined;
}
