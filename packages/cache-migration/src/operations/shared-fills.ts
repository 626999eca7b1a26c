import {
  hasLeases,
  type Cache,
  type Clock,
  type Hit,
  type LeasedLookup,
} from '@resync/cache-contract';
import type { FleetFollower } from '../fleet/fleet-follower.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { Sides } from '../sides/sides.js';
import type { Epoch } from '../stages/epoch.js';

/** What shared fills are told. */
export interface SharedFillsSettings<V> {
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  readonly follower: FleetFollower<V>;
  /** The epoch now. */
  readonly epoch: () => Epoch;
  /** Milliseconds that next may take. */
  readonly limitMs: number;
  /** Fills that may be under way at once. */
  readonly bound: number;
}

/** What legacy had, and what next had answered before that. */
export interface FoundInLegacy<V> {
  readonly found: Hit<V>;
  readonly missed: LeasedLookup<V>;
}

/** The answer of a side, with its lease on a miss where it grants any. */
export function askForLease<V>(cache: Cache<V>, key: string): Promise<LeasedLookup<V>> {
  return hasLeases(cache) ? cache.lookupOrLease(key) : cache.lookup(key);
}

/**
 * Puts into a next that several processes share what only legacy had: under a lease of next itself,
 * taken before legacy was read, which is lost to any write of any process.
 */
export class SharedFills<V> {
  readonly #sides: Sides<V>;
  readonly #settings: SharedFillsSettings<V>;
  readonly #keepsExpiry: boolean;
  #underWay = 0;

  constructor(sides: Sides<V>, settings: SharedFillsSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    // What slides in legacy would end early in a next that does not.
    this.#keepsExpiry =
      sides.legacy.cache.capabilities.expiry === 'absolute' ||
      sides.next.cache.capabilities.expiry === 'sliding';
  }

  /** Fills in the background what a read found, in the epoch of the read alone. */
  fill(key: string, epoch: Epoch, { found, missed }: FoundInLegacy<V>): void {
    const lease = missed.kind === 'miss' ? missed.lease : undefined;
    const { value, expiresAt } = found;
    if (lease === undefined || expiresAt === undefined || !this.#mayFill(epoch)) return;
    this.#underWay += 1;
    // Legacy holds the value already: where next does not take it, nothing has changed.
    const options = { limitMs: this.#settings.limitMs, isVoid: async () => true };
    const filled = this.#sides.next.write(
      key,
      options,
      async (cache) => hasLeases(cache) && cache.fill(key, value, { lease, expiresAt }),
    );
    void filled.concluded.then((outcome) => {
      this.#underWay -= 1;
      if (outcome.kind === 'answered' && outcome.answer) this.#settings.observer.backfilled();
    });
  }

  /** In `shadow`, fills in the background what next misses of a key that legacy was just read for. */
  sample(key: string, epoch: Epoch): void {
    if (this.#mayFill(epoch)) void this.#sample(key, epoch);
  }

  async #sample(key: string, epoch: Epoch): Promise<void> {
    const { legacy, next } = this.#sides;
    const { limitMs } = this.#settings;
    const missed = await next.read(limitMs, (cache) => askForLease(cache, key));
    if (missed.kind !== 'answered' || missed.answer.kind === 'hit') return;
    // Again, now that the lease was taken.
    const read = await legacy.read(undefined, (cache) => cache.lookup(key));
    if (read.kind !== 'answered' || read.answer.kind === 'miss') return;
    if (legacy.trustFor(key) !== 'trusted') return;
    this.fill(key, epoch, { found: read.answer, missed: missed.answer });
  }

  #mayFill(epoch: Epoch): boolean {
    const { follower, bound, epoch: current } = this.#settings;
    if (!this.#keepsExpiry || this.#underWay >= bound || follower.isFenced) return false;
    return epoch.number === current().number && !this.#sides.next.isCold;
  }
}
