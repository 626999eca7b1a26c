import type { SetOptions } from '@resync/cache-contract';
import type { SubjectKind } from '../subject.js';
import { FlaggedWrapper } from './flagged-wrapper.js';

/** Lifetime of what is taken over, in milliseconds. */
const TIER_TTL = 300_000;

/**
 * Written by a team that knows cache tiers: the new cache stands before the old one and is filled by
 * reads. A write goes to the old one and removes the entry from the new one.
 */
class ReadThroughTwoTier extends FlaggedWrapper {
  async get(key: string): Promise<unknown> {
    if (!this.readsNext) return this.legacy.get(key);
    const near = await this.next.get(key).catch(() => undefined);
    if (near !== undefined || this.state.stage === 'complete') return near;
    const far = await this.legacy.get(key);
    if (far !== undefined) void this.next.set(key, far, { ttl: TIER_TTL }).catch(() => undefined);
    return far;
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    if (this.state.stage === 'complete') return this.next.set(key, value, options);
    await this.legacy.set(key, value, options);
    await this.#forget(key);
  }

  async delete(key: string): Promise<void> {
    if (this.state.stage !== 'complete') await this.legacy.delete(key);
    await this.#forget(key);
  }

  async clear(): Promise<void> {
    for (const cache of this.written) await cache.clear();
  }

  async #forget(key: string): Promise<void> {
    if (this.state.stage !== 'off') await this.next.delete(key);
  }
}

export const readThroughTwoTier: SubjectKind = {
  name: 'read-through-two-tier',
  who: 'a team that knows tiers: the new cache before the old one, filled by reads, emptied by writes',
  create: (parts) => new ReadThroughTwoTier(parts),
};
