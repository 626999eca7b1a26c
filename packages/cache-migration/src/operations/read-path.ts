import {
  assertKey,
  MISS,
  type Cache,
  type LeasedLookup,
  type Lookup,
} from '@resync/cache-contract';
import type { Sharing } from '../fleet/sharing.js';
import type { MigrationLimits } from '../migration-options.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import type { FallbackReason } from '../observation/migration-counts.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import { untimed, type Timing } from '../observation/stopwatch.js';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import { otherSide, type Sides } from '../sides/sides.js';
import { limitOf, ownerOf, type Epoch } from '../stages/epoch.js';
import type { SideName } from '../stages/stage.js';
import type { Backfill } from './backfill.js';
import { askForLease, type SharedFills } from './shared-fills.js';

/** What reads need. */
export interface ReadPathSettings<V> {
  readonly limits: MigrationLimits;
  readonly observer: GuardedObserver;
  readonly counter: MigrationCounter;
  readonly backfill: Backfill<V>;
  /** Which processes write to the sides. */
  readonly sharing: Sharing;
  /** In place of the back-fill where several do. */
  readonly sharedFills: SharedFills<V> | undefined;
}

/** How a lookup goes about it. */
export interface LookupOptions<V> {
  readonly timing?: Timing;
  /** The lease of the side that missed is wanted. */
  readonly isLeased?: true;
  /** What came of asking the side that answers for the key, where that was done already. */
  readonly first?: Outcome<Lookup<V>> | Promise<Outcome<Lookup<V>>>;
}

/** A kind of read: how a side is asked, and what its answer means. */
interface Question<V, T> {
  ask(cache: Cache<V>, side: SideName): Promise<T>;
  isHit(answer: T): boolean;
  readonly miss: T;
  /** Legacy had what next missed. */
  onlyInLegacy(answer: T): void;
  /** Legacy is about to be asked for what next missed. */
  beforeLegacy(missed: T): void;
  /** What came of asking the side that answers for the key, where that was done already. */
  readonly first?: Outcome<T> | Promise<Outcome<T>> | undefined;
}

/** An answer, and who gave it; `none`: no side may answer for the key. */
export interface Reading<T> {
  readonly answer: T;
  readonly by: SideName | 'none';
}

/** Who answers a read, by the stage table, the dirty keys and the cold sides. */
export class ReadPath<V> {
  readonly #sides: Sides<V>;
  readonly #settings: ReadPathSettings<V>;

  constructor(sides: Sides<V>, settings: ReadPathSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
  }

  /** As `Cache.lookup`. */
  async lookup(key: string, epoch: Epoch, options: LookupOptions<V> = {}): Promise<Lookup<V>> {
    const { backfill, sharedFills } = this.#settings;
    if (sharedFills !== undefined)
      return withoutLease(await this.lookupShared(key, epoch, options));
    const { timing = untimed, first } = options;
    let lease: ReturnType<Backfill<V>['leaseFor']>;
    const giveBack = (): void => {
      if (lease !== undefined) backfill.giveBack(key, lease);
    };
    try {
      const { answer, by } = await this.#read<Lookup<V>>(key, epoch, {
        first,
        ask: (cache, side) => timing(side, () => cache.lookup(key)),
        isHit: ({ kind }) => kind === 'hit',
        miss: MISS,
        beforeLegacy: () => {
          lease = backfill.leaseFor(key, epoch);
        },
        onlyInLegacy: (found) => {
          if (found.kind !== 'hit' || lease === undefined) return;
          backfill.fill(key, found, lease);
          lease = undefined;
        },
      });
      this.#count(epoch, answer, by);
      return answer;
    } finally {
      giveBack();
    }
  }

  /** As `lookup`, with the lease of the side that missed; who that is. */
  async lookupShared(
    key: string,
    epoch: Epoch,
    { timing = untimed, isLeased }: LookupOptions<V> = {},
  ): Promise<Reading<LeasedLookup<V>>> {
    const { sharedFills } = this.#settings;
    let missed: LeasedLookup<V> = MISS;
    const { answer, by } = await this.#read<LeasedLookup<V>>(key, epoch, {
      ask: (cache, side) => {
        const isToBeFilled = isLeased ?? (side === 'next' && epoch.route.reads === 'split');
        return timing(side, () => (isToBeFilled ? askForLease(cache, key) : cache.lookup(key)));
      },
      isHit: ({ kind }) => kind === 'hit',
      miss: MISS,
      beforeLegacy: (byNext) => {
        missed = byNext;
      },
      onlyInLegacy: (found) => {
        if (found.kind === 'hit') sharedFills?.fill(key, epoch, { found, missed });
      },
    });
    this.#count(epoch, answer, by);
    return { answer, by };
  }

  /** As `Cache.has`: fills and counts nothing. */
  async has(key: string, epoch: Epoch, timing = untimed): Promise<boolean> {
    const { answer } = await this.#read<boolean>(key, epoch, {
      ask: (cache, side) => timing(side, () => cache.has(key)),
      isHit: (isThere) => isThere,
      miss: false,
      beforeLegacy: () => undefined,
      onlyInLegacy: () => undefined,
    });
    return answer;
  }

  async #read<T>(key: string, epoch: Epoch, question: Question<V, T>): Promise<Reading<T>> {
    const owner = this.#sides[ownerOf(key, epoch)];
    const isSplit = epoch.route.reads === 'split';
    if (question.first === undefined && !this.#mayAsk(owner, key, epoch)) {
      if (this.#hasSubstitute(epoch)) return this.#readSubstitute(key, epoch, question);
      return { answer: question.miss, by: 'none' };
    }
    const first = await (question.first ?? this.#ask(owner, epoch, question));
    const isFalling = owner.name === 'next' && this.#hasSubstitute(epoch);
    if (isFalling) return this.#fallBack(key, epoch, { question, first });
    if (first.kind === 'answered') return { answer: first.answer, by: owner.name };
    // What a side declines may be the caller's error, in any stage.
    if (first.kind === 'declined') assertKey(key);
    const isCallersError = owner.name === 'legacy' || !isSplit;
    if (isCallersError && epoch.route.failedRead === 'error') throw first.error;
    return { answer: question.miss, by: 'none' };
  }

  /** A legacy that is not called is no reason to fail where next can answer. */
  #mayAsk(owner: Side<V>, key: string, { route }: Epoch): boolean {
    const isCalled = owner.isCalled || owner.name === 'next' || route.reads !== 'split';
    return isCalled && owner.trustFor(key) === 'trusted';
  }

  /** What is in the memory of one process alone does not say what the others have written. */
  #hasSubstitute({ route, percentage }: Epoch): boolean {
    const { sharing } = this.#settings;
    if (route.reads !== 'split' || sharing === 'mixed') return false;
    return sharing === 'own' || percentage > 0;
  }

  /** In `live`, the other side answers for a key that its owner may not answer for. */
  async #readSubstitute<T>(
    key: string,
    epoch: Epoch,
    question: Question<V, T>,
  ): Promise<Reading<T>> {
    const owner = this.#sides[ownerOf(key, epoch)];
    const substitute = otherSide(this.#sides, owner);
    const trust = owner.trustFor(key);
    if (substitute.trustFor(key) !== 'trusted') return { answer: question.miss, by: 'none' };
    const outcome = await this.#ask(substitute, epoch, question);
    if (outcome.kind !== 'answered') {
      if (substitute.name === 'legacy') throw outcome.error;
      return { answer: question.miss, by: 'none' };
    }
    if (owner.name === 'next' && trust !== 'trusted') this.#settings.observer.fallback(trust);
    return { answer: outcome.answer, by: substitute.name };
  }

  /** In `live`, legacy is asked for what next misses, or fails to say. */
  async #fallBack<T>(
    key: string,
    epoch: Epoch,
    { question, first }: { readonly question: Question<V, T>; readonly first: Outcome<T> },
  ): Promise<Reading<T>> {
    if (first.kind === 'answered' && question.isHit(first.answer)) {
      return { answer: first.answer, by: 'next' };
    }
    const { legacy } = this.#sides;
    const missed: Reading<T> | undefined =
      first.kind === 'answered' ? { answer: first.answer, by: 'next' } : undefined;
    if (missed !== undefined) question.beforeLegacy(missed.answer);
    if (legacy.trustFor(key) !== 'trusted') return missed ?? { answer: question.miss, by: 'none' };

    const second = await this.#ask(legacy, epoch, question);
    if (second.kind !== 'answered') {
      if (missed !== undefined) return missed;
      throw second.error;
    }
    const isHit = question.isHit(second.answer);
    if (missed !== undefined && !isHit) return missed;
    this.#settings.observer.fallback(reasonOf(first));
    if (missed !== undefined) question.onlyInLegacy(second.answer);
    return { answer: second.answer, by: 'legacy' };
  }

  #count(epoch: Epoch, answer: Lookup<V>, by: SideName | 'none'): void {
    const { counter } = this.#settings;
    if (by !== 'none' && countsItself(this.#sides[by], epoch, counter)) {
      counter.countedTwice(by);
      return;
    }
    if (answer.kind === 'hit' && by !== 'none') counter.hit(by);
    else counter.miss(by);
  }

  #ask<T>(side: Side<V>, epoch: Epoch, question: Question<V, T>): Promise<Outcome<T>> {
    const limitMs = limitOf(side.name, epoch, this.#settings.limits);
    return side.read(limitMs, (cache) => question.ask(cache, side.name));
  }
}

/** Whether the reads of the epoch that the side answers are taken from its own figures. */
function countsItself(side: Side<unknown>, { route }: Epoch, counter: MigrationCounter): boolean {
  return route.passes === side.name && side.isCounting && !counter.tellsEach;
}

function withoutLease<V>({ answer }: Reading<LeasedLookup<V>>): Lookup<V> {
  return answer.kind === 'hit' ? answer : MISS;
}

function reasonOf(outcome: Outcome<unknown>): FallbackReason {
  switch (outcome.kind) {
    case 'answered':
      return 'miss';
    case 'refused':
    case 'declined':
      return 'error';
    case 'late':
      return 'timeout';
    case 'unsent':
      return outcome.reason === 'open' ? 'open' : 'shed';
  }
}
