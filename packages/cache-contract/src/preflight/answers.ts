import type { Cache } from '../cache.js';
import { CacheError } from '../cache-error.js';

/** How a refusal reads in an answer; `undefined` where the call was accepted. */
export async function refusalOf(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error instanceof CacheError ? `refused with ${String(error.code)}` : refusalBy(error);
  }
}

function refusalBy(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return `refused with a ${name}, which is no CacheError`;
}

/** What is under the key, in words: `get` and `lookup` must agree. */
export async function readingOf(cache: Cache, key: string, expected: unknown): Promise<string> {
  const value = await cache.get(key);
  const found = await cache.lookup(key);
  const isHit = found.kind === 'hit';
  if (isHit !== (value !== undefined)) return 'a hit by one way of asking, a miss by another';
  if (!isHit) return 'a miss';
  return Object.is(found.value, expected) && Object.is(value, expected)
    ? 'a hit with the value'
    : 'a hit with another value';
}

const SECOND = 1000;
const UNITS = [
  [365 * 24 * 3600 * SECOND, 'year'],
  [24 * 3600 * SECOND, 'day'],
  [3600 * SECOND, 'hour'],
  [60 * SECOND, 'minute'],
  [SECOND, 'second'],
  [1, 'millisecond'],
] as const;

/** A lifetime in the largest unit that fits it evenly. */
export function inWords(ms: number | undefined): string {
  if (ms === undefined) return 'not declared';
  if (ms === Infinity) return 'none, entries never end';
  for (const [length, name] of UNITS) {
    if (ms % length === 0) return `${ms / length} ${name}${ms === length ? '' : 's'}`;
  }
  return `${ms} milliseconds`;
}
