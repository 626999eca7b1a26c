import { describeValue, systemClock, type Clock, type Timer } from '@resync/cache-contract';
import { canonicalKey } from './canonical-key.js';

/** Options in the old cache's units and words. */
export interface AsyncTTLCacheOptions {
  /** Lifetime of an entry that was set without one, in seconds. Default 60. */
  readonly ttlSeconds?: number;
  /** Seconds between two sweeps of expired entries. Default 30. */
  readonly cleanupInterval?: number;
  /** Default 16. */
  readonly numShards?: number;
  /** Default 100 000. */
  readonly maxEntries?: number;
  /** Default 100. The weight of entries is estimated, see `docs/intentional.md`. */
  readonly maxMemoryMb?: number;
  /** Caps `maxEntries` at 10 000 and `maxMemoryMb` at 10. Default false. */
  readonly paranoiaMode?: boolean;
  readonly clock?: Clock;
}

/** What `getDetailedMetrics` says, in the old cache's words. */
export interface DetailedMetrics {
  readonly size: number;
  readonly num_shards: number;
  readonly ttl_seconds: number;
  readonly cleanup_interval: number;
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  /** Entries that were evicted, deleted or expired: the old cache counts them together. */
  readonly evictions: number;
  readonly cleanup_cycles: number;
  readonly hit_rate: number;
  readonly miss_rate: number;
  /** Evictions for each set. */
  readonly eviction_rate: number;
  readonly shard_distribution: readonly number[];
  readonly is_running: boolean;
  readonly health_status: 'healthy' | 'over_limit';
}

/** What the old metrics count together, apart. */
export interface RemovalCounts {
  readonly deleted: number;
  readonly evicted: number;
  readonly expired: number;
}

/** An entry as the adapter sees it. */
export interface LegacyEntry<V> {
  readonly value: V;
  /** Milliseconds since the epoch; every read by `get` moves it on. */
  readonly expiresAt: number;
}

interface Entry<V> {
  readonly value: V;
  readonly ttlMs: number;
  timestamp: number;
}

interface Shard<V> {
  /** In order of timestamp: whatever is read or written moves to the end. */
  readonly entries: Map<string, Entry<V>>;
  /** No entry of the shard expires before this. */
  nextExpiry: number;
}

const SECOND = 1000;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const MEGABYTE = 1024 * 1024;
const SAMPLED_ENTRIES = 100;

/**
 * The old cache, as it is: sharded, sliding expiry, `null` on a miss, seconds. It is kept in one
 * class and frozen, because it is what people migrate away from. Departures from the original are
 * listed in `docs/intentional.md`.
 */
export class AsyncTTLCache<V = unknown> {
  readonly ttlSeconds: number;
  readonly cleanupInterval: number;
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #shards: readonly Shard<V>[];
  readonly #counts = { hits: 0, misses: 0, sets: 0, cleanupCycles: 0 };
  readonly #removed = { deleted: 0, evicted: 0, expired: 0 };
  #size = 0;
  #cleanup: Timer | undefined;

  constructor(options: AsyncTTLCacheOptions = {}) {
    const { paranoiaMode = false, maxEntries = 100_000, maxMemoryMb = 100 } = options;
    this.ttlSeconds = positive('ttlSeconds', options.ttlSeconds ?? 60);
    this.cleanupInterval = positive('cleanupInterval', options.cleanupInterval ?? 30);
    this.#maxEntries = positive(
      'maxEntries',
      paranoiaMode ? Math.min(maxEntries, 10_000) : maxEntries,
    );
    this.#maxBytes =
      positive('maxMemoryMb', paranoiaMode ? Math.min(maxMemoryMb, 10) : maxMemoryMb) * MEGABYTE;
    this.#clock = options.clock ?? systemClock;
    this.#shards = Array.from({ length: positive('numShards', options.numShards ?? 16) }, () => ({
      entries: new Map<string, Entry<V>>(),
      nextExpiry: Infinity,
    }));
  }

  /** The value, or `null`. A hit starts the entry's lifetime anew. */
  async get(key: unknown): Promise<V | null> {
    this.#ensureCleanup();
    const name = canonicalKey(key);
    const { entries } = this.#shardOf(name);
    const entry = entries.get(name);
    const now = this.#clock.now();
    if (entry === undefined || isExpired(entry, now)) {
      if (entry !== undefined) {
        this.#drop(entries, name);
        this.#removed.expired += 1;
      }
      this.#counts.misses += 1;
      return null;
    }
    this.#counts.hits += 1;
    entry.timestamp = now;
    entries.delete(name);
    entries.set(name, entry);
    return entry.value;
  }

  /**
   * @param ttlSeconds lifetime from now and from every later read; 0: expires at once
   * @throws TypeError for a null value or a lifetime that is no number; RangeError for a lifetime
   *   that is negative or over one year, and for a value over `maxMemoryMb`
   */
  async set(key: unknown, value: V, ttlSeconds: number = this.ttlSeconds): Promise<void> {
    const name = canonicalKey(key);
    if (value === null || value === undefined) {
      throw new TypeError(`expected a value; got ${String(value)}`);
    }
    const ttlMs = milliseconds(ttlSeconds);
    const bytes = shallowSize(name, value);
    if (bytes > this.#maxBytes) {
      throw new RangeError(
        `expected a value within maxMemoryMb (${this.#maxBytes / MEGABYTE}); got one of about ${Math.ceil(bytes / MEGABYTE)} MB`,
      );
    }
    this.#ensureCleanup();
    const shard = this.#shardOf(name);
    const timestamp = this.#clock.now();
    if (!shard.entries.delete(name)) this.#size += 1;
    shard.entries.set(name, { value, ttlMs, timestamp });
    shard.nextExpiry = Math.min(shard.nextExpiry, timestamp + ttlMs);
    this.#counts.sets += 1;
    while (this.#isOverBounds()) {
      if (!this.#makeRoomFor(name, shard)) break;
    }
  }

  /** True if the key was there, expired or not. */
  async delete(key: unknown): Promise<boolean> {
    const name = canonicalKey(key);
    const { entries } = this.#shardOf(name);
    if (!entries.has(name)) return false;
    this.#drop(entries, name);
    this.#removed.deleted += 1;
    return true;
  }

  async clear(): Promise<void> {
    for (const shard of this.#shards) {
      shard.entries.clear();
      shard.nextExpiry = Infinity;
    }
    this.#size = 0;
  }

  /** Entries, those included that are expired and not yet removed. */
  size(): number {
    return this.#size;
  }

  /** Stops the sweeping; the next get or set starts it again. */
  async stop(): Promise<void> {
    this.#cleanup?.cancel();
    this.#cleanup = undefined;
  }

  getDetailedMetrics(): DetailedMetrics {
    const { hits, misses, sets, cleanupCycles } = this.#counts;
    const { deleted, evicted, expired } = this.#removed;
    const asked = hits + misses;
    const evictions = deleted + evicted + expired;
    return {
      size: this.#size,
      num_shards: this.#shards.length,
      ttl_seconds: this.ttlSeconds,
      cleanup_interval: this.cleanupInterval,
      hits,
      misses,
      sets,
      evictions,
      cleanup_cycles: cleanupCycles,
      hit_rate: asked === 0 ? 0 : hits / asked,
      miss_rate: asked === 0 ? 0 : misses / asked,
      eviction_rate: sets === 0 ? 0 : evictions / sets,
      shard_distribution: this.#shards.map(({ entries }) => entries.size),
      is_running: this.#cleanup !== undefined,
      health_status: this.#isOverBounds() ? 'over_limit' : 'healthy',
    };
  }

  /** For the adapter: the live entry, without prolonging or counting it. */
  peek(key: string): LegacyEntry<V> | undefined {
    const entry = this.#shardOf(key).entries.get(key);
    if (entry === undefined || isExpired(entry, this.#clock.now())) return undefined;
    return { value: entry.value, expiresAt: expiryOf(entry) };
  }

  /** For the adapter: the keys of the live entries. */
  *liveKeys(): IterableIterator<string> {
    const now = this.#clock.now();
    for (const { entries } of this.#shards) {
      for (const [key, entry] of entries) if (!isExpired(entry, now)) yield key;
    }
  }

  /** For the adapter: what `getDetailedMetrics().evictions` is made of. */
  removalCounts(): RemovalCounts {
    return { ...this.#removed };
  }

  #shardOf(key: string): Shard<V> {
    let hash = 0;
    for (let index = 0; index < key.length; index += 1) {
      hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
    }
    const shard = this.#shards[(hash >>> 0) % this.#shards.length];
    if (shard === undefined) throw new RangeError('a cache has at least one shard');
    return shard;
  }

  #drop(entries: Map<string, Entry<V>>, key: string): void {
    entries.delete(key);
    this.#size -= 1;
  }

  #isOverBounds(): boolean {
    return this.#size > this.#maxEntries || this.#estimatedBytes() > this.#maxBytes;
  }

  /** The weight of all entries, from the first hundred. */
  #estimatedBytes(): number {
    let bytes = 0;
    let sampled = 0;
    for (const { entries } of this.#shards) {
      for (const [key, { value }] of entries) {
        if (sampled === SAMPLED_ENTRIES) return (bytes / sampled) * this.#size;
        bytes += shallowSize(key, value);
        sampled += 1;
      }
    }
    return bytes;
  }

  /** Removes expired entries, else the oldest other entry of the shard, else the oldest other one at all. */
  #makeRoomFor(key: string, shard: Shard<V>): boolean {
    const now = this.#clock.now();
    if (this.#removeExpired(shard, now)) return true;
    if (this.#shards.some((other) => this.#removeExpired(other, now))) return true;
    const oldest =
      oldestOtherThan(key, shard) ??
      this.#shards
        .map((other) => oldestOtherThan(key, other))
        .reduce((a, b) => (a && b ? (a.timestamp <= b.timestamp ? a : b) : (a ?? b)), undefined);
    if (oldest === undefined) return false;
    this.#drop(oldest.entries, oldest.key);
    this.#removed.evicted += 1;
    return true;
  }

  #removeExpired(shard: Shard<V>, now: number): boolean {
    if (now < shard.nextExpiry) return false;
    const before = this.#size;
    let nextExpiry = Infinity;
    for (const [key, entry] of shard.entries) {
      if (isExpired(entry, now)) this.#drop(shard.entries, key);
      else nextExpiry = Math.min(nextExpiry, expiryOf(entry));
    }
    shard.nextExpiry = nextExpiry;
    const removed = before - this.#size;
    this.#removed.expired += removed;
    return removed > 0;
  }

  #ensureCleanup(): void {
    this.#cleanup ??= this.#clock.schedule(() => this.#sweep(), this.cleanupInterval * SECOND);
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const shard of this.#shards) this.#removeExpired(shard, now);
    this.#counts.cleanupCycles += 1;
    this.#cleanup = undefined;
    this.#ensureCleanup();
  }
}

function expiryOf(entry: Entry<unknown>): number {
  return entry.timestamp + entry.ttlMs;
}

function isExpired(entry: Entry<unknown>, now: number): boolean {
  return now >= expiryOf(entry);
}

function oldestOtherThan<V>(
  key: string,
  { entries }: Shard<V>,
): { entries: Map<string, Entry<V>>; key: string; timestamp: number } | undefined {
  for (const [candidate, { timestamp }] of entries) {
    if (candidate !== key) return { entries, key: candidate, timestamp };
  }
  return undefined;
}

function milliseconds(ttlSeconds: unknown): number {
  if (typeof ttlSeconds !== 'number' || Number.isNaN(ttlSeconds)) {
    throw new TypeError(`expected a ttl in seconds; got ${describeValue(ttlSeconds)}`);
  }
  if (ttlSeconds < 0 || ttlSeconds > YEAR_SECONDS) {
    throw new RangeError(
      `expected a ttl of 0 to ${YEAR_SECONDS} seconds (one year); got ${describeValue(ttlSeconds)}`,
    );
  }
  // To the nanosecond first: 0.07 s are 70 ms, though 0.07 * 1000 is a little more.
  return Math.ceil(Math.round(ttlSeconds * 1e9) / 1e6);
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new RangeError(`expected ${name} to be a number over 0; got ${describeValue(value)}`);
}

/** A shallow weight in bytes: what lies behind references does not count. */
function shallowSize(key: string, value: unknown): number {
  const keyBytes = 2 * key.length;
  if (typeof value === 'string') return keyBytes + 2 * value.length;
  if (Array.isArray(value)) return keyBytes + 16 + 8 * value.length;
  if (ArrayBuffer.isView(value)) return keyBytes + value.byteLength;
  if (typeof value === 'object' && value !== null)
    return keyBytes + 16 + 8 * Object.keys(value).length;
  return keyBytes + 8;
}
