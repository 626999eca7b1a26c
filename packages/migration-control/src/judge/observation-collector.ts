import type {
  MigrationCounts,
  MigrationObserver,
  ObservedMigration,
} from '@resync/cache-migration';
import type { Observation, Share } from './observation.js';
import type { PairSampler } from './pair-sampler.js';

/** What a collector asks for beside what the migration tells. Each must return at once. */
export interface ObservationCollectorOptions {
  /** Default: no pairs, so that gates on latency and hit rate stay closed. */
  readonly pairs?: Pick<PairSampler, 'take'>;
  /** Default: unknown, so that a gate on it stays closed. */
  readonly health?: () => Observation['health'];
  /** Default: unknown, so that a gate on it stays closed. */
  readonly memory?: () => Observation['memory'];
}

/** Legacy answered because next could not, or was not asked. */
const REASONS = ['error', 'timeout', 'shed', 'open'] as const;

/**
 * Makes an observation of what one migration in this process does: give `observer` to the migration,
 * and `take` to the driver. Calls of next that succeed are not told one by one; they are counted as
 * the reads that next answered, the fallbacks from it, and the writes.
 */
export class ObservationCollector {
  readonly observer: MigrationObserver;
  readonly #options: ObservationCollectorOptions;
  #migration: ObservedMigration | undefined;
  #before: Totals = { calls: 0, failures: 0, reads: 0, fallbacks: 0 };
  #differences = 0;
  #comparisons = 0;

  constructor(options: ObservationCollectorOptions = {}) {
    this.#options = options;
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
    const migration = this.#migration;
    const now =
      migration === undefined ? before : totalsOf(migration.counts(), migration.state.stage);
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
      health: this.#options.health?.() ?? 'unknown',
      memory: this.#options.memory?.() ?? 'unknown',
    };
  }
}

/** What has happened since the start. */
interface Totals {
  /** Of next. */
  readonly calls: number;
  readonly failures: number;
  /** That next answered, or was to answer. */
  readonly reads: number;
  readonly fallbacks: number;
}

function totalsOf(
  { reads, sets, deletes, fallbacks, failures }: MigrationCounts,
  stage: string,
): Totals {
  const { hits, misses } = reads.next;
  const failed = failures.next.error + failures.next.timeout + failures.next.shed;
  const instead = REASONS.reduce((sum, reason) => sum + fallbacks[reason], 0);
  const asked = hits + misses + fallbacks.miss + instead;
  const writes = stage === 'off' ? 0 : sets + deletes;
  return { calls: asked + writes, failures: failed, reads: asked, fallbacks: instead };
}
