import {
  CacheError,
  systemClock,
  type AddingCache,
  type CacheEntry,
  type CacheStats,
  type Clock,
  type Hit,
  type IterableCache,
  type LeasingCache,
  type LocalCache,
} from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import type { AdapterOptions } from '../adapter/adapter-options.js';
import type { Backend, BackendTraits } from '../adapter/backend.js';

/** The part of an `LRUCache` of lru-cache 10 or 11 that the adapter uses. */
export interface LruCacheInstance<V> {
  readonly max: number;
  readonly maxSize: number;
  readonly maxEntrySize: number;
  readonly ttl: number;
  readonly updateAgeOnGet: boolean;
  readonly size: number;
  readonly calculatedSize: number;
  readonly sizeCalculation?: ((value: V, key: string) => number) | undefined;
  get(key: string, options: { allowStale: false }): V | undefined;
  peek(key: string, options: { allowStale: false }): V | undefined;
  has(key: string, options: { updateAgeOnHas: false }): boolean;
  set(key: string, value: V, options: { ttl: number; noUpdateTTL: false }): unknown;
  delete(key: string): boolean;
  clear(): void;
  keys(): Iterable<string>;
  getRemainingTTL(key: string): number;
}

/** An entry of lru-cache lives through the millisecond in which its lifetime is over. */
const UNTIL_BEFORE_THE_LAST = 0.5;

/** An lru-cache behind the contract. It holds any value as it is, null too. */
export function lruCache<V = unknown>(
  instance: LruCacheInstance<V>,
  options: Pick<AdapterOptions, 'clock'> = {},
): LocalCache<V> & IterableCache<V> & AddingCache<V> & LeasingCache<V> {
  const clock = options.clock ?? systemClock;
  return new AdaptedCache<V>(new LruBackend(instance, clock), clock);
}

class LruBackend<V> implements Backend<V> {
  readonly name = 'lru-cache';
  readonly ordering = 'at once';
  readonly traits: BackendTraits;
  readonly #cache: LruCacheInstance<V>;
  readonly #clock: Clock;
  #evictions = 0;

  constructor(cache: LruCacheInstance<V>, clock: Clock) {
    this.#cache = cache;
    this.#clock = clock;
    this.traits = {
      expiry: cache.updateAgeOnGet ? 'sliding' : 'absolute',
      shared: false,
      defaultTtl: cache.ttl === 0 ? Infinity : cache.ttl,
      ...(cache.max > 0 && { maxEntries: cache.max }),
      ...(cache.maxSize > 0 && { maxBytes: cache.maxSize }),
      normalises: [
        { behaviour: 'ttl edges', beneath: 'ttl 0 is for ever; the last millisecond is lived in' },
        { behaviour: 'bounds', beneath: 'a value over maxEntrySize removes the old one' },
        { behaviour: 'end', beneath: 'there is no end' },
        { behaviour: 'metrics', beneath: 'there are none' },
      ],
    };
  }

  read(key: string): Hit<V> | undefined {
    const value = this.#cache.get(key, { allowStale: false });
    return value === undefined ? undefined : this.#hit(key, value);
  }

  has(key: string): boolean {
    return this.#cache.has(key, { updateAgeOnHas: false });
  }

  write(key: string, value: V, ttl: number): void {
    const cache = this.#cache;
    this.#refuseTooLarge(key, value);
    // What is over and still stored would hide that something else makes room.
    if (!this.has(key)) cache.delete(key);
    const expected = this.has(key) ? cache.size : cache.size + 1;
    cache.set(key, value, {
      ttl: ttl === Infinity ? 0 : ttl - UNTIL_BEFORE_THE_LAST,
      noUpdateTTL: false,
    });
    this.#evictions += expected - cache.size;
  }

  remove(key: string): boolean {
    const wasThere = this.has(key);
    this.#cache.delete(key);
    return wasThere;
  }

  clear(): void {
    this.#cache.clear();
  }

  keys(): readonly string[] {
    return [...this.#cache.keys()];
  }

  *entries(): Iterable<CacheEntry<V>> {
    // The keys first: the walk of lru-cache ends early where entries go meanwhile.
    for (const key of this.keys()) {
      const value = this.#cache.peek(key, { allowStale: false });
      if (value === undefined) continue;
      yield { key, value, expiresAt: this.#endOf(key) };
    }
  }

  removals(): Pick<CacheStats, 'evictions' | 'expirations'> {
    return { evictions: this.#evictions, expirations: 0 };
  }

  bytes(): number | undefined {
    return this.#cache.maxSize > 0 ? this.#cache.calculatedSize : undefined;
  }

  #hit(key: string, value: V): Hit<V> {
    return { kind: 'hit', value, expiresAt: this.#endOf(key) };
  }

  #endOf(key: string): number {
    return Math.ceil(this.#clock.now() + this.#cache.getRemainingTTL(key));
  }

  #refuseTooLarge(key: string, value: V): void {
    const { maxEntrySize, sizeCalculation } = this.#cache;
    if (maxEntrySize === 0 || sizeCalculation === undefined) return;
    const size = sizeCalculation(value, key);
    if (size <= maxEntrySize) return;
    throw new CacheError(
      'TOO_LARGE',
      `expected an entry of at most maxEntrySize (${maxEntrySize}); got one of ${size}`,
    );
  }
}
