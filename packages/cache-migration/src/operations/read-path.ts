import { MISS, type Cache, type Lookup } from '@resync/cache-contract';
import type { Backfill } from './backfill.js';
import { limitOf, ownerOf, type Epoch } from '../stages/epoch.js';
import type { MigrationLimits } from '../migration-options.js';
import type { FallbackReason, GuardedObserver } from '../observation/migration-observer.js';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import { otherSide, type Sides } from '../sides/sides.js';
import type { SideName } from '../stages/stage.js';

/** What reads need. */
export interface ReadPathSettings<V> {
  readonly limits: MigrationLimits;
  readonly observer: GuardedObserver;
  readonly backfill: Backfill<V>;
}

/** A kind of read: how a side is asked, and what its answer means. */
interface Question<V, T> {
  ask(cache: Cache<V>): Promise<T>;
  isHit(answer: T): boolean;
  readonly miss: T;
  /** Legacy had what next missed. */
  onlyInLegacy(answer: T): void;
  /** Legacy is about to be asked for what next missed. */
  beforeLegacy(): void;
}

/** An answer, and who gave it; `none`: no side may answer for the key. */
interface Reading<T> {
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
  async lookup(key: string, epoch: Epoch): Promise<Lookup<V>> {
    const { backfill, observer } = this.#settings;
    let lease: ReturnType<Backfill<V>['leaseFor']>;
    const { answer, by } = await this.#read<Lookup<V>>(key, epoch, {
      ask: (cache) => cache.lookup(key),
      isHit: ({ kind }) => kind === 'hit',
      miss: MISS,
      beforeLegacy: () => {
        lease = backfill.leaseFor(key, epoch);
      },
      onlyInLegacy: (found) => {
        if (found.kind === 'hit' && lease !== undefined) backfill.fill(key, found, lease);
      },
    });
    if (answer.kind === 'miss' || by === 'none') observer.miss(by);
    else observer.hit(by);
    return answer;
  }

  /** As `Cache.has`: fills and counts nothing. */
  async has(key: string, epoch: Epoch): Promise<boolean> {
    const { answer } = await this.#read<boolean>(key, epoch, {
      ask: (cache) => cache.has(key),
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
    const trust = owner.trustFor(key);
    if (trust !== 'trusted') {
      if (isSplit) return this.#readSubstitute(key, epoch, question);
      return { answer: question.miss, by: 'none' };
    }
    const first = await this.#ask(owner, epoch, question);
    if (isSplit && owner.name === 'next') return this.#fallBack(key, epoch, { question, first });
    if (first.kind === 'answered') return { answer: first.answer, by: owner.name };
    if (epoch.route.failedRead === 'error') throw first.error;
    return { answer: question.miss, by: 'none' };
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
    if (missed !== undefined) question.beforeLegacy();
    if (legacy.trustFor(key) !== 'trusted') return missed ?? { answer: question.miss, by: 'none' };

    const second = await this.#ask(legacy, epoch, question);
    if (second.kind !== 'answered') {
      if (missed !== undefined) return missed;
      throw second.error;
    }
    const isHit = question.isHit(second.answer);
    if (missed !== undefined && !isHit) return missed;
    this.#settings.observer.fallback(REASONS[first.kind]);
    if (missed !== undefined) question.onlyInLegacy(second.answer);
    return { answer: second.answer, by: 'legacy' };
  }

  #ask<T>(side: Side<V>, epoch: Epoch, question: Question<V, T>): Promise<Outcome<T>> {
    const limitMs = limitOf(side.name, epoch, this.#settings.limits);
    return side.read(limitMs, (cache) => question.ask(cache));
  }
}

const REASONS: Readonly<Record<Outcome<unknown>['kind'], FallbackReason>> = {
  answered: 'miss',
  refused: 'error',
  declined: 'error',
  late: 'timeout',
  unsent: 'shed',
};
