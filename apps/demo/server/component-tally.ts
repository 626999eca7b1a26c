import type {
  FallbackReason,
  MigrationObserver,
  Operation,
  SideName,
} from '@resync/cache-migration';

/** What one component's cache has done since the start. */
export interface Tally {
  /** Reads that each side answered, with a value or a miss; `none`: nobody might answer. */
  readonly reads: Readonly<Record<SideName | 'none', number>>;
  /** Reads that legacy answered in place of next; `missed`: because next had nothing, and works. */
  readonly fallbacks: { readonly missed: number; readonly failed: number };
  /** Calls to either side that went wrong. */
  readonly failures: number;
  /** Sum over the timed operations. */
  readonly latencyMs: number;
  readonly timed: number;
}

/** Counts for the rehearsal and for `/api/migration`. */
export class ComponentTally implements MigrationObserver {
  readonly #reads = { legacy: 0, next: 0, none: 0 };
  readonly #fallbacks = { missed: 0, failed: 0 };
  #failures = 0;
  #latencyMs = 0;
  #timed = 0;

  get now(): Tally {
    return {
      reads: { ...this.#reads },
      fallbacks: { ...this.#fallbacks },
      failures: this.#failures,
      latencyMs: this.#latencyMs,
      timed: this.#timed,
    };
  }

  hit(side: SideName): void {
    this.#reads[side] += 1;
  }

  miss(side: SideName | 'none'): void {
    this.#reads[side] += 1;
  }

  fallback(reason: FallbackReason): void {
    this.#fallbacks[reason === 'miss' ? 'missed' : 'failed'] += 1;
  }

  failure(): void {
    this.#failures += 1;
  }

  latency(_operation: Operation, ms: number): void {
    this.#latencyMs += ms;
    this.#timed += 1;
  }
}

/** What happened between two tallies. */
export function tallyBetween(before: Tally, after: Tally): Tally {
  return {
    reads: {
      legacy: after.reads.legacy - before.reads.legacy,
      next: after.reads.next - before.reads.next,
      none: after.reads.none - before.reads.none,
    },
    fallbacks: {
      missed: after.fallbacks.missed - before.fallbacks.missed,
      failed: after.fallbacks.failed - before.fallbacks.failed,
    },
    failures: after.failures - before.failures,
    latencyMs: after.latencyMs - before.latencyMs,
    timed: after.timed - before.timed,
  };
}

/** All reads of a tally. */
export function readsOf({ reads }: Tally): number {
  return reads.legacy + reads.next + reads.none;
}

/** All fallbacks of a tally. */
export function fallbacksOf({ fallbacks }: Tally): number {
  return fallbacks.missed + fallbacks.failed;
}
