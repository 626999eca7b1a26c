import type { MigrationObserver, ObservedMigration } from '@resync/cache-migration';
import { guarded } from '../guarded.js';
import type { Observation, Share } from './observation.js';
import type { PairSampler } from './pair-sampler.js';

/** What a collector asks for beside what the migration tells. Each must return at once. */
export interface ObservationCollectorOptions {
  /** Default: no pairs, so that gates on latency and hit rate stay closed. */
  readonly pairs?: Pick<PairSampler, 'take'>;
  /** Default: unknown, so that a gate on it stays closed. A check that throws is failing. */
  readonly health?: () => Observation['health'];
  /** Default: unknown, so that a gate on it stays closed. Unknown too where it throws. */
  readonly memory?: () => Observation['memory'];
  /** Told what they have thrown. Default: dropped. */
  readonly onError?: (error: unknown) => void;
}

/** Legacy answered because next could not, or was not asked. */
const REASONS = ['error', 'timeout', 'shed', 'open'] as const;

/**
 * Makes an observation of what one migration in this process does: give `observer` to the migration,
 * and `take` to the driver. Errors are those among all calls of next, whoever they were for; fallbacks
 * those among the reads that next answered or was to answer.
 */
export class ObservationCollector {
  readonly observer: MigrationObserver;
  readonly #options: ObservationCollectorOptions;
  readonly #onError: (error: unknown) => void;
  #migration: ObservedMigration | undefined;
  #before: Totals = { calls: 0, failures: 0, reads: 0, fallbacks: 0 };
  #differences = 0;
  #comparisons = 0;

  constructor(options: ObservationCollectorOptions = {}) {
    this.#options = options;
    this.#onError = guarded(options.onError);
    this.observer = {
      started: (migration) => {
        this.#migration = migration;
      },
      compared: (verdict) => {
        if (verdict === 'inconclusive') return;
        this.#comparisons += 1;
        if (verdict !== 'match' && verdict !== 'ignored') this.#differences += 1;
      },
    };
  }

  /** What was seen since this was asked last. */
  take(): Observation {
    const before = this.#before;
    const now = this.#totals();
    this.#before = now;
    const mismatches: Share = { count: this.#differences, of: this.#comparisons };
    this.#differences = 0;
    this.#comparisons = 0;
    const errors = now.failures - before.failures;
    return {
      pairs: this.#options.pairs?.take() ?? { bucket: [], legacyMs: [], nextMs: [], hits: [] },
      errors: { count: errors, of: Math.max(errors, now.calls - before.calls) },
      fallbacks: { count: now.fallbacks - before.fallbacks, of: now.reads - before.reads },
      mismatches,
      health: this.#ask(this.#options.health, 'failing'),
      memory: this.#ask(this.#options.memory, 'unknown'),
    };
  }

  #ask<T extends string>(check: (() => T) | undefined, thrown: T): T | 'unknown' {
    try {
      return check?.() ?? 'unknown';
    } catch (error) {
      this.#onError(error);
      return thrown;
    }
  }

  #totals(): Totals {
    if (this.#migration === undefined) return this.#before;
    const { calls, reads, fallbacks, failures } = this.#migration.counts();
    const { hits, misses } = reads.next;
    const failed = failures.next.error + failures.next.timeout + failures.next.shed;
    const instead = REASONS.reduce((sum, reason) => sum + fallbacks[reason], 0);
    const asked = hits + misses + fallbacks.miss + instead;
    return {
      calls: calls.next,
      failures: failed,
      reads: asked,
      fallbacks: instead,
    };
  }
}

/** What has happened since the start. */
interface Totals {
  /** Of next, those that failed included. */
  readonly calls: number;
  readonly failures: number;
  /** That next answered, or was to answer. */
  readonly reads: number;
  readonly fallbacks: number;
}
