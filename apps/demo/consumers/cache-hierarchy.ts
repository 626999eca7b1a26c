import type { Clock } from '@resync/cache-contract';
import type { MemoryStore } from '@resync/cache-improved';
import type { ConsumerCache } from './consumer-cache.js';

/** The two levels of a hierarchy. */
export interface CacheHierarchyParts {
  /** In the process. */
  readonly l1: MemoryStore;
  /** The longest life of an entry of level one, in milliseconds; it never outlives that of level two. */
  readonly l1Ttl: number;
  readonly l2: ConsumerCache<unknown>;
  readonly clock: Clock;
  /** Before every key. Default: none. */
  readonly prefix?: string;
  /** Told how long a level took to answer a read, in milliseconds. */
  readonly onLatency?: (level: CacheLevel, ms: number) => void;
}

export type CacheLevel = 'l1' | 'l2';

/** Which level answered how often. */
export interface HierarchyCounts {
  readonly l1Hits: number;
  readonly l1Misses: number;
  readonly l2Hits: number;
  readonly l2Misses: number;
}

/**
 * A small cache in front of a large one. What is written goes to level two, then to level one. What is
 * read from level two is put into level one, unless the key was written or deleted in the meantime.
 */
export class CacheHierarchy {
  readonly #parts: CacheHierarchyParts;
  readonly #prefix: string;
  // One for each read of level two, or write, that is under way; a write or a delete takes it away.
  readonly #promotions = new Map<string, Set<symbol>>();
  readonly #counts = { l1Hits: 0, l1Misses: 0, l2Hits: 0, l2Misses: 0 };

  constructor(parts: CacheHierarchyParts) {
    this.#parts = parts;
    this.#prefix = parts.prefix ?? '';
  }

  get counts(): HierarchyCounts {
    return { ...this.#counts };
  }

  /** Hits among the reads of each level, 0 to 1; 0 where it was not asked. */
  get hitRatios(): Readonly<Record<CacheLevel, number>> {
    const { l1Hits, l1Misses, l2Hits, l2Misses } = this.#counts;
    return { l1: shareOf(l1Hits, l1Misses), l2: shareOf(l2Hits, l2Misses) };
  }

  /** Live entries of both levels. */
  async size(): Promise<Readonly<Record<CacheLevel, number>>> {
    return { l1: this.#parts.l1.size, l2: await this.#parts.l2.size() };
  }

  /** The value, from the nearest level that has it, else loaded into both. */
  async getOrSet<T>(
    name: string,
    loader: () => Promise<T>,
    { ttl }: { readonly ttl: number },
  ): Promise<T> {
    const key = this.#prefix + name;
    const near = this.#fromLevelOne(key);
    if (near !== undefined) return near as T;
    return this.#promoted(key, async () => {
      const found = await this.#fromLevelTwo(key);
      if (found !== undefined) return found as Found<T>;
      const value = (await this.#parts.l2.getOrSet(key, loader, { ttl })) as T;
      return { value, left: ttl };
    });
  }

  /** Writes level two, then level one. */
  async set(name: string, value: unknown, { ttl }: { readonly ttl: number }): Promise<void> {
    const key = this.#prefix + name;
    const { l1, l1Ttl, l2 } = this.#parts;
    this.#forget(key);
    const write = this.#beginPromotion(key);
    let isUndisturbed: boolean | undefined;
    try {
      await l2.set(key, value, { ttl });
      isUndisturbed = this.#promotions.get(key)?.has(write);
    } finally {
      // Who reads level two meanwhile may have seen what was there before.
      this.#forget(key);
    }
    if (isUndisturbed === true) l1.set(key, value, { ttl: Math.min(ttl, l1Ttl) });
  }

  /** Removes the key from both levels: what is read afterwards was loaded afterwards. */
  async delete(name: string): Promise<boolean> {
    return this.#remove(this.#prefix + name);
  }

  /** Removes what the condition names. Resolves with the number of entries that were there. */
  async deleteWhere(isMeant: (name: string) => boolean): Promise<number> {
    const listed = await this.#parts.l2.getKeys();
    // What is being loaded now is not listed yet.
    const keys = new Set([...listed, ...this.#parts.l1.keys(), ...this.#promotions.keys()]);
    const meant = [...keys].filter(
      (key) => key.startsWith(this.#prefix) && isMeant(key.slice(this.#prefix.length)),
    );
    const removed = await Promise.all(meant.map((key) => this.#remove(key)));
    return removed.filter((wasThere) => wasThere).length;
  }

  /** Empties both levels. Resolves with the number of entries that level two had. */
  async clear(): Promise<number> {
    const { l1, l2 } = this.#parts;
    const entries = await l2.size();
    const forget = (): void => {
      this.#promotions.clear();
      l1.clear();
    };
    forget();
    try {
      await l2.clear();
    } finally {
      forget();
    }
    return entries;
  }

  #fromLevelOne(key: string): unknown {
    const { l1, clock, onLatency } = this.#parts;
    const begun = onLatency && clock.monotonic();
    const near = l1.get(key);
    this.#counts[near === undefined ? 'l1Misses' : 'l1Hits'] += 1;
    if (begun !== undefined) onLatency?.('l1', clock.monotonic() - begun);
    return near;
  }

  async #fromLevelTwo(key: string): Promise<Found<unknown> | undefined> {
    const { l2, clock, onLatency } = this.#parts;
    const begun = onLatency && clock.monotonic();
    const found = await l2.lookup(key);
    this.#counts[found.kind === 'miss' ? 'l2Misses' : 'l2Hits'] += 1;
    if (begun !== undefined) onLatency?.('l2', clock.monotonic() - begun);
    if (found.kind === 'miss') return undefined;
    const left = found.expiresAt === undefined ? 0 : found.expiresAt - clock.now();
    return { value: found.value, left: Math.max(0, left) };
  }

  /** Puts what level two gives into level one, for no longer than it has left there. */
  async #promoted<T>(key: string, fromBelow: () => Promise<Found<T>>): Promise<T> {
    const { l1, l1Ttl } = this.#parts;
    const promotion = this.#beginPromotion(key);
    try {
      const { value, left } = await fromBelow();
      const isUndisturbed = this.#promotions.get(key)?.has(promotion);
      if (isUndisturbed) l1.set(key, value, { ttl: Math.min(left, l1Ttl) });
      return value;
    } finally {
      this.#endPromotion(key, promotion);
    }
  }

  async #remove(key: string): Promise<boolean> {
    this.#forget(key);
    try {
      return await this.#parts.l2.delete(key);
    } finally {
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#promotions.delete(key);
    this.#parts.l1.delete(key);
  }

  #beginPromotion(key: string): symbol {
    const promotion = Symbol(key);
    const underWay = this.#promotions.get(key);
    if (underWay === undefined) this.#promotions.set(key, new Set([promotion]));
    else underWay.add(promotion);
    return promotion;
  }

  #endPromotion(key: string, promotion: symbol): void {
    const underWay = this.#promotions.get(key);
    underWay?.delete(promotion);
    if (underWay?.size === 0) this.#promotions.delete(key);
  }
}

/** A value, and how long it has left in level two, in milliseconds. */
interface Found<T> {
  readonly value: T;
  readonly left: number;
}

function shareOf(hits: number, misses: number): number {
  return hits + misses === 0 ? 0 : hits / (hits + misses);
}
