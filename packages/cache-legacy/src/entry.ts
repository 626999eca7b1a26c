import { entryWeight } from './entry-weight.js';
import { milliseconds } from './milliseconds.js';
import { assertPresent } from './present-value.js';

/** What is stored beside a key. */
export interface Entry<V> {
  readonly value: V;
  /** The weight when it was set. A stored value is not looked at again: it may not let itself be. */
  readonly bytes: number;
  readonly ttlMs: number;
  /** Milliseconds since the epoch of the last write or read; the lifetime counts from here. */
  timestamp: number;
}

/** An entry that was checked and is not stored yet. */
export type Draft<V> = Omit<Entry<V>, 'timestamp'>;

/** What a draft is made of: a canonical key, and what nobody has looked at. */
export interface Candidate {
  readonly key: string;
  readonly value: unknown;
  readonly ttlSeconds: unknown;
}

const MEGABYTE = 1024 * 1024;

/**
 * Checks what is about to be stored. The value is taken for a `V`.
 *
 * @throws TypeError for a null value, one that cannot be weighed, and a lifetime that is no number;
 *   RangeError for a lifetime that is negative or over one year, and a value over `maxBytes`
 */
export function draftEntry<V>(candidate: Candidate, maxBytes: number): Draft<V> {
  const { key, value, ttlSeconds } = candidate;
  assertPresent(value);
  const ttlMs = milliseconds(ttlSeconds);
  const bytes = entryWeight(key, value);
  if (bytes > maxBytes) {
    throw new RangeError(
      `expected a value within maxMemoryMb (${maxBytes / MEGABYTE}); got one of about ${Math.ceil(bytes / MEGABYTE)} MB`,
    );
  }
  return { value: value as V, bytes, ttlMs };
}

/** Milliseconds since the epoch. */
export function expiryOf(entry: Entry<unknown>): number {
  return entry.timestamp + entry.ttlMs;
}

export function isExpired(entry: Entry<unknown>, now: number): boolean {
  return now >= expiryOf(entry);
}
