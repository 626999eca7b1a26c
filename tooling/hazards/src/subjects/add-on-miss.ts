import { hasAdd, type Cache, type SetOptions } from '@resync/cache-contract';
import type { SubjectKind } from '../subject.js';
import { FlaggedWrapper } from './flagged-wrapper.js';

/**
 * Written by a team that has read about back-fills: what the new cache misses is added, with the lifetime
 * that is left, so that it overwrites nothing. Both are written one after the other, and both must take it.
 */
class AddOnMiss extends FlaggedWrapper {
  async get(key: string): Promise<unknown> {
    if (!this.readsNext) return this.legacy.get(key);
    const found = await this.next.get(key).catch(() => undefined);
    if (found !== undefined || this.state.stage === 'complete') return found;
    const old = await this.legacy.lookup(key);
    if (old.kind === 'miss') return undefined;
    const ttl = Math.max(0, (old.expiresAt ?? 0) - this.clock.now());
    if (hasAdd(this.next)) void this.next.add(key, old.value, { ttl }).catch(() => undefined);
    return old.value;
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
    for (const cache of this.written) await write(cache);
  }
}

export const addOnMiss: SubjectKind = {
  name: 'add-on-miss',
  who: 'a team that has read about back-fills: they add and never overwrite; both writes must succeed',
  create: (parts) => new AddOnMiss(parts),
};
