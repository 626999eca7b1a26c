import type { Cache } from '@resync/cache-contract';
import { deciderOf, limitOf, ownerOf, type Epoch } from '../stages/epoch.js';
import type { Manner } from '../keys/key-order.js';
import type { Leases } from '../keys/leases.js';
import { MigrationError } from '../migration-error.js';
import type { MigrationBounds, MigrationLimits } from '../migration-options.js';
import { isWithoutEffect, type Outcome } from '../sides/outcome.js';
import type { AcceptedWrite, Side, WriteOptions } from '../sides/side.js';
import { otherSide, type Sides } from '../sides/sides.js';
import type { SideName } from '../stages/stage.js';

/** What writes need. */
export interface WritePathSettings {
  readonly limits: MigrationLimits;
  readonly bounds: MigrationBounds;
  readonly leases: Leases;
}

/** How a write went on each side that its caller waited for. */
type Outcomes<T> = Readonly<Partial<Record<SideName, Outcome<T>>>>;

/** Where writes go, in which order, and when they fail, by the stage table. */
export class WritePath<V> {
  readonly #sides: Sides<V>;
  readonly #settings: WritePathSettings;
  // Writes of next that nobody waits for.
  #underWay = 0;

  constructor(sides: Sides<V>, settings: WritePathSettings) {
    this.#sides = sides;
    this.#settings = settings;
  }

  /** Sets the key where the epoch says; rejects where the side that decides did not confirm. */
  async set(key: string, epoch: Epoch, call: (cache: Cache<V>) => Promise<void>): Promise<void> {
    const outcomes = await this.#write(key, epoch, call);
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
  }

  /**
   * Deletes the key likewise. True where the side that answered for the key had it and confirmed
   * that it is gone.
   */
  async delete(key: string, epoch: Epoch): Promise<boolean> {
    const owner = this.#sides[ownerOf(key, epoch)];
    const asked = this.#answeringSides(key, owner, epoch);
    const outcomes = await this.#write(key, epoch, (cache) => cache.delete(key));
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
    const answers = asked.map((name) => outcomes[name]);
    if (answers[0]?.kind !== 'answered') return false;
    return answers.some((outcome) => outcome?.kind === 'answered' && outcome.answer);
  }

  /** Clears both sides in every stage; the one that takes no part in the background. */
  async clear(epoch: Epoch): Promise<void> {
    const { leases } = this.#settings;
    leases.killAll();
    try {
      const outcomes = await this.#clearSides(epoch);
      const { decides } = epoch.route;
      const decider = epoch.percentage === 100 ? 'either' : 'legacy';
      refuseUnlessConfirmed(decides === 'split' ? decider : decides, outcomes);
    } finally {
      leases.killAll();
    }
  }

  /** The call as it is, on a side that stands alone. */
  async direct<T>(
    side: Side<V>,
    key: string,
    { manner, call }: { readonly manner: Manner; readonly call: (cache: Cache<V>) => Promise<T> },
  ): Promise<T> {
    const { leases } = this.#settings;
    leases.kill(key);
    try {
      return await side.direct(key, manner, () => call(side.cache));
    } finally {
      leases.kill(key);
    }
  }

  /** As `clear`, where one side stands alone. */
  async clearDirect(side: Side<V>): Promise<void> {
    const { leases, limits } = this.#settings;
    leases.killAll();
    void otherSide(this.#sides, side).clear({ limitMs: limits.clear, isBackground: true });
    try {
      await side.direct(undefined, 'concurrent', () => side.cache.clear());
    } finally {
      leases.killAll();
    }
  }

  async #write<T>(
    key: string,
    epoch: Epoch,
    call: (cache: Cache<V>) => Promise<T>,
  ): Promise<Outcomes<T>> {
    const { leases } = this.#settings;
    leases.kill(key);
    try {
      const { writes } = epoch.route;
      if (writes === 'both') return await this.#writeBoth(key, epoch, call);
      const write = this.#sides[writes].write(
        key,
        { limitMs: Infinity, isVoid: async () => true },
        call,
      );
      return { [writes]: await write.concluded };
    } finally {
      leases.kill(key);
    }
  }

  async #writeBoth<T>(
    key: string,
    epoch: Epoch,
    call: (cache: Cache<V>) => Promise<T>,
  ): Promise<Outcomes<T>> {
    const { legacy, next } = this.#sides;
    const { limits, bounds } = this.#settings;
    const decider = deciderOf(key, epoch);
    let onNext: AcceptedWrite<T> | undefined;
    const onLegacy = legacy.write(
      key,
      { limitMs: limitOf('legacy', epoch, limits), isVoid: () => isVoid(onNext) },
      call,
    );
    const options = {
      limitMs: limitOf('next', epoch, limits),
      // What has failed already is not sent on.
      after: onLegacy.known.then(({ kind }) => kind === 'answered' || decider !== 'legacy'),
      isVoid: () => isVoid(onLegacy),
    };
    if (epoch.route.waitsFor.includes('next')) {
      onNext = next.write(key, options, call);
      return { legacy: await onLegacy.concluded, next: await onNext.concluded };
    }
    if (this.#underWay >= bounds.background) {
      next.skip(key);
    } else {
      this.#underWay += 1;
      onNext = next.write(key, { ...options, isBackground: true }, call);
      void onNext.concluded.then(() => {
        this.#underWay -= 1;
      });
    }
    return { legacy: await onLegacy.concluded };
  }

  async #clearSides(epoch: Epoch): Promise<Outcomes<void>> {
    const { legacy, next } = this.#sides;
    const { writes, waitsFor } = epoch.route;
    const onLegacy = legacy.clear(this.#clearOptions('legacy', epoch));
    const onNext = next.clear({
      ...this.#clearOptions('next', epoch),
      ...(writes === 'both' && { after: onLegacy.then(() => true) }),
    });
    return {
      ...(waitsFor.includes('legacy') && { legacy: await onLegacy }),
      ...(waitsFor.includes('next') && { next: await onNext }),
    };
  }

  #clearOptions(side: SideName, { route }: Epoch): WriteOptions {
    const isAwaited = route.waitsFor.includes(side);
    const isLimited = !isAwaited || route.limited.includes(side);
    return {
      limitMs: isLimited ? this.#settings.limits.clear : Infinity,
      ...(!isAwaited && { isBackground: true }),
    };
  }

  /** The sides that a read of the key would go to now, the first of which answers for it. */
  #answeringSides(key: string, owner: Side<V>, { route }: Epoch): readonly SideName[] {
    const other = otherSide(this.#sides, owner);
    const candidates = route.reads !== 'split' ? [owner] : this.#inOrder(owner, other, key);
    return candidates.filter((side) => side.trustFor(key) === 'trusted').map(({ name }) => name);
  }

  #inOrder(owner: Side<V>, other: Side<V>, key: string): readonly Side<V>[] {
    const isFallback = owner.name === 'next' || owner.trustFor(key) !== 'trusted';
    return isFallback ? [owner, other] : [owner];
  }
}

/** Whether the write of the other side, if there is one, left that unchanged. */
async function isVoid(other: AcceptedWrite<unknown> | undefined): Promise<boolean> {
  return other === undefined || isWithoutEffect(await other.known);
}

function refuseUnlessConfirmed(decider: SideName | 'either', outcomes: Outcomes<unknown>): void {
  const failures = (decider === 'either' ? (['legacy', 'next'] as const) : [decider]).map(
    (name) => {
      const outcome = outcomes[name];
      return outcome === undefined || outcome.kind === 'answered' ? undefined : outcome;
    },
  );
  const [first, second] = failures;
  if (failures.some((failure) => failure === undefined)) return;
  // What both decline is the caller's error, and not the migration's.
  if (second === undefined || failures.every((failure) => failure?.kind === 'declined')) {
    throw first?.error;
  }
  throw new MigrationError('WRITE_FAILED', 'expected one side to confirm the write; both failed', {
    cause: new AggregateError([first?.error, second.error]),
  });
}
