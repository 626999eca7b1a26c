import type { SideName } from '../stages/stage.js';

/** Why legacy was asked in place of next; `open`: the breaker of next is. */
export type FallbackReason = 'miss' | 'error' | 'timeout' | 'shed' | 'open' | 'dirty' | 'cold';

/** How a call to a side went wrong. */
export type FailureKind = 'error' | 'timeout' | 'shed';

/** Reads that one side answered; of a service, the calls that it answered are the hits. */
export interface ReadCounts {
  readonly hits: number;
  readonly misses: number;
}

/** The calls that a side has answered. Plain: it is on the way of each call. */
export interface AnsweredCalls {
  count: number;
}

/**
 * What happened since the start, in plain numbers. Of reads that go straight through to a cache that
 * keeps no figures of its own in this process, those in `off` and `complete` are counted only where
 * there is an observer.
 */
export interface MigrationCounts {
  readonly reads: Readonly<Record<SideName, ReadCounts>>;
  /** Reads that neither side might answer: misses. */
  readonly unanswered: number;
  readonly sets: number;
  /** Deletes of what was there. */
  readonly deletes: number;
  /** Reads that legacy answered in place of next. */
  readonly fallbacks: Readonly<Record<FallbackReason, number>>;
  /**
   * Calls to each side, whoever they were for: callers, comparisons, a warm-up, repairs. Those that
   * went wrong are among them, each that `failures` has; those that an open breaker kept from being
   * made are not.
   */
  readonly calls: Readonly<Record<SideName, number>>;
  /** Calls that went wrong, whether a caller noticed or not. */
  readonly failures: Readonly<Record<SideName, Readonly<Record<FailureKind, number>>>>;
  /** Values of legacy that were put into next. */
  readonly backfills: number;
  /** Dirty keys that were deleted on their side. */
  readonly repairs: Readonly<Record<SideName, number>>;
}
