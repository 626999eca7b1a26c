import { assertKey } from '../../src/cache-key.js';
import { CacheError } from '../../src/cache-error.js';
import { assertValue } from '../../src/cache-value.js';
import { hitRateOf, type CacheStats } from '../../src/cache-stats.js';
import { MISS, type Lookup } from '../../src/lookup.js';
import { wholeTtl } from '../../src/ttl.js';
import type { Cache, SetOptions } from '../../src/cache.js';
import type { CacheCapabilities } from '../../src/cache-capabilities.js';

/** The few calls of somebody else's cache, in its own terms of when an entry ends. */
export interface Backend {
  /** The live entry, as a read finds it. */
  read(key: string): { readonly value: unknown; readonly expiresAt: number } | undefined;
  /** Without counting as use. */
  has(key: string): boolean;
  /** @param ttl whole milliseconds, over 0, or `Infinity` */
  write(key: string, value: unknown, ttl: number): void;
  remove(key: string): void;
  clear(): void;
  keys(): readonly string[];
  counts(): Pick<CacheStats, 'evictions' | 'expirations'>;
  close(): void;
}

/** A synchronous cache of somebody else behind the contract: what any such adapter does, and no more. */
export class AdaptedCache implements Cache {
  readonly capabilities: CacheCapabilities;
  readonly #backend: Backend;
  readonly #counts = { hits: 0, misses: 0, sets: 0, deletes: 0 };
  #isShutDown = false;

  constructor(backend: Backend, capabilities: CacheCapabilities) {
    this.#backend = backend;
    this.capabilities = capabilities;
  }

  async get(key: string): Promise<unknown> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  async lookup(key: string): Promise<Lookup<unknown>> {
    this.#check(key);
    const found = this.#backend.read(key);
    this.#counts[found === undefined ? 'misses' : 'hits'] += 1;
    return found === undefined ? MISS : { kind: 'hit', ...found };
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    this.#check(key);
    assertValue(value);
    const given = options?.ttl;
    const ttl = given === undefined ? (this.capabilities.defaultTtl ?? Infinity) : wholeTtl(given);
    if (ttl === 0) this.#backend.remove(key);
    else this.#backend.write(key, value, ttl);
    this.#counts.sets += 1;
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    const wasThere = this.#backend.has(key);
    this.#backend.remove(key);
    if (wasThere) this.#counts.deletes += 1;
    return wasThere;
  }

  async has(key: string): Promise<boolean> {
    this.#check(key);
    return this.#backend.has(key);
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    this.#backend.clear();
  }

  async size(): Promise<number> {
    return (await this.getKeys()).length;
  }

  async getKeys(): Promise<string[]> {
    this.#checkOpen();
    return this.#backend.keys().filter((key) => this.#backend.has(key));
  }

  async getStats(): Promise<CacheStats> {
    const size = await this.size();
    const { hits, misses } = this.#counts;
    return { ...this.#counts, ...this.#backend.counts(), size, hitRate: hitRateOf(hits, misses) };
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#backend.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #check(key: string): void {
    this.#checkOpen();
    assertKey(key);
  }

  #checkOpen(): void {
    if (this.#isShutDown) throw new CacheError('SHUT_DOWN', 'the cache was shut down');
  }
}
