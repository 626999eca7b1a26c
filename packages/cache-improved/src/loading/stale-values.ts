import type { Clock } from '@resync/cache-contract';
import { MemoryStore } from '../memory-store.js';
import { TaggedKeys } from '../tags/tagged-keys.js';
import type { LoadedEntry } from './loaded-entry.js';

/** How much of what is expired is kept. */
export interface StaleBounds<V> {
  readonly maxEntries: number;
  /** Default: no such bound. */
  readonly maxBytes?: number;
  /** Default: the estimate of {@link MemoryStore}. */
  readonly sizeOf?: (value: V, key: string) => number;
}

interface StaleValue<V> {
  readonly value: V;
  /** When its lifetime was over, in milliseconds since the epoch. */
  readonly endedAt: number;
}

/**
 * Values whose lifetime is over and whose grace is not: in a store of their own with bounds of its
 * own, so that nothing but a load that fails or takes its time ever sees them.
 */
export class StaleValues<V> {
  readonly #clock: Clock;
  readonly #bounds: StaleBounds<V>;
  readonly #tags = new TaggedKeys();
  // Made with the first value.
  #store: MemoryStore<StaleValue<V>> | undefined;

  constructor(clock: Clock, bounds: StaleBounds<V>) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Does nothing where the grace is over too, or the value is too heavy. */
  add(key: string, value: V, { expiresAt, grace, tags }: LoadedEntry): void {
    const left = Math.min(expiresAt + grace - this.#clock.now(), grace);
    if (!(left > 0)) return;
    this.#store ??= this.#newStore();
    try {
      this.#store.set(key, { value, endedAt: expiresAt }, { ttl: left });
      this.#tags.add(key, tags);
    } catch {
      // Over the bound in bytes: it is just expired then.
      this.#store.delete(key);
    }
  }

  get(key: string, grace: number): V | undefined {
    const stale = this.#store?.get(key);
    return stale !== undefined && this.#clock.now() < stale.endedAt + grace
      ? stale.value
      : undefined;
  }

  delete(key: string): void {
    this.#store?.delete(key);
  }

  deleteByTag(tag: string): void {
    for (const key of this.#tags.keysOf(tag)) this.delete(key);
  }

  clear(): void {
    this.#store?.clear();
  }

  /** Removes the values whose grace is over too. */
  removeExpired(): void {
    this.#store?.removeExpired();
  }

  #newStore(): MemoryStore<StaleValue<V>> {
    const { maxEntries, maxBytes, sizeOf } = this.#bounds;
    return new MemoryStore({
      clock: this.#clock,
      maxEntries,
      onRemoval: ({ key }) => this.#tags.remove(key),
      ...(maxBytes !== undefined && { maxBytes }),
      ...(maxBytes !== undefined &&
        sizeOf !== undefined && {
          sizeOf: ({ value }: StaleValue<V>, key: string) => sizeOf(value, key),
        }),
    });
  }
}
