import type { Cache, SetOptions } from '@resync/cache-contract';
import type { SubjectKind } from '../subject.js';
import { FlaggedWrapper } from './flagged-wrapper.js';

/**
 * Written by a team that fears the new cache: it is tried first, and whatever it throws is caught. Both
 * are written, one after the other; the old one must take it, the new one may.
 */
class TryNextCatchLegacy extends FlaggedWrapper {
  async get(key: string): Promise<unknown> {
    if (this.readsNext) {
      try {
        const value = await this.next.get(key);
        if (value !== undefined) return value;
      } catch {
        // The old cache will have it.
      }
    }
    return this.legacy.get(key);
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    await this.#write((cache) => cache.set(key, value, options));
  }

  async delete(key: string): Promise<void> {
    await this.#write((cache) => cache.delete(key));
  }

  async clear(): Promise<void> {
    await this.#write((cache) => cache.clear());
  }

  async #write(write: (cache: Cache) => Promise<unknown>): Promise<void> {
    const [first, second] = this.written;
    if (first !== undefined) await write(first);
    if (second !== undefined) await write(second).catch(() => undefined);
  }
}

export const tryNextCatchLegacy: SubjectKind = {
  name: 'try-next-catch-legacy',
  who: 'a team that fears the new cache: tried first, its errors caught; the second write may fail',
  create: (parts) => new TryNextCatchLegacy(parts),
};
