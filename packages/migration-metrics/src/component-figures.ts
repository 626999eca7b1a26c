import type {
  Bound,
  MigrationCounts,
  MigrationObserver,
  MigrationState,
  ObservedMigration,
  Operation,
  SideName,
  Verdict,
} from '@resync/cache-migration';
import { LATENCY_BUCKETS } from './metric-names.js';
import { PlainHistogram } from './plain-histogram.js';

const NO_COUNTS: MigrationCounts = {
  reads: { legacy: { hits: 0, misses: 0 }, next: { hits: 0, misses: 0 } },
  unanswered: 0,
  sets: 0,
  deletes: 0,
  fallbacks: { miss: 0, error: 0, timeout: 0, shed: 0, open: 0, dirty: 0, cold: 0 },
  calls: { legacy: 0, next: 0 },
  failures: {
    legacy: { error: 0, timeout: 0, shed: 0 },
    next: { error: 0, timeout: 0, shed: 0 },
  },
  backfills: 0,
  repairs: { legacy: 0, next: 0 },
};

const NOT_STARTED = { stage: 'off', percentage: 0, epoch: 0 } as const;

const noBounds = (): Record<Bound, number> => ({
  'dirty-keys': 0,
  unsettled: 0,
  background: 0,
  comparisons: 0,
  leases: 0,
});

/** What one migration has told, in plain numbers. */
export class ComponentFigures {
  readonly dirtyKeys: Record<SideName, number> = { legacy: 0, next: 0 };
  readonly cold: Record<SideName, 0 | 1> = { legacy: 0, next: 0 };
  readonly breakerOpen: Record<SideName, 0 | 1> = { legacy: 0, next: 0 };
  readonly boundsHit: Record<SideName, Record<Bound, number>> = {
    legacy: noBounds(),
    next: noBounds(),
  };
  readonly comparisons: Record<Verdict, number> = {
    match: 0,
    value: 0,
    absent: 0,
    expiry: 0,
    error: 0,
    ignored: 0,
    inconclusive: 0,
  };
  readonly latencies = new Map<Operation, PlainHistogram>();
  readonly sideLatencies: Readonly<Record<SideName, Map<Operation, PlainHistogram>>> = {
    legacy: new Map(),
    next: new Map(),
  };
  #migration: ObservedMigration | undefined;

  /** Every series is there from the start, and does not appear with its first event. */
  get counts(): MigrationCounts {
    return this.#migration?.counts() ?? NO_COUNTS;
  }

  get state(): Pick<MigrationState, 'stage' | 'percentage' | 'epoch'> {
    return this.#migration?.state ?? NOT_STARTED;
  }

  /** What tells a migration's figures to this. */
  observer(): MigrationObserver {
    return {
      started: (migration) => {
        this.#migration = migration;
      },
      latency: (operation, ms) => observe(this.latencies, operation, ms),
      sideLatency: (side, operation, ms) => observe(this.sideLatencies[side], operation, ms),
      compared: (verdict) => {
        this.comparisons[verdict] += 1;
      },
      dirtyKeys: (side, count) => {
        this.dirtyKeys[side] = count;
      },
      coldSide: (side, isCold) => {
        this.cold[side] = isCold === 'cold' ? 1 : 0;
      },
      breaker: (side, state) => {
        this.breakerOpen[side] = state === 'open' ? 1 : 0;
      },
      boundHit: (side, bound) => {
        this.boundsHit[side][bound] += 1;
      },
    };
  }
}

function observe(histograms: Map<Operation, PlainHistogram>, operation: Operation, ms: number) {
  let histogram = histograms.get(operation);
  if (histogram === undefined) {
    histogram = new PlainHistogram(LATENCY_BUCKETS);
    histograms.set(operation, histogram);
  }
  histogram.observe(ms / 1000);
}
