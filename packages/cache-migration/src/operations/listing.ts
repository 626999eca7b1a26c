import type { Cache, CacheStats } from '@resync/cache-contract';
import type { MigrationLimits } from '../migration-options.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import {
  managerCountsOf,
  statsOfBoth,
  type MigrationStats,
} from '../observation/migration-stats.js';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';
import { limitOf, type Epoch } from '../stages/epoch.js';

/** What listing needs. */
export interface ListingSettings {
  readonly limits: MigrationLimits;
  readonly counter: MigrationCounter;
  readonly epoch: () => Epoch;
}

/** Who lists and counts the entries, by the stage table: without those that may not be answered for. */
export class Listing<V> {
  readonly #sides: Sides<V>;
  readonly #settings: ListingSettings;

  constructor(sides: Sides<V>, settings: ListingSettings) {
    this.#sides = sides;
    this.#settings = settings;
  }

  /** The side whose entries these are. */
  get side(): Side<V> {
    return this.#sides[this.#settings.epoch().route.lists];
  }

  async size(): Promise<number> {
    if (this.side.ledger.dirtyCount > 0) return (await this.keys()).length;
    return this.#list(0, (cache) => cache.size());
  }

  async keys(): Promise<string[]> {
    const { side } = this;
    // A repair may end between the answer and now: the list can be from before it.
    const dirty = side.ledger.dirtyKeys();
    const keys = await this.#list<string[]>([], (cache) => cache.getKeys());
    return keys.filter((key) => !dirty.has(key) && side.trustFor(key) === 'trusted');
  }

  async stats(): Promise<MigrationStats> {
    const counts = this.#settings.counter.counts();
    const epoch = this.#settings.epoch();
    const { reads, failedRead } = epoch.route;
    if (reads === 'split') {
      const [legacy, next, size] = await Promise.all([
        this.#figuresOf(this.#sides.legacy, epoch),
        this.#figuresOf(this.#sides.next, epoch),
        this.size(),
      ]);
      return statsOfBoth(counts, size, { legacy: answerOf(legacy), next: answerOf(next) });
    }
    const figures = await this.#figuresOf(this.#sides[reads], epoch);
    if (figures.kind !== 'answered' && failedRead === 'error') throw figures.error;
    const size = await this.size();
    if (figures.kind !== 'answered') return statsOfBoth(counts, size, {});
    return { ...figures.answer, size, manager: managerCountsOf(counts) };
  }

  /** Where a failed read is a miss, a failed list is as empty as a cold side's. */
  async #list<T>(none: T, ask: (cache: Cache<V>) => Promise<T>): Promise<T> {
    const { side } = this;
    if (side.isCold) return none;
    const epoch = this.#settings.epoch();
    const outcome = await side.list(this.#limitOf(side, epoch), ask);
    if (outcome.kind === 'answered') return outcome.answer;
    if (epoch.route.failedRead === 'error') throw outcome.error;
    return none;
  }

  #figuresOf(side: Side<V>, epoch: Epoch): Promise<Outcome<CacheStats>> {
    return side.list(this.#limitOf(side, epoch), (cache) => cache.getStats());
  }

  /** What concerns all keys may take as long as a clear. */
  #limitOf({ name }: Side<V>, epoch: Epoch): number | undefined {
    const { clear } = this.#settings.limits;
    return limitOf(name, epoch, { legacy: clear, next: clear });
  }
}

function answerOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome.kind === 'answered' ? outcome.answer : undefined;
}
