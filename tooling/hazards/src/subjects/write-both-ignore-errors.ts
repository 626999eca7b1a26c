import { isDeepStrictEqual } from 'node:util';
import type { Cache, SetOptions } from '@resync/cache-contract';
import type { SubjectKind } from '../subject.js';
import { FlaggedWrapper } from './flagged-wrapper.js';

/**
 * Written by a team that wants no detours: both are written at once, one answer is enough, and reads go
 * to one cache by the flag. In `shadow` both are read and compared.
 */
class WriteBothIgnoreErrors extends FlaggedWrapper {
  readonly mismatches: string[] = [];

  async get(key: string): Promise<unknown> {
    if (this.readsNext) return this.next.get(key);
    if (this.state.stage !== 'shadow') return this.legacy.get(key);
    const [value, candidate] = await Promise.all([
      this.legacy.get(key),
      this.next.get(key).catch(() => undefined),
    ]);
    if (!isDeepStrictEqual(value, candidate)) this.mismatches.push(key);
    return value;
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
    const outcomes = await Promise.allSettled(this.written.map(write));
    if (outcomes.some(({ status }) => status === 'fulfilled')) return;
    throw new AggregateError(
      outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined,
      ),
    );
  }
}

export const writeBothIgnoreErrors: SubjectKind = {
  name: 'write-both-ignore-errors',
  who: 'a team that wants no detours: written at once, one success is enough, one cache is read',
  create: (parts) => new WriteBothIgnoreErrors(parts),
};
