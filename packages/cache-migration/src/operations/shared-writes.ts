import type { Cache, Clock, FillOptions } from '@resync/cache-contract';
import { hasLeases } from '@resync/cache-contract';
import type { FleetFollower } from '../fleet/fleet-follower.js';
import type { Sharing } from '../fleet/sharing.js';
import type { Leases } from '../keys/leases.js';
import { MigrationError } from '../migration-error.js';
import type { MigrationLimits } from '../migration-options.js';
import type { Outcome } from '../sides/outcome.js';
import type { Sides } from '../sides/sides.js';
import { deciderOfClear, type Epoch } from '../stages/epoch.js';
import type { SideName } from '../stages/stage.js';
import { LeasedWrites } from './leased-writes.js';
import { deadlineOf, settingInTurn, type Setting } from './lifetime.js';
import type { Unconfirmed } from './unconfirmed.js';
import { refuseUnlessConfirmed, wasThere, type WriteCall, type WritePath } from './write-path.js';

/** What writes of a fleet need. */
export interface SharedWritesSettings<V> {
  readonly sharing: Sharing;
  readonly follower: FleetFollower<V>;
  readonly unconfirmed: Unconfirmed<V>;
  readonly leases: Leases;
  readonly limits: MigrationLimits;
  readonly clock: Clock;
  /** Where writes are carried out that need no regard for other processes. */
  readonly writes: WritePath<V>;
}

/** The ways in which an operation may have to be carried out. */
interface Ways<T> {
  /** As a member of the fleet. */
  readonly asMember: () => Promise<T>;
  /** As nobody whom the others wait for. */
  readonly fenced: () => Promise<T>;
}

/**
 * Writes to sides that other processes write to as well. No order spans processes: up to `shadow` a
 * write only deletes on next, beyond it sets next under a lease of next itself, and a process that is
 * fenced writes legacy, deletes on next, and fails unless both confirm.
 */
export class SharedWrites<V> {
  readonly #sides: Sides<V>;
  readonly #settings: SharedWritesSettings<V>;
  readonly #leased: LeasedWrites<V>;

  constructor(sides: Sides<V>, settings: SharedWritesSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    this.#leased = new LeasedWrites(sides, settings);
  }

  /** As `Cache.set`. */
  set(setting: Setting<V>, epoch: Epoch): Promise<void> {
    const { clock, writes } = this.#settings;
    const { key, value, lifetime } = setting;
    const call = settingInTurn(setting, clock);
    const refill = { value, expiresAt: deadlineOf(lifetime, clock) };
    return this.#carryOut({
      asMember: async () => {
        if (this.#isLeased(epoch)) await this.#leased.write(epoch, { key, call, refill });
        else
          await writes.set(key, epoch, this.#isDeleting(epoch) ? this.#onLegacy(key, call) : call);
      },
      fenced: () => this.#writeFenced(key, call),
    });
  }

  /** As `Cache.delete`; a process that is fenced does not know what was there. */
  delete(key: string, epoch: Epoch): Promise<boolean> {
    const { writes } = this.#settings;
    const call = (cache: Cache<V>): Promise<boolean> => cache.delete(key);
    return this.#carryOut({
      asMember: async () => {
        if (!this.#isLeased(epoch)) return writes.delete(key, epoch, call);
        const asked = writes.answeringSides(key, epoch);
        return wasThere(asked, await this.#leased.write(epoch, { key, call }));
      },
      fenced: async () => {
        await this.#writeFenced(key, call);
        return false;
      },
    });
  }

  /** As `Cache.clear`. */
  clear(epoch: Epoch): Promise<void> {
    const { writes } = this.#settings;
    return this.#carryOut({
      asMember: () => (this.#isLeased(epoch) ? this.#clearBoth(epoch) : writes.clear(epoch)),
      fenced: async () => refuseUnlessBoth(await this.#clearInOrder(undefined)),
    });
  }

  /** Stores what was loaded on one side, under the lease of that side; whether it was stored. */
  fill(
    name: SideName,
    key: string,
    { value, ...options }: FillOptions & { readonly value: V },
  ): Promise<boolean> {
    const { limits } = this.#settings;
    const side = this.#sides[name];
    const fill = async (cache: Cache<V>): Promise<boolean> =>
      hasLeases(cache) && cache.fill(key, value, options);
    return this.#carryOut({
      asMember: async () => {
        if (side.isCold) return false;
        // Where the side does not take it, nothing has changed.
        const manner = { limitMs: limits[name], isVoid: async () => true };
        const outcome = await side.write(key, manner, fill).concluded;
        return outcome.kind === 'answered' && outcome.answer;
      },
      fenced: async () => false,
    });
  }

  async #carryOut<T>({ asMember, fenced }: Ways<T>): Promise<T> {
    const { follower } = this.#settings;
    const cohort = follower.begin();
    try {
      if (this.#isFenced()) return await fenced();
      const answer = await asMember();
      // Where the membership has run out meanwhile, the others did not wait for this.
      return this.#isFenced() ? await fenced() : answer;
    } finally {
      follower.end(cohort);
    }
  }

  #isFenced(): boolean {
    return this.#settings.follower.isFenced;
  }

  #isLeased({ route }: Epoch): boolean {
    return this.#settings.sharing === 'shared' && route.writes === 'both' && !isDecidedEarly(route);
  }

  #isDeleting({ route }: Epoch): boolean {
    return this.#settings.sharing === 'shared' && route.writes === 'both' && isDecidedEarly(route);
  }

  #onLegacy(key: string, set: WriteCall<V, void>): WriteCall<V, void> {
    const { cache: legacy } = this.#sides.legacy;
    return async (cache) => {
      if (cache === legacy) await set(cache);
      else await cache.delete(key);
    };
  }

  /** Without a limit for legacy: nothing may be left behind that lands when others have written. */
  async #writeFenced(key: string, call: WriteCall<V, unknown>): Promise<void> {
    const { leases, limits } = this.#settings;
    const { legacy, next } = this.#sides;
    leases.kill(key);
    const onLegacy = await legacy.write(key, { limitMs: undefined }, call).concluded;
    const gone = next.write(key, { limitMs: limits.next }, (cache) => cache.delete(key));
    const onNext = await gone.concluded;
    leases.kill(key);
    refuseUnlessBoth({ legacy: onLegacy, next: onNext });
  }

  async #clearBoth(epoch: Epoch): Promise<void> {
    const { limits, unconfirmed } = this.#settings;
    const excused = unconfirmed.excused();
    const outcomes = await this.#clearInOrder(limits.clear);
    const missing = Object.values(this.#sides).filter(
      (side) => outcomes[side.name].kind !== 'answered' && !excused.includes(side),
    );
    await unconfirmed.settle(missing);
    refuseUnlessConfirmed(deciderOfClear(epoch), outcomes);
  }

  async #clearInOrder(legacyMs: number | undefined): Promise<Record<SideName, Outcome<void>>> {
    const { leases, limits } = this.#settings;
    leases.killAll();
    const legacy = await this.#sides.legacy.clear({ limitMs: legacyMs });
    const next = await this.#sides.next.clear({ limitMs: limits.clear });
    leases.killAll();
    return { legacy, next };
  }
}

/** Whether callers wait for one side alone. */
function isDecidedEarly({ waitsFor }: Epoch['route']): boolean {
  return waitsFor.length === 1;
}

function refuseUnlessBoth({ legacy, next }: Record<SideName, Outcome<unknown>>): void {
  const failed = [legacy, next].find(({ kind }) => kind !== 'answered');
  if (failed === undefined || failed.kind === 'answered') return;
  throw new MigrationError(
    'FENCED',
    'expected both sides to confirm the write, as this process is no member of its fleet now; one ' +
      'did not. The write may or may not have happened',
    { cause: failed.error },
  );
}
