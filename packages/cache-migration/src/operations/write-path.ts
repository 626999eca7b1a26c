import type { Cache } from '@resync/cache-contract';
import { deciderOf, deciderOfClear, limitOf, ownerOf, type Epoch } from '../stages/epoch.js';
import type { Manner } from '../keys/key-order.js';
import type { Leases } from '../keys/leases.js';
import { MigrationError } from '../migration-error.js';
import type { MigrationBounds, MigrationLimits } from '../migration-options.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import { isWithoutEffect, type Outcome } from '../sides/outcome.js';
import type { AcceptedWrite, WriteOptions } from '../sides/accepted-write.js';
import type { Side } from '../sides/side.js';
import { otherSide, type Sides } from '../sides/sides.js';
import type { SideName } from '../stages/stage.js';

/** What writes need. */
export interface WritePathSettings {
  readonly limits: MigrationLimits;
  readonly bounds: MigrationBounds;
  readonly leases: Leases;
  readonly observer: GuardedObserver;
}

/** What a side is called with. */
export type WriteCall<V, T> = (cache: Cache<V>) => Promise<T>;

/** A call of a side that was made before. */
export interface MadeWrite<T = void> {
  readonly answer: Promise<T>;
  /** Milliseconds of its limit that are over. */
  readonly spentMs: number;
}

/** One write of both sides. */
interface Write<V, T> {
  readonly call: WriteCall<V, T>;
  /** The call of legacy, where it was made before. */
  readonly made?: MadeWrite<T>;
}

const CONFIRMED: Outcome<void> = { kind: 'answered', answer: undefined };

/** How a write went on each side that its caller waited for. */
export type Outcomes<T> = Readonly<Partial<Record<SideName, Outcome<T>>>>;

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

  /** Whether another write of next, that nobody waits for, is within the bound. */
  get hasRoom(): boolean {
    return this.#underWay < this.#settings.bounds.background;
  }

  /** A write of next that nobody waits for begins or ends. */
  countBackground(change: 1 | -1): void {
    this.#underWay += change;
  }

  /** Sets the key where the epoch says; rejects where the side that decides did not confirm. */
  async set(key: string, epoch: Epoch, call: WriteCall<V, void>): Promise<void> {
    const outcomes = await this.#write(key, epoch, { call });
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
  }

  /** As `set`, where legacy was called before. */
  async goOnFromLegacy(
    key: string,
    epoch: Epoch,
    { call, made }: { readonly call: WriteCall<V, void>; readonly made: MadeWrite },
  ): Promise<void> {
    const outcomes = await this.#write(key, epoch, { call, made });
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
  }

  /** As `set`, where legacy has confirmed and next was called before. */
  async goOnFromNext(key: string, epoch: Epoch, made: MadeWrite): Promise<void> {
    const options = { ...this.#options('next', epoch, made), isMade: true } as const;
    const call = (): Promise<void> => made.answer;
    if (!epoch.route.waitsFor.includes('next')) {
      this.#inBackground(key, options, call);
      return;
    }
    const outcome = await this.#sides.next.write(key, options, call).concluded;
    this.#settings.leases.kill(key);
    refuseUnlessConfirmed(deciderOf(key, epoch), { legacy: CONFIRMED, next: outcome });
  }

  /**
   * Deletes the key likewise. True where the side that answered for the key had it and confirmed
   * that it is gone.
   */
  async delete(key: string, epoch: Epoch, call: WriteCall<V, boolean>): Promise<boolean> {
    const asked = this.answeringSides(key, epoch);
    const outcomes = await this.#write(key, epoch, { call });
    refuseUnlessConfirmed(deciderOf(key, epoch), outcomes);
    return wasThere(asked, outcomes);
  }

  /** Clears both sides in every stage; the one that takes no part in the background. */
  async clear(epoch: Epoch): Promise<void> {
    const { leases } = this.#settings;
    leases.killAll();
    try {
      const outcomes = await this.#clearSides(epoch);
      refuseUnlessConfirmed(deciderOfClear(epoch), outcomes);
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

  async #write<T>(key: string, epoch: Epoch, write: Write<V, T>): Promise<Outcomes<T>> {
    const { leases } = this.#settings;
    leases.kill(key);
    try {
      const { writes } = epoch.route;
      if (writes === 'both') return await this.#writeBoth(key, epoch, write);
      const options = { limitMs: undefined, isVoid: async () => true };
      return { [writes]: await this.#sides[writes].write(key, options, write.call).concluded };
    } finally {
      leases.kill(key);
    }
  }

  async #writeBoth<T>(
    key: string,
    epoch: Epoch,
    { call, made }: Write<V, T>,
  ): Promise<Outcomes<T>> {
    const { legacy, next } = this.#sides;
    const decider = deciderOf(key, epoch);
    let onNext: AcceptedWrite<T> | undefined;
    const onLegacy = legacy.write(
      key,
      {
        ...this.#options('legacy', epoch, made),
        ...(made && { isMade: true }),
        isVoid: () => isVoid(onNext),
      },
      made === undefined ? call : () => made.answer,
    );
    const options = {
      ...this.#options('next', epoch),
      // What has failed already is not sent on.
      after: onLegacy.known.then(({ kind }) => kind === 'answered' || decider !== 'legacy'),
      isVoid: () => isVoid(onLegacy),
    };
    if (epoch.route.waitsFor.includes('next')) {
      onNext = next.write(key, options, call);
      return { legacy: await onLegacy.concluded, next: await onNext.concluded };
    }
    onNext = this.#inBackground(key, options, call);
    return { legacy: await onLegacy.concluded };
  }

  /** A write of next that nobody waits for; beyond the bound it is not made, and next not trusted with the key. */
  #inBackground<T>(
    key: string,
    options: WriteOptions,
    call: WriteCall<V, T>,
  ): AcceptedWrite<T> | undefined {
    const { next } = this.#sides;
    if (!this.hasRoom && !options.isMade) {
      this.#settings.observer.boundHit('next', 'background');
      next.miss(key);
      return undefined;
    }
    this.countBackground(1);
    const write = next.write(key, { ...options, isBackground: true }, call);
    void write.concluded.then(() => this.countBackground(-1));
    return write;
  }

  #options(side: SideName, epoch: Epoch, made?: MadeWrite<unknown>): WriteOptions {
    const limitMs = limitOf(side, epoch, this.#settings.limits);
    return { limitMs: limitMs && limitMs - (made?.spentMs ?? 0) };
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
      limitMs: isLimited ? this.#settings.limits.clear : undefined,
      ...(!isAwaited && { isBackground: true }),
    };
  }

  /** The sides that a read of the key would go to now, the first of which answers for it. */
  answeringSides(key: string, epoch: Epoch): readonly SideName[] {
    const { route } = epoch;
    const owner = this.#sides[ownerOf(key, epoch)];
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

/** Whether the first of the sides confirmed the delete, and any of them had the key. */
export function wasThere(asked: readonly SideName[], outcomes: Outcomes<unknown>): boolean {
  const answers = asked.map((name) => outcomes[name]);
  if (answers[0]?.kind !== 'answered') return false;
  return answers.some((outcome) => outcome?.kind === 'answered' && outcome.answer === true);
}

/** Rejects a write that those who decide have not confirmed. */
export function refuseUnlessConfirmed(
  decider: SideName | 'either',
  outcomes: Outcomes<unknown>,
): void {
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
