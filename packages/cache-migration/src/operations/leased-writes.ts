import { hasLeases, type Cache, type Lease } from '@resync/cache-contract';
import type { FleetFollower } from '../fleet/fleet-follower.js';
import type { Leases } from '../keys/leases.js';
import type { MigrationLimits } from '../migration-options.js';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';
import { deciderOf, type Epoch } from '../stages/epoch.js';
import { askForLease } from './shared-fills.js';
import { refuseUnlessConfirmed, type Outcomes, type WriteCall } from './write-path.js';
import type { Unconfirmed } from './unconfirmed.js';

/** What writes under leases need. */
export interface LeasedWritesSettings<V> {
  readonly follower: FleetFollower<V>;
  readonly leases: Leases;
  readonly limits: MigrationLimits;
  readonly unconfirmed: Unconfirmed<V>;
}

/** A write of a key in `live` or `rampdown`. */
export interface LeasedWrite<V, T> {
  readonly key: string;
  readonly call: WriteCall<V, T>;
  /** What next then holds; left out: nothing. */
  readonly refill?: { readonly value: V; readonly expiresAt: number };
}

/** What next had when it was deleted there first, and the lease that was taken behind that. */
interface Emptied {
  readonly wasThere: boolean;
  readonly lease: Lease | undefined;
}

/**
 * Writes from `live 0 %` to `rampdown`, where any process may read either side: next is deleted before
 * legacy is written, and set behind it under a lease that any write of any process kills.
 */
export class LeasedWrites<V> {
  readonly #sides: Sides<V>;
  readonly #settings: LeasedWritesSettings<V>;

  constructor(sides: Sides<V>, settings: LeasedWritesSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
  }

  /** How the write went; for a delete, next tells what it had at first. Rejects where it failed. */
  async write<T>(epoch: Epoch, write: LeasedWrite<V, T>): Promise<Outcomes<T | boolean>> {
    const { leases, unconfirmed } = this.#settings;
    const { legacy, next } = this.#sides;
    const { key } = write;
    const cold = unconfirmed.excused();
    leases.kill(key);

    const emptied = await this.#empty(write);
    const onLegacy = await this.#write(legacy, key, write.call);
    const isGone = await this.#isGoneWhereRefused(key, epoch, onLegacy);
    const isCertain = onLegacy.kind === 'answered' || isGone || cold.includes(legacy);
    const isFailed = onLegacy.kind !== 'answered' && deciderOf(key, epoch) === 'legacy';
    const lease = emptied.kind === 'answered' ? emptied.answer.lease : undefined;
    const onNext = await this.#write(next, key, (cache) =>
      this.#fillOrDelete(cache, write, isCertain && !isFailed ? lease : undefined),
    );
    leases.kill(key);

    const isKept = onLegacy.kind === 'answered' || isGone;
    const missing = [...(isKept ? [] : [legacy]), ...(onNext.kind === 'answered' ? [] : [next])];
    await unconfirmed.settle(
      missing.filter((side) => !cold.includes(side)),
      onLegacy,
    );
    const outcomes = { legacy: onLegacy, next: answerOf(onNext, emptied) };
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
    return outcomes;
  }

  #empty<T>({ key, refill }: LeasedWrite<V, T>): Promise<Outcome<Emptied>> {
    return this.#write(this.#sides.next, key, async (cache) => {
      const wasThere = await cache.delete(key);
      if (refill === undefined) return { wasThere, lease: undefined };
      const found = await askForLease(cache, key);
      // Who has set it meanwhile was later.
      return { wasThere, lease: found.kind === 'miss' ? found.lease : undefined };
    });
  }

  /** A definite refusal followed by a confirmed delete is as good as a confirmation. */
  async #isGoneWhereRefused(
    key: string,
    epoch: Epoch,
    { kind }: Outcome<unknown>,
  ): Promise<boolean> {
    // What declines the write that it decides has left everything as it was.
    if (kind === 'declined' && deciderOf(key, epoch) === 'legacy') return true;
    if (kind !== 'refused' && kind !== 'declined') return false;
    const deleted = await this.#write(this.#sides.legacy, key, (cache) => cache.delete(key));
    return deleted.kind === 'answered';
  }

  async #fillOrDelete<T>(
    cache: Cache<V>,
    { key, refill }: LeasedWrite<V, T>,
    lease: Lease | undefined,
  ): Promise<void> {
    if (refill !== undefined && lease !== undefined && hasLeases(cache)) {
      const { value, expiresAt } = refill;
      const isFilled = await this.#mayFill(() => cache.fill(key, value, { lease, expiresAt }));
      if (isFilled) return;
    }
    await cache.delete(key);
  }

  /** A fill that fails is followed by a delete, which kills its lease. */
  async #mayFill(fill: () => Promise<boolean>): Promise<boolean> {
    return this.#settings.follower.isFenced ? false : fill().catch(() => false);
  }

  #write<T>(side: Side<V>, key: string, call: WriteCall<V, T>): Promise<Outcome<T>> {
    const limitMs = this.#settings.limits[side.name];
    return side.write(key, { limitMs }, call).concluded;
  }
}

/** What next had at first, if it has confirmed in the end. */
function answerOf(onNext: Outcome<void>, emptied: Outcome<Emptied>): Outcome<boolean> {
  if (onNext.kind !== 'answered') return onNext;
  return { kind: 'answered', answer: emptied.kind === 'answered' && emptied.answer.wasThere };
}
