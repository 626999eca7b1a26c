import type {
  MigrationCounts,
  MigrationObserver,
  ObservedMigration,
  SideName,
} from '@resync/cache-migration';
import type { Figures } from './page-messages.js';
import { p95Of, percentOf, SideSamples } from './side-samples.js';

/** What one second of a component was like, as far as seconds of several can be put together. */
export interface RecordedSecond {
  readonly legacy: SideSecond;
  readonly next: SideSecond;
  readonly missedFallbacks: number;
  readonly failedFallbacks: number;
}

interface SideSecond {
  /** A second. */
  readonly reads: number;
  readonly errors: number;
  readonly dirtyKeys: number;
  /** Of the last seconds. */
  readonly recent: {
    readonly hits: number;
    readonly reads: number;
    readonly latencies: readonly number[];
  };
}

/** Keys of each side that it must not answer for. */
export type DirtyKeys = Readonly<Record<SideName, number>>;

const SIDES = ['legacy', 'next'] as const satisfies readonly SideName[];

/** Watches one migration for the page, at the cost of a subtraction a second and a number for each timed call. */
export class ComponentRecorder {
  readonly observer: MigrationObserver;
  readonly #samples = { legacy: new SideSamples(), next: new SideSamples() };
  #migration: ObservedMigration | undefined;
  #before: MigrationCounts | undefined;

  constructor() {
    this.observer = {
      started: (migration) => {
        this.#migration = migration;
      },
      sideLatency: (side, _operation, ms) => this.#samples[side].took(ms),
    };
  }

  /** Ends a second that really took so long. */
  endSecond(seconds: number, dirtyKeys: DirtyKeys): RecordedSecond {
    const counts = this.#migration?.counts();
    const before = this.#before ?? counts;
    this.#before = counts;
    const perSecond = (figure: (counts: MigrationCounts) => number): number =>
      counts === undefined || before === undefined
        ? 0
        : (figure(counts) - figure(before)) / seconds;
    const [legacy, next] = SIDES.map((side): SideSecond => {
      const samples = this.#samples[side];
      const hits = perSecond(({ reads }) => reads[side].hits);
      const reads = hits + perSecond((of) => of.reads[side].misses);
      samples.endSecond({ hits, reads });
      return {
        reads,
        errors: perSecond(({ failures }) => sumOf(failures[side])),
        dirtyKeys: dirtyKeys[side],
        recent: { hits: samples.hits, reads: samples.reads, latencies: samples.latencies },
      };
    }) as [SideSecond, SideSecond];
    const missedFallbacks = perSecond(({ fallbacks }) => fallbacks.miss);
    const failedFallbacks = perSecond(({ fallbacks }) => sumOf(fallbacks)) - missedFallbacks;
    return { legacy, next, missedFallbacks, failedFallbacks };
  }
}

/** The figures of some components together. */
export function figuresOf(seconds: readonly RecordedSecond[]): Figures {
  const sum = (figure: (second: RecordedSecond) => number): number =>
    rounded(seconds.reduce((total, second) => total + figure(second), 0));
  const hitRatio = (side: SideName): number | null =>
    orNull(
      percentOf(
        sum((second) => second[side].recent.hits),
        sum((second) => second[side].recent.reads),
      ),
    );
  const p95 = (side: SideName): number | null =>
    orNull(p95Of(seconds.flatMap((second) => second[side].recent.latencies)));
  return {
    legacyReads: sum(({ legacy }) => legacy.reads),
    nextReads: sum(({ next }) => next.reads),
    legacyHitRatio: hitRatio('legacy'),
    nextHitRatio: hitRatio('next'),
    legacyP95: p95('legacy'),
    nextP95: p95('next'),
    missedFallbacks: sum((second) => second.missedFallbacks),
    failedFallbacks: sum((second) => second.failedFallbacks),
    legacyErrors: sum(({ legacy }) => legacy.errors),
    nextErrors: sum(({ next }) => next.errors),
    legacyDirtyKeys: sum(({ legacy }) => legacy.dirtyKeys),
    nextDirtyKeys: sum(({ next }) => next.dirtyKeys),
  };
}

/** The share of reads that next answered, 0 to 100. */
export function shareOfNext(seconds: readonly RecordedSecond[]): number | null {
  const reads = (side: SideName): number =>
    seconds.reduce((sum, second) => sum + second[side].recent.reads, 0);
  return orNull(percentOf(reads('next'), reads('legacy') + reads('next')));
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function orNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

/** Three digits after the point are more than anybody sees. */
function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
