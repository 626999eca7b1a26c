import type { Clock } from '@resync/cache-contract';
import type { MemoryStore } from '@resync/cache-improved';
import type { ConsumerCache } from './consumer-cache.js';

/** The two levels of a hierarchy. */
export interface CacheHierarchyParts<V> {
  /** In the process. */
  readonly l1: MemoryStore<V>;
  /** The longest life of an entry of level one, in milliseconds; it never outlives that of level two. */
  readonly l1Ttl: number;
  readonly l2: ConsumerCache<V>;
  readonly clock: Clock;
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
  readonly #parts: CacheHierarchyParts<V>;
  // One for each read of level two that is under way; a delete takes it away.
  readonly #promotions = new Map<string, Set<symbol>>();
  #l1Hits = 0;
  #l1Misses = 0;

  constructor(parts: CacheHierarchyParts<V>) {
    this.#parts = parts;
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
    const near = this.#parts.l1.get(key);
    if (near !== undefined) {
      this.#l1Hits += 1;
      return near as T;
    }
    this.#l1Misses += 1;
    const promotion = this.#beginPromotion(key);
    try {
      const { value, left } = await this.#fromLevelTwo(key, loader, ttl);
      const isUndisturbed = this.#promotions.get(key)?.has(promotion);
      if (isUndisturbed) this.#parts.l1.set(key, value, { ttl: Math.min(left, this.#parts.l1Ttl) });
      return value as T;
    } finally {
      this.#endPromotion(key, promotion);
    }
  }

  /** Removes the key from both levels: what is read afterwards was loaded afterwards. */
  async delete(key: string): Promise<void> {
    this.#forget(key);
    try {
      await this.#parts.l2.delete(key);
    } finally {
      this.#forget(key);
    }
  }

  /** The value, and how long it has left in level two, in milliseconds. */
  async #fromLevelTwo(
    key: string,
    loader: () => Promise<V>,
    ttl: number,
  ): Promise<{ value: V; left: number }> {
    const { l2, clock } = this.#parts;
    const found = await l2.lookup(key);
    if (found.kind === 'miss') return { value: await l2.getOrSet(key, loader, { ttl }), left: ttl };
    const left = found.expiresAt === undefined ? 0 : found.expiresAt - clock.now();
    return { value: found.value, left: Math.max(0, left) };
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
