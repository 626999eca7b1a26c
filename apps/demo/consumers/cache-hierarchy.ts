import type { MemoryStore } from '@resync/cache-improved';
import type { ConsumerCache } from './consumer-cache.js';

/** The two levels of a hierarchy. */
export interface CacheHierarchyParts<V> {
  /** In the process; its entries live shortly, and never longer than those of level two. */
  readonly l1: MemoryStore<V>;
  readonly l2: ConsumerCache<V>;
}

/** Which level answered how often. */
export interface HierarchyCounts {
  readonly l1Hits: number;
  readonly l1Misses: number;
}

/**
 * A small cache in front of a large one. What is read from level two is put into level one, unless
 * the key was deleted in the meantime.
 */
export class CacheHierarchy<V> {
  readonly #l1: MemoryStore<V>;
  readonly #l2: ConsumerCache<V>;
  // One for each read of level two that is under way; a delete takes it away.
  readonly #promotions = new Map<string, Set<symbol>>();
  #l1Hits = 0;
  #l1Misses = 0;

  constructor({ l1, l2 }: CacheHierarchyParts<V>) {
    this.#l1 = l1;
    this.#l2 = l2;
  }

  get counts(): HierarchyCounts {
    return { l1Hits: this.#l1Hits, l1Misses: this.#l1Misses };
  }

  /** The value, from the nearest level that has it, else loaded into both. */
  async getOrSet<T extends V>(
    key: string,
    loader: () => Promise<T>,
    { ttl }: { readonly ttl: number },
  ): Promise<T> {
    const near = this.#l1.get(key);
    if (near !== undefined) {
      this.#l1Hits += 1;
      return near as T;
    }
    this.#l1Misses += 1;
    const promotion = this.#beginPromotion(key);
    try {
      const value = await this.#l2.getOrSet(key, loader, { ttl });
      if (this.#promotions.get(key)?.has(promotion)) this.#l1.set(key, value);
      return value as T;
    } finally {
      this.#endPromotion(key, promotion);
    }
  }

  /** Removes the key from both levels: what is read afterwards was loaded afterwards. */
  async delete(key: string): Promise<void> {
    this.#forget(key);
    try {
      await this.#l2.delete(key);
    } finally {
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#promotions.delete(key);
    this.#l1.delete(key);
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
