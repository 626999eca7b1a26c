import {
  assertKey,
  assertValue,
  type Clock,
  type FillOptions,
  type Lease,
  type LeasedLookup,
} from '@resync/cache-contract';
import type { FleetFollower } from '../fleet/fleet-follower.js';
import type { Epoch } from '../stages/epoch.js';
import type { SideName } from '../stages/stage.js';
import { deadlineOf, type Lifetime } from './lifetime.js';
import type { Loader } from './loads.js';
import type { ReadPath } from './read-path.js';
import type { SharedWrites } from './shared-writes.js';

/** What leases of shared sides need. */
export interface SharedLeasesSettings<V> {
  readonly clock: Clock;
  readonly follower: FleetFollower<V>;
  readonly reads: ReadPath<V>;
  readonly writes: SharedWrites<V>;
  /** The epoch now. */
  readonly epoch: () => Epoch;
}

/** What is loaded where both sides are shared. */
export interface SharedLoad<V> {
  readonly key: string;
  readonly loader: Loader<V>;
  /** The whole lifetime in milliseconds. */
  readonly lifetime: Lifetime;
}

/** A lease of a side, and where and when it was taken; written as one word, so that nothing is kept. */
interface Parts {
  readonly epoch: number;
  readonly side: SideName;
  readonly lease: Lease;
}

/**
 * What is loaded where both sides are shared: it is stored on the side that answered alone, under the
 * lease of that side, which any write of any process kills. Loads are not joined: nobody here knows
 * whether another process has written since one began.
 */
export class SharedLeases<V> {
  readonly #settings: SharedLeasesSettings<V>;
  #isClosed = false;

  constructor(settings: SharedLeasesSettings<V>) {
    this.#settings = settings;
  }

  /** As `LeasingCache.lookupOrLease`; a side that grants no leases gives none. */
  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const { follower, reads, epoch } = this.#settings;
    if (follower.isFenced) return { kind: 'miss' };
    const { number } = epoch();
    const { answer, by } = await reads.lookupShared(key, epoch(), { isLeased: true });
    if (answer.kind === 'hit') return answer;
    if (answer.lease === undefined || by === 'none') return { kind: 'miss' };
    const lease = wordOf({ epoch: number, side: by, lease: answer.lease });
    return { kind: 'miss', lease };
  }

  /** As `LeasingCache.fill`. */
  async fill(key: string, value: V, { lease, ...options }: FillOptions): Promise<boolean> {
    const parts = partsOf(lease);
    if (parts?.epoch !== this.#settings.epoch().number) return false;
    return this.#settings.writes.fill(parts.side, key, { ...options, value, lease: parts.lease });
  }

  /** What is still being loaded is not stored. */
  close(): void {
    this.#isClosed = true;
  }

  /** As `getOrSet` of the manager. */
  async getOrSet({ key, loader, lifetime }: SharedLoad<V>): Promise<V> {
    assertKey(key);
    const found = await this.lookupOrLease(key);
    if (found.kind === 'hit') return found.value;
    const value = await loader({ key });
    assertValue(value);
    if (found.lease !== undefined && !this.#isClosed) {
      const expiresAt = deadlineOf(lifetime, this.#settings.clock);
      // A cache that cannot store is no reason to withhold what was loaded; its side has reported it.
      await this.fill(key, value, { lease: found.lease, expiresAt }).catch(() => undefined);
    }
    return value;
  }
}

function wordOf({ epoch, side, lease }: Parts): Lease {
  return `${epoch}.${side}.${lease}` as Lease;
}

function partsOf(word: Lease): Parts | undefined {
  const [epoch, side, ...lease] = word.split('.');
  if (side !== 'legacy' && side !== 'next') return undefined;
  return { epoch: Number(epoch), side, lease: lease.join('.') as Lease };
}
