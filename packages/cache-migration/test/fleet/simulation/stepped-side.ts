import {
  CacheError,
  MISS,
  type CacheStats,
  type FillOptions,
  type Lease,
  type LeasedLookup,
  type LeasingCache,
  type Lookup,
} from '@resync/cache-contract';
import type { ManualClock } from '@resync/cache-contract/testing';
import type { Pending } from './pending.js';

/** How one call goes wrong. */
export type CallFault = 'fail' | 'fail-after-applying' | 'decline';

/** What several processes see of one side. */
export class SteppedStore {
  readonly #entries = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  readonly #leases = new Map<string, string>();
  readonly #clock: ManualClock;
  #granted = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  find(key: string): Lookup<string> {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt <= this.#clock.now()) return MISS;
    return { kind: 'hit', ...entry };
  }

  findOrLease(key: string): LeasedLookup<string> {
    const found = this.find(key);
    if (found.kind === 'hit') return found;
    this.#granted += 1;
    const lease = `${this.#granted}` as Lease;
    this.#leases.set(lease, key);
    return { kind: 'miss', lease };
  }

  holds(key: string, lease: Lease): boolean {
    return this.#leases.get(lease) === key;
  }

  /** Puts the entry there, or takes it away. */
  write(key: string, entry?: { readonly value: string; readonly expiresAt: number }): void {
    for (const [lease, leased] of this.#leases) if (leased === key) this.#leases.delete(lease);
    if (entry === undefined) this.#entries.delete(key);
    else this.#entries.set(key, entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#leases.clear();
  }

  /** Drops an entry, as a cache may at any time. */
  evict(key: string): void {
    this.#entries.delete(key);
  }

  get keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.find(key).kind === 'hit');
  }
}

/** What a side of one process is told. */
export interface SteppedSideSettings {
  readonly name: string;
  readonly store: SteppedStore;
  readonly clock: ManualClock;
  readonly pending: Pending;
  /** Asked at each call. */
  readonly fault: () => CallFault | undefined;
  /** How often a call is passed over, asked at each. */
  readonly slowness: () => number;
  readonly trace: (line: string) => void;
  /** Whether fills ask for their lease. */
  readonly fills: 'under a lease' | 'always';
}

/** One process's connection to a store: every call takes two steps, its effect and its answer. */
export class SteppedSide implements LeasingCache<string> {
  readonly capabilities = {
    leases: true,
    expiry: 'absolute',
    shared: true,
    defaultTtl: 1_000_000,
    normalises: [],
  } as const;
  readonly #settings: SteppedSideSettings;

  constructor(settings: SteppedSideSettings) {
    this.#settings = settings;
  }

  async get(key: string): Promise<string | undefined> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  lookup(key: string): Promise<Lookup<string>> {
    return this.#call(`lookup ${key}`, (store) => store.find(key));
  }

  lookupOrLease(key: string): Promise<LeasedLookup<string>> {
    return this.#call(`lookupOrLease ${key}`, (store) => store.findOrLease(key));
  }

  set(key: string, value: string, { ttl = 1_000_000 } = {}): Promise<void> {
    const expiresAt = this.#settings.clock.now() + ttl;
    return this.#call(`set ${key} ${value}`, (store) => store.write(key, { value, expiresAt }));
  }

  fill(key: string, value: string, { lease, expiresAt = Infinity }: FillOptions): Promise<boolean> {
    return this.#call(`fill ${key} ${value} under ${lease}`, (store) => {
      if (this.#settings.fills === 'under a lease' && !store.holds(key, lease)) return false;
      store.write(key, { value, expiresAt });
      return true;
    });
  }

  delete(key: string): Promise<boolean> {
    return this.#call(`delete ${key}`, (store) => {
      const wasThere = store.find(key).kind === 'hit';
      store.write(key);
      return wasThere;
    });
  }

  has(key: string): Promise<boolean> {
    return this.#call(`has ${key}`, (store) => store.find(key).kind === 'hit');
  }

  clear(): Promise<void> {
    return this.#call('clear', (store) => store.clear());
  }

  size(): Promise<number> {
    return this.#call('size', (store) => store.keys.length);
  }

  getKeys(): Promise<string[]> {
    return this.#call('getKeys', (store) => store.keys);
  }

  async getStats(): Promise<CacheStats> {
    throw new CacheError('BACKEND', 'nobody asks');
  }

  async shutdown(): Promise<void> {
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #call<T>(what: string, effect: (store: SteppedStore) => T): Promise<T> {
    const { name, store, pending, slowness, trace } = this.#settings;
    const fault = this.#settings.fault();
    return new Promise((resolve, reject) => {
      let applied: { readonly answer: T | undefined } | undefined;
      pending.add(() => {
        if (applied === undefined) {
          const isApplied = fault === undefined || fault === 'fail-after-applying';
          applied = { answer: isApplied ? effect(store) : undefined };
          trace(`    ${name}: ${what} ${isApplied ? 'applied' : 'lost'}`);
          return false;
        }
        trace(`    ${name}: ${what} answered ${fault ?? JSON.stringify(applied.answer)}`);
        if (fault === undefined) resolve(applied.answer as T);
        else reject(new CacheError(fault === 'decline' ? 'TOO_LARGE' : 'BACKEND', 'injected'));
        return true;
      }, slowness());
    });
  }
}
