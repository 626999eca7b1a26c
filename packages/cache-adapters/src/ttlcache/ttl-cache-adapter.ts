import {
  MAX_TTL,
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

/** The part of a `TTLCache` of @isaacs/ttlcache 2 that the adapter uses. */
export interface TtlCacheInstance<V> {
  readonly max: number;
  readonly ttl?: number | undefined;
  readonly updateAgeOnGet: boolean;
  readonly size: number;
  get(key: string, options: { ttl: number; updateAgeOnGet: boolean }): V | undefined;
  has(key: string, options: { updateAgeOnHas: false }): boolean;
  set(key: string, value: V, options: { ttl: number; noUpdateTTL: false }): unknown;
  delete(key: string): boolean;
  clear(): void;
  purgeStale(): void;
  keys(): Iterable<string>;
  getRemainingTTL(key: string): number;
}

/** How many lifetimes of entries that are gone are kept before they are looked for. */
const FORGOTTEN_AT_ONCE = 1000;

/** An @isaacs/ttlcache behind the contract. It holds any value as it is, null too. */
export function ttlCache<V = unknown>(
  instance: TtlCacheInstance<V>,
  options: Pick<AdapterOptions, 'clock'> = {},
): LocalCache<V> & IterableCache<V> & AddingCache<V> & LeasingCache<V> {
  const clock = options.clock ?? systemClock;
  return new AdaptedCache<V>(new TtlCacheBackend(instance, clock), clock);
}

class TtlCacheBackend<V> implements Backend<V> {
  readonly name = '@isaacs/ttlcache';
  readonly ordering = 'at once';
  readonly traits: BackendTraits;
  readonly #cache: TtlCacheInstance<V>;
  readonly #clock: Clock;
  // It prolongs by its own default; the lifetime that an entry was written with is known here only.
  readonly #slidingTtls: Map<string, number> | undefined;
  #evictions = 0;

  constructor(cache: TtlCacheInstance<V>, clock: Clock) {
    this.#cache = cache;
    this.#clock = clock;
    if (cache.updateAgeOnGet) this.#slidingTtls = new Map();
    const isBounded = cache.max !== Infinity;
    const defaultTtl = cache.ttl ?? Infinity;
    this.traits = {
      expiry: cache.updateAgeOnGet ? 'sliding' : 'absolute',
      shared: false,
      defaultTtl: isBounded ? Math.min(defaultTtl, MAX_TTL) : defaultTtl,
      ...(isBounded && { maxEntries: cache.max, maxTtl: MAX_TTL }),
      normalises: [
        { behaviour: 'ttl edges', beneath: 'ttl 0 throws; an entry is read until its timer fires' },
        {
          behaviour: 'bounds',
          beneath:
            'full of entries without an end it hangs: with a bound, the adapter gives a year',
        },
        { behaviour: 'end', beneath: 'there is no end' },
        { behaviour: 'metrics', beneath: 'there are none' },
      ],
    };
  }

  read(key: string): Hit<V> | undefined {
    if (!this.has(key)) return undefined;
    const ttl = this.#slidingTtls?.get(key) ?? this.#cache.ttl ?? Infinity;
    const updateAgeOnGet = this.#slidingTtls !== undefined;
    return this.#hit(key, this.#cache.get(key, { ttl, updateAgeOnGet }) as V);
  }

  /** It answers for an entry until a timer has removed it; the end of the entry decides here. */
  has(key: string): boolean {
    return this.#cache.getRemainingTTL(key) > 0;
  }

  write(key: string, value: V, ttl: number): void {
    const cache = this.#cache;
    const isStored = cache.has(key, { updateAgeOnHas: false });
    if (!isStored && cache.size >= cache.max) cache.purgeStale();
    const expected = isStored ? cache.size : cache.size + 1;
    cache.set(key, value, { ttl, noUpdateTTL: false });
    this.#rememberTtl(key, ttl);
    this.#evictions += expected - cache.size;
  }

  remove(key: string): boolean {
    const wasThere = this.has(key);
    this.#cache.delete(key);
    this.#slidingTtls?.delete(key);
    return wasThere;
  }

  clear(): void {
    this.#cache.clear();
    this.#slidingTtls?.clear();
  }

  keys(): readonly string[] {
    return [...this.#cache.keys()].filter((key) => this.has(key));
  }

  *entries(): Iterable<CacheEntry<V>> {
    for (const key of this.keys()) {
      if (!this.has(key)) continue;
      const value = this.#cache.get(key, { ttl: Infinity, updateAgeOnGet: false }) as V;
      yield { key, value, expiresAt: this.#endOf(key) };
    }
  }

  removals(): Pick<CacheStats, 'evictions' | 'expirations'> {
    return { evictions: this.#evictions, expirations: 0 };
  }

  #rememberTtl(key: string, ttl: number): void {
    const ttls = this.#slidingTtls;
    if (ttls === undefined) return;
    ttls.set(key, ttl);
    if (ttls.size <= 2 * this.#cache.size + FORGOTTEN_AT_ONCE) return;
    for (const known of ttls.keys()) if (!this.has(known)) ttls.delete(known);
  }

  #hit(key: string, value: V): Hit<V> {
    return { kind: 'hit', value, expiresAt: this.#endOf(key) };
  }

  #endOf(key: string): number {
    return this.#clock.now() + this.#cache.getRemainingTTL(key);
  }
}
