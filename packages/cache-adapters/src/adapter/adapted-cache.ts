import {
  assertKey,
  assertValue,
  CacheError,
  hitRateOf,
  MISS,
  systemClock,
  wholeTtl,
  type AddingCache,
  type BatchCache,
  type BatchEntry,
  type CacheCapabilities,
  type CacheEntry,
  type CacheStats,
  type Clock,
  type FillOptions,
  type IterableCache,
  type LeasedLookup,
  type LeasingCache,
  type LocalCache,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { backendFailure } from './backend-failure.js';
import type { Awaitable, Backend, PreparedEntry } from './backend.js';
import { LocalLeases } from './local-leases.js';
import { writeInTime, type EntryInTurn } from './write-in-time.js';
import { WriteOrder } from './write-order.js';

type Every<V> = LeasingCache<V> & AddingCache<V> & IterableCache<V> & BatchCache<V> & LocalCache<V>;

/**
 * Somebody else's cache behind the contract: checks, counts, orders writes, wraps errors and keeps
 * leases; all else is its {@link Backend}'s. Calls that its capabilities do not declare are refused
 * with `INVALID_OPTION`.
 */
export class AdaptedCache<V> implements Every<V> {
  readonly capabilities: CacheCapabilities;
  readonly #backend: Backend<V>;
  readonly #clock: Clock;
  readonly #order: WriteOrder | undefined;
  readonly #localLeases: LocalLeases | undefined;
  readonly #counts = { hits: 0, misses: 0, sets: 0, deletes: 0 };
  #isShutDown = false;

  constructor(backend: Backend<V>, clock: Clock = systemClock) {
    this.#backend = backend;
    this.#clock = clock;
    if (backend.ordering === 'none') this.#order = new WriteOrder();
    const { shared } = backend.traits;
    if (!shared && backend.leasing === undefined) this.#localLeases = new LocalLeases();
    this.capabilities = {
      ...backend.traits,
      leases: !shared || backend.leasing !== undefined,
      add: !shared || backend.add !== undefined,
      entries: backend.entries !== undefined,
      many: backend.batches !== undefined,
      statsNow: backend.ordering === 'at once',
    };
  }

  async get(key: string): Promise<V | undefined> {
    this.#check(key);
    const backend = this.#backend;
    // Without a call between: a read that is answered at once waits for nothing.
    try {
      const asked = backend.readValue === undefined ? backend.read(key) : backend.readValue(key);
      const found = asked instanceof Promise ? await asked : asked;
      this.#count(found === undefined ? 'miss' : 'hit');
      return found?.value;
    } catch (error) {
      throw backendFailure(backend.name, error);
    }
  }

  async lookup(key: string): Promise<Lookup<V>> {
    this.#check(key);
    try {
      const asked = this.#backend.read(key);
      const found = (asked instanceof Promise ? await asked : asked) ?? MISS;
      this.#count(found.kind);
      return found;
    } catch (error) {
      throw backendFailure(this.#backend.name, error);
    }
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#check(key);
    const entry = this.#inTurn(this.#prepare(key, value, options?.ttl));
    await this.#write(key, () => writeInTime(this.#backend, entry));
    this.#counts.sets += 1;
  }

  async add(key: string, value: V, options?: SetOptions): Promise<boolean> {
    this.#checkDeclared('add');
    this.#check(key);
    const entry = this.#inTurn(this.#prepare(key, value, options?.ttl));
    const isStored = await this.#write(key, () => this.#storeWhereNothingIs(entry));
    if (isStored) this.#counts.sets += 1;
    return isStored;
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    const wasThere = await this.#write(key, () => this.#backend.remove(key));
    if (wasThere) this.#counts.deletes += 1;
    return wasThere;
  }

  async has(key: string): Promise<boolean> {
    this.#check(key);
    return this.#ask(() => this.#backend.has(key));
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    const clear = (): Promise<void> => this.#ask(() => this.#backend.clear());
    this.#localLeases?.loseAll();
    await (this.#order === undefined ? clear() : this.#order.runAlone(clear));
    this.#localLeases?.loseAll();
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    this.#checkDeclared('leases');
    this.#check(key);
    const found = await this.#leasedLookup(key);
    this.#count(found.kind);
    return found;
  }

  async fill(key: string, value: V, { lease, expiresAt }: FillOptions): Promise<boolean> {
    this.#checkDeclared('leases');
    this.#check(key);
    const left = expiresAt === undefined ? undefined : Math.max(0, expiresAt - this.#clock.now());
    const prepared = this.#inTurn(this.#prepare(key, value, left), expiresAt);
    const leases = this.#localLeases;
    const { leasing } = this.#backend;
    const isStored = await this.#inOrder(key, async () => {
      const entry = prepared.now();
      if (entry.ttl === 0) return false;
      if (leases === undefined) return leasing?.fill(entry, lease) ?? false;
      return leases.use(key, lease) && this.#storeWhereNothingIs(prepared);
    });
    if (isStored) this.#counts.sets += 1;
    return isStored;
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    const batches = this.#batchesFor(keys);
    if (keys.length === 0) return new Map();
    const found = await this.#ask(() => batches.readMany(keys));
    for (const key of keys) this.#count(found.has(key) ? 'hit' : 'miss');
    return found;
  }

  async setMany(entries: readonly BatchEntry<V>[]): Promise<void> {
    const batches = this.#batchesFor(entries.map(({ key }) => key));
    const prepared = entries.map(({ key, value, ttl }) => this.#prepare(key, value, ttl));
    if (prepared.length > 0) await this.#ask(() => batches.writeMany(prepared));
    this.#counts.sets += prepared.length;
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const batches = this.#batchesFor(keys);
    const deleted = keys.length === 0 ? 0 : await this.#ask(() => batches.removeMany(keys));
    this.#counts.deletes += deleted;
    return deleted;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    this.#checkDeclared('entries');
    this.#checkOpen();
    try {
      for await (const entry of this.#backend.entries?.() ?? []) {
        this.#checkOpen();
        yield entry;
      }
    } catch (error) {
      throw backendFailure(this.#backend.name, error);
    }
  }

  async size(): Promise<number> {
    return (await this.getKeys()).length;
  }

  async getKeys(): Promise<string[]> {
    this.#checkOpen();
    return [...(await this.#ask(() => this.#backend.keys()))];
  }

  async getStats(): Promise<CacheStats> {
    return this.#statsWith(await this.size());
  }

  statsNow(): CacheStats {
    this.#checkDeclared('statsNow');
    this.#checkOpen();
    // A backend that answers at once has no promise to give.
    return this.#statsWith((this.#backend.keys() as readonly string[]).length);
  }

  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    this.#localLeases?.loseAll();
    await this.#ask(() => this.#backend.close?.());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #prepare(key: string, value: V, ttl: number | undefined): PreparedEntry<V> {
    assertValue(value);
    const { defaultTtl, maxTtl = Infinity } = this.capabilities;
    const whole = ttl === undefined ? defaultTtl : wholeTtl(ttl);
    return whole === undefined ? { key, value } : { key, value, ttl: Math.min(whole, maxTtl) };
  }

  /**
   * The lifetime of an entry runs while its write waits for others.
   *
   * @param latest when it ends at the latest, in milliseconds since the epoch
   */
  #inTurn(entry: PreparedEntry<V>, latest = Infinity): EntryInTurn<V> {
    const { ttl = Infinity } = entry;
    if (this.#order === undefined || ttl === Infinity) {
      return { deadline: Infinity, now: () => entry };
    }
    const deadline = Math.min(latest, this.#clock.now() + ttl);
    return {
      deadline,
      now: () => ({ ...entry, ttl: Math.max(0, Math.floor(deadline - this.#clock.now())) }),
    };
  }

  async #storeWhereNothingIs(entry: EntryInTurn<V>): Promise<boolean> {
    const { key, value, ttl } = entry.now();
    if (ttl !== 0 && this.#backend.add !== undefined) return this.#backend.add(key, value, ttl);
    const isThere = this.#backend.has(key);
    if (isThere instanceof Promise ? await isThere : isThere) return false;
    await writeInTime(this.#backend, entry);
    return true;
  }

  async #leasedLookup(key: string): Promise<LeasedLookup<V>> {
    const leases = this.#localLeases;
    if (leases === undefined) {
      return this.#ask(() => this.#backend.leasing?.lookupOrLease(key) ?? MISS);
    }
    // Granted before the read, so that it is lost to a write that the read did not see.
    const lease = leases.grant(key);
    const found = await this.#ask(() => this.#backend.read(key));
    if (found === undefined) return { kind: 'miss', lease };
    leases.revoke(key, lease);
    return found;
  }

  /** A write of a key. Its leases are lost when it is asked for and when it is done: one taken meanwhile may have seen what was before. */
  #write<T>(key: string, write: () => Awaitable<T>): Promise<T> {
    this.#localLeases?.lose(key);
    return this.#inOrder(key, async () => {
      try {
        return await write();
      } finally {
        this.#localLeases?.lose(key);
      }
    });
  }

  #inOrder<T>(key: string, write: () => Awaitable<T>): Promise<T> {
    const ask = (): Promise<T> => this.#ask(write);
    return this.#order === undefined ? ask() : this.#order.run(key, ask);
  }

  async #ask<T>(call: () => Awaitable<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw backendFailure(this.#backend.name, error);
    }
  }

  #count(kind: 'hit' | 'miss'): void {
    this.#counts[kind === 'hit' ? 'hits' : 'misses'] += 1;
  }

  #statsWith(size: number): CacheStats {
    const { evictions, expirations } = this.#backend.removals?.() ?? NONE_KNOWN;
    const bytes = this.#backend.bytes?.();
    const { hits, misses } = this.#counts;
    return {
      ...this.#counts,
      evictions,
      expirations,
      size,
      ...(bytes !== undefined && { bytes }),
      hitRate: hitRateOf(hits, misses),
    };
  }

  #batchesFor(keys: readonly string[]): NonNullable<Backend<V>['batches']> {
    const { batches } = this.#backend;
    if (batches === undefined) throw this.#undeclared('many');
    this.#checkOpen();
    for (const key of keys) assertKey(key);
    return batches;
  }

  #check(key: string): void {
    this.#checkOpen();
    assertKey(key);
  }

  #checkOpen(): void {
    if (this.#isShutDown) throw new CacheError('SHUT_DOWN', 'the cache was shut down');
  }

  #checkDeclared(capability: 'add' | 'entries' | 'leases' | 'statsNow'): void {
    if (this.capabilities[capability] !== true) throw this.#undeclared(capability);
  }

  #undeclared(capability: string): CacheError {
    return new CacheError(
      'INVALID_OPTION',
      `expected a cache that declares ${capability}; ${this.#backend.name} does not`,
    );
  }
}

const NONE_KNOWN = { evictions: 0, expirations: 0 } as const;
