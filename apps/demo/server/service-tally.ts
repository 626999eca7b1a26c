import type { MigrationObserver, ObservedMigration, Operation } from '@resync/cache-migration';
import type { Tally } from './component-tally.js';

const NO_READS = { legacy: 0, next: 0, none: 0 };

/** What a service's migration has done since the start: it is asked, because it tells no single call. */
export class ServiceTally implements MigrationObserver {
  #migration: ObservedMigration | undefined;
  #latencyMs = 0;
  #timed = 0;

  get now(): Tally {
    const time = { latencyMs: this.#latencyMs, timed: this.#timed };
    if (this.#migration === undefined) {
      return { reads: NO_READS, fallbacks: { missed: 0, failed: 0 }, failures: 0, ...time };
    }
    const { reads, fallbacks, failures } = this.#migration.counts();
    const { miss, ...instead } = fallbacks;
    return {
      reads: { legacy: reads.legacy.hits, next: reads.next.hits, none: 0 },
      fallbacks: { missed: miss, failed: sumOf(instead) },
      failures: sumOf(failures.legacy) + sumOf(failures.next),
      ...time,
    };
  }

  started(migration: ObservedMigration): void {
    this.#migration = migration;
  }

  latency(_operation: Operation, ms: number): void {
    this.#latencyMs += ms;
    this.#timed += 1;
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
