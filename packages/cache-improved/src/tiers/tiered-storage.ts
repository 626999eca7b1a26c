import {
  CacheError,
  systemClock,
  type CacheEntry,
  type Clock,
  type Lease,
  type LeasedLookup,
  type Lookup,
} from '@resync/cache-contract';
import { interval } from '../cache-options.js';
import type { Awaitable, CacheStorage, StorageEntry, StorageTraits } from '../cache-storage.js';
import type { Lifetime } from '../lifetime.js';
import { MemoryStorage, type MemoryStorageOptions } from '../memory-storage.js';
import type { ClaimedLookup, ClaimingStorage } from './claiming-storage.js';
import { FillWatch, type WatchedRead } from './fill-watch.js';
import type { InvalidationBus } from './invalidation-bus.js';
import { WakeUps } from './wake-ups.js';

/** Options of {@link TieredStorage}. */
export interface TieredStorageOptions<V> {
  /** What all processes share. */
  readonly shared: ClaimingStorage<V>;
  /** How this process hears of changes by others. */
  readonly bus: InvalidationBus;
  /** Bounds of the memory in front. Default: those of {@link MemoryStorage}. */
  readonly memory?: Omit<MemoryStorageOptions<V>, 'clock' | 'expiry'>;
  /**
   * At most so many milliseconds are entries kept in memory: so old may be what is read where the bus
   * has lost a message. Default 5000.
   */
  readonly memoryTtl?: number;
  /**
   * Who loads what is missing: each process for itself, or one in the whole fleet, for whom the others
   * wait at most `loadWait` ms. Default `process`.
   */
  readonly loads?: 'process' | 'fleet';
  /** Milliseconds that a process waits for the load of another one, then it loads itself. Default 3000. */
  readonly loadWait?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** A read of the shared tier that others of this process may join. */
interface SharedRead<V> {
  readonly watched: WatchedRead;
  readonly found: Promise<Lookup<V>>;
}

/** Milliseconds between two looks for a load of another process, where nothing was heard of it. */
const LOOK_AGAIN = 250;

/**
 * Memory in front of a shared storage. Writes go to the shared one and only remove from memory; memory
 * is filled by reads alone, and never with what changed while it was read: a read under way is marked
 * by the writes of this process, when they begin and when they end, and by what the bus tells of
 * others. An entry in memory ends with the shared one, and after `memoryTtl` at the latest, counted from
 * the start of the read.
 *
 * A process reads its own writes. What another process acknowledged it reads once the message has come,
 * and `memoryTtl` later at the latest.
 */
export class TieredStorage<V = unknown> implements CacheStorage<V> {
  readonly traits: StorageTraits;
  readonly #shared: ClaimingStorage<V>;
  readonly #memory: MemoryStorage<V>;
  readonly #memoryTtl: number;
  readonly #loads: 'process' | 'fleet';
  readonly #loadWait: number;
  readonly #bus: InvalidationBus;
  readonly #clock: Clock;
  readonly #watch = new FillWatch();
  readonly #reads = new Map<string, SharedRead<V>>();
  readonly #wakeUps: WakeUps;
  #listening: Promise<() => Promise<void>>;
  #isOpen = true;

  /** Begins to listen to the bus. */
  constructor(options: TieredStorageOptions<V>) {
    const { shared, bus, memory = {}, clock = systemClock } = options;
    this.#shared = shared;
    this.#clock = clock;
    this.#memory = new MemoryStorage<V>({ ...memory, clock });
    this.#memoryTtl = interval('memoryTtl', options.memoryTtl ?? 5000);
    this.#loads = options.loads ?? 'process';
    this.#loadWait = interval('loadWait', options.loadWait ?? 3000);
    this.#wakeUps = new WakeUps(clock);
    this.traits = { ...shared.traits, local: false };
    this.#bus = bus;
    this.#listening = this.#listen();
  }

  /** Resolves when nothing that others change is missed any longer; rejects where the bus cannot be had. */
  async ready(): Promise<void> {
    await this.#listening;
  }

  get(key: string): Awaitable<NoInfer<V> | undefined> {
    const found = this.lookup(key);
    return found instanceof Promise ? found.then(valueOf) : valueOf(found);
  }

  lookup(key: string): Awaitable<Lookup<V>> {
    const found = this.#memory.lookup(key);
    return found.kind === 'hit' ? found : this.#readShared(key);
  }

  async lookupMany(keys: readonly string[]): Promise<readonly Lookup<V>[]> {
    return Promise.all(keys.map(async (key) => this.lookup(key)));
  }

  has(key: string): Awaitable<boolean> {
    return this.#memory.has(key) || this.#shared.has(key);
  }

  async set(key: string, value: V, lifetime: Lifetime): Promise<void> {
    await this.#write([key], () => this.#shared.set(key, value, lifetime));
  }

  async setMany(entries: readonly StorageEntry<V>[]): Promise<void> {
    const keys = entries.map(({ key }) => key);
    await this.#write(keys, () => this.#shared.setMany(entries));
  }

  add(key: string, value: V, lifetime: Lifetime): Promise<boolean> {
    return this.#write([key], () => this.#shared.add(key, value, lifetime));
  }

  delete(key: string): Promise<boolean> {
    return this.#write([key], () => this.#shared.delete(key));
  }

  deleteMany(keys: readonly string[]): Promise<number> {
    return this.#write(keys, () => this.#shared.deleteMany(keys));
  }

  async clear(): Promise<void> {
    await this.#write([undefined], () => this.#shared.clear());
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const found = this.#memory.lookup(key);
    if (found.kind === 'hit') return found;
    if (this.#loads === 'process') return this.#watched(key, () => this.#shared.lookupOrLease(key));
    return this.#lookupOrWait(key);
  }

  // eslint-disable-next-line @typescript-eslint/max-params -- as the port has it
  fill(key: string, value: V, lifetime: Lifetime, lease: Lease): Promise<boolean> {
    return this.#write([key], () => this.#shared.fill(key, value, lifetime, lease));
  }

  /** Only where one loads for the fleet: else other processes may be loading under the same right. */
  async release(key: string, lease: Lease): Promise<void> {
    if (this.#loads === 'process') return;
    try {
      await this.#shared.release?.(key, lease);
    } finally {
      this.#wakeUps.wake(key);
    }
  }

  isOneRight(one: Lease, other: Lease): boolean {
    return this.#shared.isOneRight?.(one, other) ?? true;
  }

  size(): Awaitable<number> {
    return this.#shared.size();
  }

  getKeys(): Awaitable<string[]> {
    return this.#shared.getKeys();
  }

  entries(): Iterable<CacheEntry<V>> | AsyncIterable<CacheEntry<V>> {
    return this.#shared.entries();
  }

  /** From memory; the shared storage does so by itself. */
  removeExpired(most?: number): boolean {
    return this.#memory.removeExpired(most);
  }

  /** Listens again, after `close`. */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#listening = this.#listen();
    await this.#listening;
    await this.#shared.open?.();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#wakeUps.wake(undefined);
    const stop = await this.#listening.catch(() => undefined);
    try {
      await stop?.();
    } finally {
      this.#memory.close();
      await this.#shared.close();
    }
  }

  #listen(): Promise<() => Promise<void>> {
    const listening = this.#bus.listen((key) => this.#changed(key));
    // Who awaits ready() is told.
    listening.catch(() => undefined);
    return listening;
  }

  /** Reads begun before a change are not joined by those begun after it. */
  #readShared(key: string): Promise<Lookup<V>> {
    const underWay = this.#reads.get(key);
    if (underWay?.watched.isDisturbed === false) return underWay.found;
    const watched = this.#watch.begin(key);
    const found = this.#keep(watched, async () => this.#shared.lookup(key));
    const read = { watched, found };
    this.#reads.set(key, read);
    const over = (): void => {
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    };
    found.then(over, over);
    return found;
  }

  #watched<Found extends ClaimedLookup<V>>(
    key: string,
    read: () => Promise<Found>,
  ): Promise<Found> {
    return this.#keep(this.#watch.begin(key), read);
  }

  async #keep<Found extends ClaimedLookup<V> | Lookup<V>>(
    watched: WatchedRead,
    read: () => Promise<Found>,
  ): Promise<Found> {
    const begun = this.#clock.now();
    try {
      const found = await read();
      if (found.kind === 'hit' && found.expiresAt !== undefined && !watched.isDisturbed) {
        const expiresAt = Math.min(begun + this.#memoryTtl, found.expiresAt);
        this.#remember(watched.key, found.value, expiresAt);
      }
      return found;
    } finally {
      this.#watch.end(watched);
    }
  }

  #remember(key: string, value: V, expiresAt: number): void {
    const ttl = expiresAt - this.#clock.now();
    if (ttl <= 0) return;
    try {
      this.#memory.set(key, value, { ttl, expiresAt });
    } catch (error) {
      // Too large for memory, which is no reason to withhold it.
      if (!(error instanceof CacheError)) throw error;
    }
  }

  async #lookupOrWait(key: string): Promise<LeasedLookup<V>> {
    const until = this.#clock.monotonic() + this.#loadWait;
    for (;;) {
      const left = until - this.#clock.monotonic();
      if (left <= 0) return this.#watched(key, () => this.#shared.lookupOrLease(key));
      // Begun before the look, so that no change is missed between its answer and the sleep.
      const sleep = this.#wakeUps.sleep(key, Math.min(left, LOOK_AGAIN));
      try {
        const found = await this.#watched(key, () => this.#shared.lookupOrClaim(key));
        if (found.kind !== 'claimed') return found;
        await sleep.over;
      } finally {
        sleep.end();
      }
    }
  }

  async #write<T>(keys: readonly (string | undefined)[], write: () => Awaitable<T>): Promise<T> {
    for (const key of keys) this.#forget(key);
    try {
      return await write();
    } finally {
      for (const key of keys) this.#forget(key);
    }
  }

  #changed(key: string | undefined): void {
    if (key === undefined) this.#shared.cleared?.();
    this.#forget(key);
    this.#wakeUps.wake(key);
  }

  #forget(key: string | undefined): void {
    this.#watch.disturb(key);
    if (key === undefined) this.#memory.clear();
    else this.#memory.delete(key);
  }
}

function valueOf<V>(found: Lookup<V>): V | undefined {
  return found.kind === 'hit' ? found.value : undefined;
}
