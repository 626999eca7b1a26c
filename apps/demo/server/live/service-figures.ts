import type { Clock } from '@resync/cache-contract';
import type { Figures } from '@resync/migration-control';
import { heapAfterCollection } from '../../rehearsal/heap.js';
import { tallyBetween, type Tally } from '../component-tally.js';
import type { ComponentMigration } from '../component-migration.js';
import type { PageSnapshot } from './page-messages.js';
import { p95Of } from './side-samples.js';

/** So many seconds are one window. */
const SECONDS = 60;

/** One second of the service. */
interface Second {
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds, those apart that waited for the language model. */
  readonly latencies: readonly number[];
  readonly tallies: Readonly<Record<string, Tally>>;
  /** Reads and hits of each component. */
  readonly reads: Readonly<Record<string, { readonly reads: number; readonly hits: number }>>;
}

/** Figures of the service over the last minute, as a baseline is made of and compared with. */
export class ServiceFigures {
  readonly #migrations: readonly ComponentMigration[];
  readonly #clock: Clock;
  readonly #seconds: Second[] = [];
  #requests = 0;
  #failed = 0;
  #latencies: number[] = [];

  constructor(migrations: readonly ComponentMigration[], clock: Clock) {
    this.#migrations = migrations;
    this.#clock = clock;
  }

  /** A request was answered, after so many milliseconds. */
  answered(ms: number, { isFailed, isModel }: { isFailed: boolean; isModel: boolean }): void {
    this.#requests += 1;
    if (isFailed) this.#failed += 1;
    if (!isModel) this.#latencies.push(ms);
  }

  /** A second has ended. */
  endSecond({ figures }: Pick<PageSnapshot, 'figures'>): void {
    const tallies = this.#migrations.map(({ component, tally }) => [component, tally.now] as const);
    this.#seconds.push({
      at: this.#clock.now(),
      requests: this.#requests,
      failed: this.#failed,
      latencies: this.#latencies,
      tallies: Object.fromEntries(tallies),
      reads: Object.fromEntries(
        Object.entries(figures).map(([name, figure]) => {
          const legacy = figure.legacyReads ?? 0;
          const next = figure.nextReads ?? 0;
          const hits =
            (legacy * (figure.legacyHitRatio ?? 0) + next * (figure.nextHitRatio ?? 0)) / 100;
          return [name, { reads: legacy + next, hits }];
        }),
      ),
    });
    if (this.#seconds.length > SECONDS) this.#seconds.shift();
    this.#requests = 0;
    this.#failed = 0;
    this.#latencies = [];
  }

  /** Of the minute that ends now. Collects garbage, which holds the service up for a moment. */
  of(component: string): Figures {
    const seconds = this.#seconds;
    const [first, last] = [seconds[0], seconds.at(-1)];
    const [before, after] = [first?.tallies[component], last?.tallies[component]];
    const tally = before && after && tallyBetween(before, after);
    const total = (figure: (second: Second) => number): number =>
      seconds.reduce((sum, second) => sum + figure(second), 0);
    const reads = total((second) => second.reads[component]?.reads ?? 0);
    const hits = total((second) => second.reads[component]?.hits ?? 0);
    const operations = tally?.timed ?? 0;
    return {
      at: this.#clock.now(),
      seconds: ((last?.at ?? 0) - (first?.at ?? 0)) / 1000,
      requests: total((second) => second.requests),
      failedRequests: total((second) => second.failed),
      p95: p95Of(seconds.flatMap(({ latencies }) => latencies)) ?? 0,
      operations,
      meanLatency: operations === 0 ? 0 : (tally?.latencyMs ?? 0) / operations,
      heapBytes: heapAfterCollection(),
      hitRate: reads === 0 ? 0 : hits / reads,
    };
  }
}
