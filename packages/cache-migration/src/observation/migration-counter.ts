import type { SideName } from '../stages/stage.js';
import type { AnsweredCalls, MigrationCounts, ReadCounts } from './migration-counts.js';
import type { FailureKind, FallbackReason } from './migration-counts.js';
import type { MigrationObserver } from './migration-observer.js';

/** A side that reads go straight through to. */
export interface PassedSide {
  readonly name: SideName;
  /** The reads of callers that it has counted itself, if it can say. */
  readonly ownReads: ReadCounts | undefined;
}

interface Passage {
  readonly side: PassedSide;
  readonly before: ReadCounts;
}

/** Counts as the migration goes. */
export class MigrationCounter implements MigrationObserver {
  /** Counted by who makes the calls; those that went wrong are told as failures. */
  readonly answered: Readonly<Record<SideName, AnsweredCalls>> = {
    legacy: { count: 0 },
    next: { count: 0 },
  };
  readonly #reads = { legacy: { hits: 0, misses: 0 }, next: { hits: 0, misses: 0 } };
  readonly #fallbacks = { miss: 0, error: 0, timeout: 0, shed: 0, open: 0, dirty: 0, cold: 0 };
  readonly #failures = {
    legacy: { error: 0, timeout: 0, shed: 0 },
    next: { error: 0, timeout: 0, shed: 0 },
  };
  readonly #repairs = { legacy: 0, next: 0 };
  readonly #each: Pick<MigrationObserver, 'hit' | 'miss'>;
  #passage: Passage | undefined;
  #unanswered = 0;
  #sets = 0;
  #deletes = 0;
  #backfills = 0;

  /** @param each who wants to know of each read */
  constructor(each: Pick<MigrationObserver, 'hit' | 'miss'>) {
    this.#each = each;
  }

  /** Whether reads may not go straight through, because somebody wants to know of each. */
  get tellsEach(): boolean {
    return this.#each.hit !== undefined || this.#each.miss !== undefined;
  }

  /** From now on reads go straight through to this side, or to none. */
  passThrough(side: PassedSide | undefined): void {
    if (this.#passage !== undefined) {
      const { hits, misses } = readsOf(this.#passage);
      const total = this.#reads[this.#passage.side.name];
      total.hits += hits;
      total.misses += misses;
      this.answered[this.#passage.side.name].count += hits + misses;
    }
    const before = this.tellsEach ? undefined : side?.ownReads;
    this.#passage = side &&
      before && { side, before: { hits: before.hits, misses: before.misses } };
  }

  hit(side: SideName): void {
    this.#reads[side].hits += 1;
    this.#each.hit?.(side);
  }

  miss(side: SideName | 'none'): void {
    if (side === 'none') this.#unanswered += 1;
    else this.#reads[side].misses += 1;
    this.#each.miss?.(side);
  }

  /** A read was counted as a call that the side has counted itself. */
  countedTwice(side: SideName): void {
    this.answered[side].count -= 1;
  }

  set(): void {
    this.#sets += 1;
  }

  deleted(): void {
    this.#deletes += 1;
  }

  fallback(reason: FallbackReason): void {
    this.#fallbacks[reason] += 1;
  }

  failure(side: SideName, kind: FailureKind): void {
    this.#failures[side][kind] += 1;
  }

  backfilled(): void {
    this.#backfills += 1;
  }

  repaired(side: SideName): void {
    this.#repairs[side] += 1;
  }

  counts(): MigrationCounts {
    this.passThrough(this.#passage?.side);
    return {
      reads: { legacy: { ...this.#reads.legacy }, next: { ...this.#reads.next } },
      unanswered: this.#unanswered,
      sets: this.#sets,
      deletes: this.#deletes,
      fallbacks: { ...this.#fallbacks },
      calls: { legacy: this.#callsOf('legacy'), next: this.#callsOf('next') },
      failures: { legacy: { ...this.#failures.legacy }, next: { ...this.#failures.next } },
      backfills: this.#backfills,
      repairs: { ...this.#repairs },
    };
  }

  #callsOf(side: SideName): number {
    const { error, timeout, shed } = this.#failures[side];
    return this.answered[side].count + error + timeout + shed;
  }
}

/** The reads of a passage; of a side whose figures were set back in the meantime, those since then. */
function readsOf({ side, before }: Passage): ReadCounts {
  const { hits, misses } = side.ownReads ?? before;
  const isSetBack = hits < before.hits || misses < before.misses;
  return isSetBack
    ? { hits, misses }
    : { hits: hits - before.hits, misses: misses - before.misses };
}
