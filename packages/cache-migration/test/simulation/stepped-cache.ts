import { CacheError, MISS, type Cache, type CacheStats, type Lookup } from '@resync/cache-contract';
import type { ManualClock } from '@resync/cache-contract/testing';
import type { SideName } from '../../src/index.js';
import type { CallFacts, Calls } from './calls.js';

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** A cache whose every call is one of {@link Calls}. It can add as well, for routers that need it. */
export class SteppedCache implements Cache<string> {
  readonly capabilities = {
    leases: false,
    statsNow: false,
    add: true,
    expiry: 'absolute',
    shared: false,
    defaultTtl: 1_000_000,
    normalises: [],
  } as const;
  readonly #entries = new Map<string, Entry>();
  readonly #side: SideName;
  readonly #calls: Calls;
  readonly #clock: ManualClock;

  constructor(side: SideName, calls: Calls, clock: ManualClock) {
    this.#side = side;
    this.#calls = calls;
    this.#clock = clock;
  }

  /** What is stored and alive, without a call. */
  peek(key: string): string | undefined {
    return this.#entry(key)?.value;
  }

  /** Drops an entry, as a cache may at any time. */
  evict(key: string): void {
    this.#entries.delete(key);
  }

  get(key: string): Promise<string | undefined> {
    return this.#send('get', { key, access: 'reads' }, () => this.peek(key));
  }

  lookup(key: string): Promise<Lookup<string>> {
    return this.#send('lookup', { key, access: 'reads' }, () => {
      const entry = this.#entry(key);
      return entry === undefined ? MISS : { kind: 'hit', ...entry };
    });
  }

  has(key: string): Promise<boolean> {
    return this.#send('has', { key, access: 'reads' }, () => this.#entry(key) !== undefined);
  }

  set(key: string, value: string, { ttl = 1_000_000 } = {}): Promise<void> {
    const entry = { value, expiresAt: this.#clock.now() + ttl };
    return this.#send('set', { key, value, access: 'writes' }, () => {
      this.#entries.set(key, entry);
    });
  }

  add(key: string, value: string, { ttl = 1_000_000 } = {}): Promise<boolean> {
    const entry = { value, expiresAt: this.#clock.now() + ttl };
    return this.#send('add', { key, value, access: 'writes' }, () => {
      if (this.#entry(key) !== undefined) return false;
      this.#entries.set(key, entry);
      return true;
    });
  }

  delete(key: string): Promise<boolean> {
    return this.#send('delete', { key, access: 'writes' }, () => {
      const wasThere = this.#entry(key) !== undefined;
      this.#entries.delete(key);
      return wasThere;
    });
  }

  clear(): Promise<void> {
    return this.#send('clear', { key: undefined, access: 'writes' }, () => this.#entries.clear());
  }

  size(): Promise<number> {
    return this.#send('size', { key: undefined, access: 'reads' }, () => this.#live().length);
  }

  getKeys(): Promise<string[]> {
    return this.#send('getKeys', { key: undefined, access: 'reads' }, () => this.#live());
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

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  #live(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#entry(key) !== undefined);
  }

  #send<T>(
    method: string,
    facts: Omit<CallFacts, 'callee' | 'method'>,
    effect: () => T,
  ): Promise<T> {
    return this.#calls.send({ callee: this.#side, method, ...facts }, effect);
  }
}
