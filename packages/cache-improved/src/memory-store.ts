import {
  assertKey,
  assertValue,
  CacheError,
  MISS,
  systemClock,
  type CacheEntry,
  type Clock,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { refuseUnknownPolicy, wholeBound } from './cache-options.js';
import type { Removal, RemovalReason } from './cache-storage.js';
import { lifetimeFrom, type Lifetime } from './lifetime.js';

/** Options of the synchronous engine. */
export interface MemoryStoreOptions<V> {
  /** At most so many entries. Default 100 000. */
  readonly maxEntries?: number;
  /** At most so many bytes, as `sizeOf` weighs them. Default: no such bound. */
  readonly maxBytes?: number;
  /** The weight of an entry in bytes; needed with `maxBytes`. */
  readonly sizeOf?: (value: V, key: string) => number;
  /** Lifetime of an entry that is set without one, in milliseconds. Default: for ever. */
  readonly ttl?: number;
  /** What is removed for room: the least recently used entry. */
  readonly policy?: 'lru';
  /** `sliding`: a read starts the lifetime anew. Default `absolute`. */
  readonly expiry?: 'absolute' | 'sliding';
  /** Told of each entry that is gone, once it is. */
  readonly onRemoval?: (removal: Removal<V>) => void;
  readonly clock?: Clock;
}

interface Entry<V> {
  value: V;
  ttl: number;
  expiresAt: number;
  bytes: number;
}

/** How many of the oldest entries are searched for an expired one before a live one is evicted. */
const EXPIRED_SEARCH = 16;

/**
 * The engine without promises: a map in order of use, bounded by entries and by bytes, with a
 * lifetime for each entry. Expired entries are removed when they are read, when room is needed, and
 * by `removeExpired`.
 */
export class MemoryStore<V = unknown> {
  readonly expiry: 'absolute' | 'sliding';
  readonly maxEntries: number;
  /** `Infinity`: no such bound. */
  readonly maxBytes: number;
  readonly #entries = new Map<string, Entry<V>>();
  readonly #sizeOf: ((value: V, key: string) => number) | undefined;
  readonly #ttl: number;
  readonly #clock: Clock;
  readonly #onRemoval: (removal: Removal<V>) => void;
  #bytes = 0;
  // No entry expires before this.
  #nextExpiry = Infinity;

  constructor(options: MemoryStoreOptions<V> = {}) {
    if (options.maxBytes !== undefined && options.sizeOf === undefined) {
      throw new CacheError('INVALID_OPTION', 'expected sizeOf beside maxBytes; got none');
    }
    refuseUnknownPolicy(options.policy);
    this.#clock = options.clock ?? systemClock;
    this.expiry = options.expiry ?? 'absolute';
    this.maxEntries = wholeBound('maxEntries', options.maxEntries ?? 100_000);
    this.maxBytes = wholeBound('maxBytes', options.maxBytes ?? Infinity);
    this.#sizeOf = options.sizeOf;
    this.#ttl = lifetimeFrom(0, options.ttl ?? Infinity).ttl;
    this.#onRemoval = options.onRemoval ?? (() => undefined);
  }

  /** Live entries. */
  get size(): number {
    this.removeExpired();
    return this.#entries.size;
  }

  /** What the entries weigh, in bytes; `undefined` without `sizeOf`. */
  get bytes(): number | undefined {
    return this.#sizeOf === undefined ? undefined : this.#bytes;
  }

  /** The value, or `undefined`. */
  get(key: string): V | undefined {
    const found = this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  lookup(key: string): Lookup<V> {
    const entry = this.#liveEntry(key);
    if (entry === undefined) return MISS;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.expiry === 'sliding') entry.expiresAt = this.#clock.now() + entry.ttl;
    return { kind: 'hit', value: entry.value, expiresAt: entry.expiresAt };
  }

  /** Neither prolongs the entry nor counts as use. */
  has(key: string): boolean {
    return this.#liveEntry(key) !== undefined;
  }

  /** @throws CacheError for what is no key, value or lifetime, and `TOO_LARGE` */
  set(key: string, value: V, options?: SetOptions): void {
    assertKey(key);
    assertValue(value);
    this.put(key, value, lifetimeFrom(this.#clock.now(), options?.ttl ?? this.#ttl));
  }

  /** As `set`, with a key, a value and a lifetime that were checked. */
  put(key: string, value: V, { ttl, expiresAt }: Lifetime): void {
    const bytes = this.weigh(key, value);
    const old = this.#liveEntry(key);
    if (old !== undefined) this.#remove(key, old, ttl === 0 ? 'delete' : 'set');
    if (ttl === 0) return;
    this.#entries.set(key, { value, ttl, expiresAt, bytes });
    this.#bytes += bytes;
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    while (this.#entries.size > this.maxEntries || this.#bytes > this.maxBytes) this.#evict();
  }

  /**
   * What the entry weighs, in bytes.
   *
   * @throws CacheError `TOO_LARGE` for what alone is over the bound
   */
  weigh(key: string, value: V): number {
    const bytes = this.#sizeOf?.(value, key) ?? 0;
    if (bytes <= this.maxBytes) return bytes;
    throw new CacheError(
      'TOO_LARGE',
      `expected an entry of at most maxBytes (${this.maxBytes}); got one of ${bytes}`,
    );
  }

  /** As `put`, unless a live entry is there; true when the value was stored. */
  add(key: string, value: V, lifetime: Lifetime): boolean {
    if (this.has(key)) return false;
    this.put(key, value, lifetime);
    return true;
  }

  /** The live entries, which neither counts as use nor prolongs them; those that come meanwhile are not among them. */
  *entries(): IterableIterator<CacheEntry<V>> {
    for (const key of [...this.#entries.keys()]) {
      const entry = this.#liveEntry(key);
      if (entry !== undefined) yield { key, value: entry.value, expiresAt: entry.expiresAt };
    }
  }

  /** True when a live entry was there. */
  delete(key: string): boolean {
    const entry = this.#liveEntry(key);
    if (entry === undefined) return false;
    this.#remove(key, entry, 'delete');
    return true;
  }

  clear(): void {
    const cleared = [...this.#entries];
    this.#entries.clear();
    this.#bytes = 0;
    this.#nextExpiry = Infinity;
    for (const [key, { value }] of cleared) this.#onRemoval({ key, value, reason: 'clear' });
  }

  /** The keys of the live entries, the least recently used first. */
  *keys(): IterableIterator<string> {
    this.removeExpired();
    yield* this.#entries.keys();
  }

  /** Removes every expired entry. */
  removeExpired(): void {
    const now = this.#clock.now();
    if (now < this.#nextExpiry) return;
    let nextExpiry = Infinity;
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAt <= now) this.#expire(key, entry);
      else nextExpiry = Math.min(nextExpiry, entry.expiresAt);
    }
    this.#nextExpiry = nextExpiry;
  }

  #liveEntry(key: string): Entry<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt > this.#clock.now()) return entry;
    this.#expire(key, entry);
    return undefined;
  }

  #evict(): void {
    const now = this.#clock.now();
    let oldest: [string, Entry<V>] | undefined;
    let searched = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAt <= now) {
        this.#expire(key, entry);
        return;
      }
      oldest ??= [key, entry];
      searched += 1;
      if (searched === EXPIRED_SEARCH) break;
    }
    if (oldest === undefined) return;
    this.#remove(...oldest, 'evict');
  }

  #expire(key: string, entry: Entry<V>): void {
    this.#remove(key, entry, 'expire');
  }

  #remove(key: string, entry: Entry<V>, reason: RemovalReason): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#onRemoval({ key, value: entry.value, reason });
  }
}
