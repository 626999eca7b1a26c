import type { Clock } from '@resync/cache-contract';
import type { Removal } from '../cache-storage.js';
import type { LoadedEntry } from './loaded-entry.js';
import { StaleValues, type StaleBounds } from './stale-values.js';

/**
 * What is known of the entries that were loaded with a grace or an early refresh, beside what their
 * storage knows. A storage never shows what is expired; the values in their grace are kept apart.
 */
export class LoadedEntries<V> {
  readonly #entries = new Map<string, LoadedEntry>();
  readonly #stale: StaleValues<V>;
  readonly #clock: Clock;
  #isEmpty = true;

  constructor(clock: Clock, bounds: StaleBounds<V>) {
    this.#clock = clock;
    this.#stale = new StaleValues(clock, bounds);
  }

  /** The entry was stored just now. */
  add(key: string, entry: LoadedEntry): void {
    this.#entries.set(key, entry);
    this.#isEmpty = false;
  }

  /** The entry of the key is gone from the storage. */
  removed({ key, value, reason }: Removal<V>): void {
    if (this.#isEmpty) return;
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#isEmpty = this.#entries.size === 0;
    if (reason === 'expire') this.#stale.add(key, value, entry);
  }

  /** The key was written: what is in its grace is older. */
  written(key: string): void {
    this.#stale.delete(key);
  }

  /** As `written`, for what had the tag. */
  deleteByTag(tag: string): void {
    this.#stale.deleteByTag(tag);
  }

  clear(): void {
    this.#entries.clear();
    this.#isEmpty = true;
    this.#stale.clear();
  }

  /** Removes the values whose grace is over too. */
  removeExpired(): void {
    this.#stale.removeExpired();
  }

  /** The value that ended at most so many milliseconds ago, where whoever loaded it allows that too. */
  staleValue(key: string, grace: number): V | undefined {
    return grace === 0 ? undefined : this.#stale.get(key, grace);
  }

  /** Whether this share of the lifetime of the loaded entry is over. */
  isDue(key: string, share: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    return this.#clock.now() >= entry.expiresAt - entry.ttl * (1 - share);
  }
}
