import {
  assertKey,
  assertValue,
  MISS,
  systemClock,
  wholeTtl,
  type CacheEntry,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { policyNamed, wholeBound } from './cache-options.js';
import type { RemovalReason } from './cache-storage.js';
import { Deadlines } from './engine/deadlines.js';
import { FIRST_SLOT, type EvictionPolicy } from './engine/eviction-policy.js';
import { KeyTable } from './engine/key-table.js';
import { Removals } from './engine/removals.js';
import { Slots } from './engine/slots.js';
import { unweighed, weigh } from './engine/weigh.js';
import { estimateWeight } from './engine/weight-estimate.js';
import { lifetimeFrom, type Lifetime } from './lifetime.js';
import type { MemoryBounds, MemoryStoreOptions } from './memory-store-options.js';
import { ClockReading } from './system-clock-reading.js';
import { systemRandom } from './system-random.js';

/** How many blocks of deadlines one write may look into before it evicts a live entry. */
const MOST_SEARCHES = 4;

/**
 * The engine without promises: a map from keys to slots of arrays, bounded by entries and by bytes, with
 * a lifetime for each entry, exact to the millisecond; of many sets in one run it may end early. Expired
 * entries are removed when they are read, when room is needed (before any live one), and by
 * `removeExpired`. Memory grows with the entries.
 */
export class MemoryStore<V = unknown> {
  readonly expiry: 'absolute' | 'sliding';
  readonly #table: KeyTable;
  readonly #slots: Slots<V>;
  readonly #deadlines = new Deadlines(FIRST_SLOT);
  readonly #policy: EvictionPolicy;
  readonly #removals: Removals<V>;
  readonly #sizeOf: ((value: V, key: string) => number) | undefined;
  readonly #ttl: number;
  readonly #isSliding: boolean;
  /** Of an entry nothing is kept but its value, its use and its end, and nobody is told of its removal. */
  readonly #isBare: boolean;
  readonly #clock: ClockReading;
  #maxEntries: number;
  #maxBytes: number;
  #bytes = 0;

  constructor(options: MemoryStoreOptions<V> = {}) {
    const { sizeOf, clock = systemClock, random = systemRandom } = options;
    this.#maxEntries = wholeBound('maxEntries', options.maxEntries ?? 100_000);
    this.#maxBytes = wholeBound('maxBytes', options.maxBytes ?? Infinity);
    this.#sizeOf = sizeOf ?? (options.maxBytes === undefined ? undefined : estimateWeight);
    this.#ttl = lifetimeFrom(0, options.ttl ?? Infinity).ttl;
    this.expiry = options.expiry ?? 'absolute';
    this.#isSliding = this.expiry === 'sliding';
    this.#clock = new ClockReading(clock, { isExact: this.#isSliding });
    this.#slots = new Slots({
      isWeighed: this.#sizeOf !== undefined,
      isSliding: this.#isSliding,
    });
    this.#table = new KeyTable(Math.floor(random() * 0x1_0000_0000));
    this.#policy = policyNamed(options.policy)({ hashOf: (slot) => this.#table.hashIn(slot) });
    this.#removals = new Removals(options.onRemoval);
    this.#isBare = this.#sizeOf === undefined && !this.#isSliding && !this.#removals.isObserved;
  }

  get maxEntries(): number {
    return this.#maxEntries;
  }

  /** `Infinity`: no such bound. */
  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Live entries. */
  get size(): number {
    this.removeExpired();
    return this.#table.size;
  }

  /** What the entries weigh, in bytes; `undefined` where nothing weighs them. */
  get bytes(): number | undefined {
    return this.#sizeOf === undefined ? undefined : this.#bytes;
  }

  /** The value, or `undefined`. */
  get(key: string): V | undefined {
    const slot = this.#table.find(key);
    if (slot === 0) return undefined;
    if (!this.#clock.isFarOff(this.#deadlines.earliestNear(slot)) && !this.#use(slot))
      return undefined;
    this.#policy.hit(slot);
    return this.#slots.valueIn(slot);
  }

  /** As `get`, with the moment of its end. */
  lookup(key: string): Lookup<V> {
    const slot = this.#table.find(key);
    if (slot === 0 || !this.#use(slot)) return MISS;
    this.#policy.hit(slot);
    return { kind: 'hit', value: this.#slots.valueIn(slot), expiresAt: this.#deadlines.at(slot) };
  }

  /** Neither prolongs the entry nor counts as use. */
  has(key: string): boolean {
    const isThere = this.#liveSlot(key) !== 0;
    this.#removals.tell();
    return isThere;
  }

  /** @throws CacheError for what is no key, value or lifetime, `INVALID_VALUE` for a weight that is none, and `TOO_LARGE` */
  set(key: string, value: V, options?: SetOptions): void {
    // Both may call the caller's code, which may change the store: before the search.
    assertValue(value);
    const ttl = options?.ttl === undefined ? this.#ttl : wholeTtl(options.ttl);
    const slot = this.#table.isMissed(key) ? 0 : this.#table.find(key);
    if (slot === 0) this.#setNew(key, value, ttl);
    else this.#setAgain(slot, value, ttl);
  }

  /** As `set`, unless a live entry is there; true when the value was stored. */
  add(key: string, value: V, options?: SetOptions): boolean {
    assertKey(key);
    assertValue(value);
    const ttl = options?.ttl === undefined ? this.#ttl : wholeTtl(options.ttl);
    if (this.#liveSlot(key) !== 0) return false;
    this.set(key, value, { ttl });
    return true;
  }

  /**
   * Refuses what `set` would refuse of the weight, and changes nothing.
   *
   * @throws CacheError `TOO_LARGE`, and `INVALID_VALUE` for a weight that is none
   */
  check(key: string, value: V): void {
    const sizeOf = this.#sizeOf;
    if (sizeOf !== undefined) weigh(() => sizeOf(value, key), this.#maxBytes);
  }

  /** As `set`, with a key, a value and a lifetime that were checked. */
  put(key: string, value: V, lifetime: Lifetime): void {
    const { ttl, expiresAt } = lifetime;
    if (ttl === 0) this.#drop(key, value);
    else this.#settle(this.#store(this.#liveSlot(key), key, value), ttl, expiresAt);
  }

  /** True when a live entry was there. */
  delete(key: string): boolean {
    const slot = this.#liveSlot(key);
    if (slot !== 0) this.#remove(slot, 'delete');
    this.#removals.tell();
    return slot !== 0;
  }

  clear(): void {
    this.#expire(Infinity);
    if (this.#removals.isObserved) {
      for (const slot of this.#table.slots()) this.#note(slot, 'clear');
    }
    this.#table.clear();
    this.#slots.clear();
    this.#deadlines.clear();
    this.#policy.clear();
    this.#bytes = 0;
    this.#removals.tell();
  }

  /** The keys of the live entries, in no promised order. */
  *keys(): IterableIterator<string> {
    this.removeExpired();
    for (const slot of this.#table.slots()) yield this.#table.keyIn(slot);
  }

  /**
   * The entries that are there now, each with its value and end when it is reached, and only while it
   * lives; neither prolongs them nor counts as use.
   */
  *entries(): IterableIterator<CacheEntry<V>> {
    for (const key of [...this.keys()]) {
      const slot = this.#liveSlot(key);
      this.#removals.tell();
      if (slot === 0) continue;
      yield { key, value: this.#slots.valueIn(slot), expiresAt: this.#deadlines.at(slot) };
    }
  }

  /**
   * Removes expired entries.
   *
   * @param most stops soon after so many; default: all
   * @returns whether there may be more
   */
  removeExpired(most = Infinity): boolean {
    const isMore = this.#expire(most);
    this.#removals.tell();
    return isMore;
  }

  /** No entry ends before this moment, in milliseconds since the epoch. */
  get nextExpiry(): number {
    return this.#deadlines.earliest;
  }

  /**
   * Other bounds from now on; what is left out stays. Entries over them are evicted at once.
   *
   * @throws CacheError `INVALID_OPTION`, also for `maxBytes` where nothing weighs the entries
   */
  resize(bounds: MemoryBounds): void {
    const maxEntries = wholeBound('maxEntries', bounds.maxEntries ?? this.#maxEntries);
    const maxBytes = wholeBound('maxBytes', bounds.maxBytes ?? this.#maxBytes);
    if (maxBytes !== Infinity && this.#sizeOf === undefined) throw unweighed();
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#expire(Infinity);
    this.#makeRoom(0, 0);
    this.#removals.tell();
  }

  /** As `removeExpired`, and tells nobody yet. */
  #expire(most: number): boolean {
    if (this.#deadlines.earliest === Infinity) return false;
    const now = this.#clock.now();
    const before = this.#table.size;
    let isMore = true;
    while (isMore && before - this.#table.size < most) isMore = this.#expireBlock(now);
    return isMore;
  }

  /** Whether the entry that is used still lives; a sliding one starts its lifetime anew. */
  #use(slot: number): boolean {
    const end = this.#deadlines.at(slot);
    if (end === Infinity) return true;
    if (this.#clock.isPast(end)) {
      this.#remove(slot, 'expire');
      this.#removals.tell();
      return false;
    }
    if (this.#isSliding) {
      this.#deadlines.set(slot, this.#clock.start() + this.#slots.ttlIn(slot));
    }
    return true;
  }

  /** The slot of the key; 0 without a live entry. */
  #liveSlot(key: string): number {
    const slot = this.#table.isMissed(key) ? 0 : this.#table.find(key);
    if (slot === 0) return 0;
    const end = this.#deadlines.at(slot);
    if (end === Infinity || !this.#clock.isPast(end)) return slot;
    this.#remove(slot, 'expire');
    return 0;
  }

  /** A lifetime of nothing. */
  #drop(key: string, value: V): void {
    this.check(key, value);
    const slot = this.#liveSlot(key);
    if (slot !== 0) this.#remove(slot, 'delete');
    this.#removals.tell();
  }

  /**
   * Puts the value into its slot, which gets its end by `#settle`.
   *
   * @param found the key's slot, 0 without a live entry
   */
  #store(found: number, key: string, value: V): number {
    const sizeOf = this.#sizeOf;
    if (sizeOf === undefined) {
      if (found === 0) return this.#insert(key, value, 0);
      return this.#overwrite(found, value, 0);
    }
    const bytes = weigh(() => sizeOf(value, key), this.#maxBytes);
    // The caller's function may have changed the store.
    const slot = this.#liveSlot(key);
    return slot === 0 ? this.#insert(key, value, bytes) : this.#overwrite(slot, value, bytes);
  }

  #setNew(key: string, value: V, ttl: number): void {
    assertKey(key);
    const expiresAt = this.#endAfter(ttl);
    if (ttl === 0) this.#drop(key, value);
    else this.#settle(this.#store(0, key, value), ttl, expiresAt);
  }

  /** The key is among those that are there, and was looked at when it came. */
  #setAgain(slot: number, value: V, ttl: number): void {
    if (this.#isBare && ttl !== 0) {
      // Whether the old entry has ended makes no difference.
      this.#slots.setValue(slot, value);
      this.#policy.hit(slot);
      this.#deadlines.set(slot, this.#endAfter(ttl));
    } else this.put(this.#table.keyIn(slot), value, { ttl, expiresAt: this.#endAfter(ttl) });
  }

  /** What never ends needs no clock. */
  #endAfter(ttl: number): number {
    return ttl === Infinity ? Infinity : this.#clock.start() + ttl;
  }

  #settle(slot: number, ttl: number, expiresAt: number): void {
    if (this.#isSliding) this.#slots.setTtl(slot, ttl);
    if (this.#bytes > this.#maxBytes) this.#makeRoomBeside(slot);
    this.#deadlines.set(slot, expiresAt);
    this.#removals.tell();
  }

  #insert(key: string, value: V, bytes: number): number {
    if (this.#table.size >= this.#maxEntries || this.#bytes + bytes > this.#maxBytes) {
      this.#makeRoom(1, bytes);
    }
    if (this.#slots.isFull) this.#grow();
    const slot = this.#slots.take();
    this.#table.add(slot, key);
    this.#slots.setValue(slot, value);
    if (bytes !== 0) this.#weigh(slot, bytes);
    this.#policy.added(slot);
    return slot;
  }

  #grow(): void {
    const slots = this.#slots.grow(this.#maxEntries);
    this.#table.grow(slots);
    this.#deadlines.grow(slots);
    this.#policy.grow(slots);
  }

  #overwrite(slot: number, value: V, bytes: number): number {
    if (this.#removals.isObserved) this.#note(slot, 'set');
    this.#slots.setValue(slot, value);
    if (this.#sizeOf !== undefined) this.#weigh(slot, bytes);
    this.#policy.hit(slot);
    return slot;
  }

  #weigh(slot: number, bytes: number): void {
    this.#bytes += bytes - this.#slots.weightIn(slot);
    this.#slots.setWeight(slot, bytes);
  }

  /** The entry has grown in its place, and is not the one to go, by its end as little as for room. */
  #makeRoomBeside(slot: number): void {
    this.#deadlines.forget(slot);
    this.#policy.removed(slot);
    this.#makeRoom(0, 0);
    this.#policy.added(slot);
    this.#policy.hit(slot);
  }

  /** Expired entries go before live ones; so many blocks are searched for them. */
  #makeRoom(entries: number, bytes: number): void {
    const { earliest } = this.#deadlines;
    const isNoneDue = earliest === Infinity || this.#clock.isFarOff(earliest);
    const now = isNoneDue ? 0 : this.#clock.now();
    let searches = earliest <= now ? MOST_SEARCHES : 0;
    while (this.#table.size + entries > this.#maxEntries || this.#bytes + bytes > this.#maxBytes) {
      if (searches > 0 && this.#deadlines.earliest <= now) {
        searches -= 1;
        this.#expireBlock(now);
        continue;
      }
      const victim = this.#policy.takeVictim();
      if (victim === 0) return;
      this.#discard(victim, 'evict');
    }
  }

  #expireBlock(now: number): boolean {
    return this.#deadlines.visitBlock(now, (slot) => this.#remove(slot, 'expire'));
  }

  #remove(slot: number, reason: RemovalReason): void {
    this.#policy.removed(slot);
    this.#discard(slot, reason);
  }

  /** All that is left of an entry that the policy has let go of. */
  #discard(slot: number, reason: RemovalReason): void {
    if (this.#removals.isObserved) this.#note(slot, reason);
    this.#table.remove(slot);
    if (this.#sizeOf !== undefined) this.#weigh(slot, 0);
    this.#deadlines.forget(slot);
    this.#slots.release(slot);
  }

  #note(slot: number, reason: RemovalReason): void {
    this.#removals.add({
      key: this.#table.keyIn(slot),
      value: this.#slots.valueIn(slot),
      reason,
    });
  }
}
