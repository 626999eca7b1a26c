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
import { keyOf, safeKey } from './safe-key.js';

/** The part of a `NodeCache` of node-cache 5 that the adapter uses. */
export interface NodeCacheInstance {
  readonly options: { readonly stdTTL?: number | string; readonly maxKeys?: number };
  get(key: string): unknown;
  has(key: string): boolean;
  set(key: string, value: unknown, ttl: number): boolean;
  del(key: string): number;
  getTtl(key: string): number | undefined;
  keys(): string[];
  flushAll(): void;
  close(): void;
  on(event: 'set' | 'del' | 'expired' | 'flush', listener: (key: string) => void): unknown;
  removeListener(event: string, listener: (key: string) => void): unknown;
}

const SECOND = 1000;

/** node-cache lets an entry live through the millisecond in which its lifetime is over. */
const UNTIL_BEFORE_THE_LAST = 0.5;

/** How many of the oldest entries are looked at for one that is over before a live one makes room. */
const EXPIRED_SEARCH = 16;

/** A node-cache behind the contract. Where it is full, the oldest entry makes room instead of an error. */
export function nodeCache<V = unknown>(
  instance: NodeCacheInstance,
  options: AdapterOptions = {},
): LocalCache<V> & IterableCache<V> & AddingCache<V> & LeasingCache<V> {
  return new AdaptedCache<V>(new NodeCacheBackend<V>(instance, options), options.clock);
}

class NodeCacheBackend<V> implements Backend<V> {
  readonly name = 'node-cache';
  readonly ordering = 'at once';
  readonly traits: BackendTraits;
  readonly #cache: NodeCacheInstance;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #closes: boolean;
  readonly #listeners: readonly (readonly [
    'set' | 'del' | 'expired' | 'flush',
    (key: string) => void,
  ])[];
  // In order of their first set; kept only where there is a bound, because node-cache has no such order.
  readonly #byAge: Set<string>;
  #evictions = 0;
  #expirations = 0;

  constructor(cache: NodeCacheInstance, options: AdapterOptions) {
    this.#cache = cache;
    this.#clock = options.clock ?? systemClock;
    this.#closes = options.onShutdown === 'close';
    const { stdTTL = 0, maxKeys = -1 } = cache.options;
    this.#maxKeys = maxKeys > -1 ? maxKeys : Infinity;
    const isBounded = this.#maxKeys !== Infinity;
    this.#byAge = new Set(isBounded ? cache.keys() : []);
    this.#listeners = [
      ['expired', () => (this.#expirations += 1)],
      ...(isBounded
        ? ([
            ['set', (key: string) => this.#byAge.add(key)],
            ['del', (key: string) => this.#byAge.delete(key)],
            ['flush', () => this.#byAge.clear()],
          ] as const)
        : []),
    ];
    for (const [event, listener] of this.#listeners) cache.on(event, listener);
    const defaultTtl = Number(stdTTL) * SECOND;
    this.traits = {
      expiry: 'absolute',
      shared: false,
      defaultTtl: defaultTtl === 0 ? Infinity : defaultTtl,
      ...(isBounded && { maxEntries: this.#maxKeys }),
      normalises: [
        { behaviour: 'default ttl', beneath: 'lifetimes are in seconds' },
        { behaviour: 'ttl edges', beneath: 'ttl 0 is for ever, a negative one deletes' },
        { behaviour: 'bounds', beneath: 'a full cache throws, at an overwrite too' },
        { behaviour: 'keys', beneath: 'the names that every object has are lost or misread' },
        { behaviour: 'end', beneath: 'close() ends its timer, and it works on' },
        { behaviour: 'metrics', beneath: 'getStats(), at once, in words of its own' },
      ],
    };
  }

  read(key: string): Hit<V> | undefined {
    const stored = safeKey(key);
    const value = this.#cache.get(stored);
    if (value === undefined) return undefined;
    return { kind: 'hit', value: value as V, expiresAt: this.#endOf(stored) };
  }

  has(key: string): boolean {
    return this.#cache.has(safeKey(key));
  }

  write(key: string, value: V, ttl: number): void {
    const stored = safeKey(key);
    const isThere = this.#cache.has(stored);
    if (!isThere) this.#makeRoom();
    const seconds = ttl === Infinity ? 0 : (ttl - UNTIL_BEFORE_THE_LAST) / SECOND;
    if (isThere && this.#byAge.size >= this.#maxKeys) this.#replace(stored, value, seconds);
    else this.#store(stored, value, seconds);
  }

  remove(key: string): boolean {
    const stored = safeKey(key);
    const wasThere = this.#cache.has(stored);
    this.#cache.del(stored);
    return wasThere;
  }

  clear(): void {
    this.#cache.flushAll();
  }

  keys(): readonly string[] {
    return this.#liveKeys().map(keyOf);
  }

  *entries(): Iterable<CacheEntry<V>> {
    for (const stored of this.#liveKeys()) {
      const value = this.#cache.get(stored);
      if (value === undefined) continue;
      yield { key: keyOf(stored), value: value as V, expiresAt: this.#endOf(stored) };
    }
  }

  removals(): Pick<CacheStats, 'evictions' | 'expirations'> {
    return { evictions: this.#evictions, expirations: this.#expirations };
  }

  close(): void {
    for (const [event, listener] of this.#listeners) this.#cache.removeListener(event, listener);
    if (this.#closes) this.#cache.close();
  }

  #liveKeys(): readonly string[] {
    return this.#cache.keys().filter((stored) => this.#cache.has(stored));
  }

  /** In milliseconds since the epoch; node-cache says 0 for "never". */
  #endOf(stored: string): number {
    const end = this.#cache.getTtl(stored) ?? 0;
    return end === 0 ? Infinity : Math.ceil(end);
  }

  #store(stored: string, value: V, seconds: number): void {
    try {
      this.#cache.set(stored, value, seconds);
    } catch (cause) {
      throw new CacheError('INVALID_VALUE', 'expected a value that node-cache can clone', {
        cause,
      });
    }
  }

  /** A full node-cache refuses an overwrite too: what is there goes first, and comes back if it must. */
  #replace(stored: string, value: V, seconds: number): void {
    const old = this.#cache.get(stored) as V;
    const end = this.#endOf(stored);
    this.#cache.del(stored);
    try {
      this.#store(stored, value, seconds);
    } catch (error) {
      const left = (end - UNTIL_BEFORE_THE_LAST - this.#clock.now()) / SECOND;
      this.#store(stored, old, end === Infinity ? 0 : left);
      throw error;
    }
  }

  #makeRoom(): void {
    if (this.#byAge.size < this.#maxKeys) return;
    let oldest: string | undefined;
    let searched = 0;
    for (const stored of this.#byAge) {
      // Asking removes what is over.
      if (!this.#cache.has(stored)) return;
      oldest ??= stored;
      searched += 1;
      if (searched === EXPIRED_SEARCH) break;
    }
    if (oldest === undefined) return;
    this.#cache.del(oldest);
    this.#evictions += 1;
  }
}
