import type { Clock, Timer } from '@resync/cache-contract';
import { settingsFrom, type AsyncTTLCacheOptions } from './async-ttl-cache-options.js';
import { readSnapshot, snapshotOf, type BackupSnapshot } from './backup-snapshot.js';
import { canonicalKey } from './canonical-key.js';
import type { DetailedMetrics } from './detailed-metrics.js';
import { draftEntry, expiryOf, isExpired, type Draft, type Entry } from './entry.js';
import { checkHealth, type HealthReport } from './health-check.js';
import { SECOND } from './milliseconds.js';
import { emptyShard, hashOf, oldestIn, type Shard } from './shard.js';
import { undoSteps, type TransactionOperation, type UndoStep } from './transaction.js';
import { faultOf, type Verdict } from './verdict.js';

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

const SAMPLED_ENTRIES = 100;

/** The health check's key: no caller's, because keys with NUL are refused. */
const PROBE_KEY = '\0health';
const PROBE_TTL = 60 * SECOND;

/**
 * The old cache, as it is: sharded, sliding expiry, `null` on a miss, seconds. It is kept in one
 * class and frozen, because it is what people migrate away from. Departures from the original are
 * listed in `docs/intentional.md`.
 */
export class AsyncTTLCache<V = unknown> {
  readonly ttlSeconds: number;
  readonly cleanupInterval: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly #clock: Clock;
  readonly #shards: readonly Shard<V>[];
  readonly #counts = { hits: 0, misses: 0, sets: 0, cleanupCycles: 0 };
  readonly #removed = { deleted: 0, evicted: 0, expired: 0 };
  #size = 0;
  #cleanup: Timer | undefined;

  /** @throws RangeError for an option out of its range */
  constructor(options: AsyncTTLCacheOptions = {}) {
    const settings = settingsFrom(options);
    this.ttlSeconds = settings.ttlSeconds;
    this.cleanupInterval = settings.cleanupInterval;
    this.maxEntries = settings.maxEntries;
    this.maxBytes = settings.maxBytes;
    this.#clock = settings.clock;
    this.#shards = Array.from({ length: settings.numShards }, () => emptyShard<V>());
  }

  /** The value, or `null`. A hit starts the entry's lifetime anew. */
  async get(key: unknown): Promise<V | null> {
    this.#ensureCleanup();
    const entry = this.#use(canonicalKey(key));
    if (entry === undefined) {
      this.#counts.misses += 1;
      return null;
    }
    this.#counts.hits += 1;
    return entry.value;
  }

  /**
   * @param ttlSeconds lifetime from now and from every later read; 0: expires at once
   * @throws TypeError for a null value, one that cannot be weighed, and a lifetime that is no
   *   number; RangeError for a lifetime that is negative or over one year, and for a value over
   *   `maxMemoryMb`
   */
  async set(key: unknown, value: V, ttlSeconds: number = this.ttlSeconds): Promise<void> {
    const name = canonicalKey(key);
    this.#put(name, draftEntry({ key: name, value, ttlSeconds }, this.maxBytes));
  }

  /** True if the key was there, expired or not. */
  async delete(key: unknown): Promise<boolean> {
    return this.#delete(canonicalKey(key));
  }

  async clear(): Promise<void> {
    this.#empty();
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

  /**
   * The live entries, for {@link restoreFromSnapshot}. The values are the stored ones, no copies;
   * the entries of a shard are in no promised order, their timestamps tell it.
   */
  createBackupSnapshot(): BackupSnapshot<V> {
    return snapshotOf(this.#shards, this.#clock.now());
  }

  /**
   * Puts the entries of a snapshot in the place of all that are there, each in the shard that its
   * key has here, with the rest of its lifetime. What has expired since is left out. Values are
   * taken for `V`s. Where the memory estimate says that it is too much, the oldest are evicted, as
   * a set would do.
   *
   * @returns false where the snapshot is refused; nothing has changed then, and
   *   {@link snapshotFault} says why
   */
  async restoreFromSnapshot(snapshot: unknown): Promise<boolean> {
    const now = this.#clock.now();
    const read = this.#readSnapshot(snapshot, now);
    if (read.kind === 'refused') return false;
    this.#empty();
    for (const [key, entry] of read.value) if (!isExpired(entry, now)) this.#insert(key, entry);
    this.#keepBounds(undefined);
    if (this.#size > 0) this.#ensureCleanup();
    return true;
  }

  /**
   * Why {@link restoreFromSnapshot} would refuse this now; undefined where it would not. The answer
   * depends on this cache's bounds and on the time, and the old method had only a boolean to give.
   */
  snapshotFault(snapshot: unknown): string | undefined {
    return faultOf(this.#readSnapshot(snapshot, this.#clock.now()));
  }

  /**
   * Undoes operations that were carried out, the last one first and with nothing in between. A set
   * becomes the previous value, or no entry where there was none; a delete becomes the previous
   * value, where there was one. It counts as so many sets and deletes.
   *
   * @param operations at most 10 000
   * @returns false where they are refused, all of them; nothing has changed then, and
   *   {@link transactionFault} says why
   */
  async rollbackTransaction(operations: readonly TransactionOperation<V>[]): Promise<boolean> {
    const steps = this.#undoSteps(operations);
    if (steps.kind === 'refused') return false;
    for (const step of steps.value) {
      if (step.kind === 'put') this.#put(step.key, step.write);
      else this.#delete(step.key);
    }
    return true;
  }

  /** Why {@link rollbackTransaction} would refuse these; undefined where it would not. */
  transactionFault(operations: unknown): string | undefined {
    return faultOf(this.#undoSteps(operations));
  }

  /**
   * Sets, gets and deletes an entry of its own, and judges the figures. Nobody can see that entry:
   * its key is no caller's, and it is gone before anything else can run. It evicts nothing, because
   * the bounds are not enforced for it; it is not counted in hits, misses, sets and evictions; and
   * it does not start the clean-up, of which it tells whether it runs.
   */
  healthCheck(): Promise<HealthReport> {
    return checkHealth({
      probe: () => this.#probe(),
      figures: () => {
        const metrics = this.getDetailedMetrics();
        return {
          size: metrics.size,
          num_shards: metrics.num_shards,
          shard_sizes: metrics.shard_distribution,
          cleanup_status: metrics.is_running ? 'running' : 'stopped',
          ttl_seconds: metrics.ttl_seconds,
          hit_rate: metrics.hit_rate,
          bounds_compliant: metrics.health_status === 'healthy',
        };
      },
    });
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

  /** For the adapter: the weight of all entries in bytes, from the first hundred. */
  estimatedBytes(): number {
    let bytes = 0;
    let sampled = 0;
    for (const { entries } of this.#shards) {
      for (const entry of entries.values()) {
        if (sampled === SAMPLED_ENTRIES) return (bytes / sampled) * this.#size;
        bytes += entry.bytes;
        sampled += 1;
      }
    }
    return bytes;
  }

  /** The live entry, with its lifetime started anew; one that is expired is removed. */
  #use(key: string): Entry<V> | undefined {
    const shard = this.#shardOf(key);
    const entry = shard.entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#clock.now();
    if (isExpired(entry, now)) {
      this.#drop(shard, key);
      this.#removed.expired += 1;
      return undefined;
    }
    entry.timestamp = now;
    shard.entries.delete(key);
    shard.entries.set(key, entry);
    return entry;
  }

  #put(key: string, draft: Draft<V>): void {
    this.#ensureCleanup();
    this.#insert(key, { ...draft, timestamp: this.#clock.now() });
    this.#counts.sets += 1;
    this.#keepBounds(key);
  }

  /** Stores the entry as the youngest of its shard, whatever the bounds. */
  #insert(key: string, entry: Entry<V>): void {
    const shard = this.#shardOf(key);
    if (!shard.entries.delete(key)) this.#size += 1;
    shard.entries.set(key, entry);
    shard.nextExpiry = Math.min(shard.nextExpiry, expiryOf(entry));
  }

  #delete(key: string): boolean {
    const wasThere = this.#drop(this.#shardOf(key), key);
    if (wasThere) this.#removed.deleted += 1;
    return wasThere;
  }

  #drop(shard: Shard<V>, key: string): boolean {
    const wasThere = shard.entries.delete(key);
    if (wasThere) this.#size -= 1;
    return wasThere;
  }

  #empty(): void {
    for (const shard of this.#shards) {
      shard.entries.clear();
      shard.nextExpiry = Infinity;
    }
    this.#size = 0;
  }

  #shardOf(key: string): Shard<V> {
    const shard = this.#shards[hashOf(key) % this.#shards.length];
    if (shard === undefined) throw new RangeError('a cache has at least one shard');
    return shard;
  }

  #readSnapshot(snapshot: unknown, now: number): ReturnType<typeof readSnapshot<V>> {
    const limits = { now, maxEntries: this.maxEntries, maxBytes: this.maxBytes };
    return readSnapshot<V>(snapshot, limits);
  }

  #undoSteps(operations: unknown): Verdict<readonly UndoStep<Draft<V>>[]> {
    return undoSteps<Draft<V>>(operations, {
      keyOf: canonicalKey,
      prepare: ({ key, value, ttlSeconds = this.ttlSeconds }) =>
        draftEntry<V>({ key, value, ttlSeconds }, this.maxBytes),
    });
  }

  #probe(): string | undefined {
    const value = PROBE_KEY as V;
    const shard = this.#shardOf(PROBE_KEY);
    try {
      const timestamp = this.#clock.now();
      this.#insert(PROBE_KEY, { value, bytes: 0, ttlMs: PROBE_TTL, timestamp });
      const isStored = this.#use(PROBE_KEY)?.value === value;
      if (isStored && this.#drop(shard, PROBE_KEY)) return undefined;
      return 'what was set could not be got and deleted';
    } finally {
      this.#drop(shard, PROBE_KEY);
    }
  }

  #isOverBounds(): boolean {
    return this.#size > this.maxEntries || this.estimatedBytes() > this.maxBytes;
  }

  /** @param key what was just stored and is not removed */
  #keepBounds(key: string | undefined): void {
    while (this.#isOverBounds()) {
      if (!this.#makeRoom(key)) break;
    }
  }

  /** Removes expired entries, else the oldest other entry of the key's shard, else the oldest other one at all. */
  #makeRoom(key: string | undefined): boolean {
    const now = this.#clock.now();
    if (this.#shards.some((shard) => this.#removeExpired(shard, now))) return true;
    const oldest =
      (key === undefined ? undefined : oldestIn([this.#shardOf(key)], key)) ??
      oldestIn(this.#shards, key);
    if (oldest === undefined) return false;
    this.#drop(oldest.shard, oldest.key);
    this.#removed.evicted += 1;
    return true;
  }

  #removeExpired(shard: Shard<V>, now: number): boolean {
    if (now < shard.nextExpiry) return false;
    const before = this.#size;
    let nextExpiry = Infinity;
    for (const [key, entry] of shard.entries) {
      if (isExpired(entry, now)) this.#drop(shard, key);
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
