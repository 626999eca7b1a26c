import type { Lease } from '@resync/cache-contract';
import type { FillOutcome, Fills } from './fills.js';
import type { Leases } from '../keys/leases.js';
import type { MigrationLimits } from '../migration-options.js';
import type { Sides } from '../sides/sides.js';

/** What copying needs. */
export interface EntryCopierSettings {
  readonly leases: Leases;
  readonly limits: MigrationLimits;
  /** The current epoch. */
  readonly epoch: () => number;
}

/** `skipped`: next has it, or is to get it from a write, or it may not be filled. */
export type CopyOutcome = 'copied' | 'skipped' | 'failed';

/** Copies one entry at a time from legacy into next, unless a write of its key comes in between. */
export class EntryCopier<V> {
  readonly #sides: Sides<V>;
  readonly #fills: Fills<V>;
  readonly #settings: EntryCopierSettings;

  constructor(sides: Sides<V>, fills: Fills<V>, settings: EntryCopierSettings) {
    this.#sides = sides;
    this.#fills = fills;
    this.#settings = settings;
  }

  /** Never rejects. Asked before it fills: whether the copy is still wanted. */
  async copy(key: string, isWanted: () => boolean): Promise<CopyOutcome> {
    const { leases, epoch } = this.#settings;
    const { legacy, next } = this.#sides;
    if (legacy.trustFor(key) !== 'trusted' || next.trustFor(key) !== 'trusted') return 'skipped';
    // Before legacy is read: what is read afterwards is the newest, as long as the lease holds.
    const lease = leases.grant(key, epoch());
    if (lease === undefined) return 'skipped';
    const outcome = await this.#copyUnder(lease, key, isWanted);
    leases.release(key, lease);
    return outcome;
  }

  async #copyUnder(lease: Lease, key: string, isWanted: () => boolean): Promise<CopyOutcome> {
    const { legacy, next } = this.#sides;
    const { limits } = this.#settings;
    const there = await next.read(limits.next, (cache) => cache.has(key));
    if (there.kind !== 'answered') return 'failed';
    if (there.answer) return 'skipped';
    const found = await legacy.readInternally(key, limits.legacy);
    if (found.kind !== 'answered') return 'failed';
    if (found.answer.kind === 'miss' || !isWanted()) return 'skipped';
    return COPIES[await this.#fills.fill(key, found.answer, lease)];
  }
}

const COPIES: Readonly<Record<FillOutcome, CopyOutcome>> = {
  filled: 'copied',
  dropped: 'skipped',
  failed: 'failed',
};
