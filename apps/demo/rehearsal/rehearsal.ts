import type { ConformanceReport } from '@resync/cache-contract/conformance/run';
import type { MigrationTarget } from '@resync/cache-migration';
import { evaluateKpis, type Measurement } from '@resync/migration-control';
import type { LoadWindow } from '../load/load-messages.js';
import type { LoadProcess } from '../load/load-process.js';
import { fallbacksOf, readsOf, tallyBetween, type Tally } from '../server/component-tally.js';
import type { ComponentMigration } from '../server/component-migration.js';
import type { ServiceComponent } from '../server/service-component.js';
import { heapAfterCollection } from './heap.js';
import {
  reasonsToFail,
  type FaultReport,
  type RehearsalReport,
  type StepReport,
} from './rehearsal-report.js';
import type { RehearsalView } from './rehearsal-view.js';
import { serviceKpis } from './service-kpis.js';

/** How much a rehearsal looks at before it goes on. Steps end by samples, never by time. */
export interface RehearsalSamples {
  /** Requests before anything is measured. */
  readonly warmUp: number;
  /** Requests in the first window, in `off`, and in the last, in `complete`. */
  readonly window: number;
  /** Reads of the component in each step. */
  readonly step: number;
  /** Reads that legacy answers in place of the failing new cache. */
  readonly fallbacks: number;
}

/** What a rehearsal moves, and who watches. */
export interface RehearsalParts {
  /** In the order of the rollout. */
  readonly migrations: readonly ComponentMigration[];
  /** They climb beside the caches. */
  readonly services: readonly ServiceComponent[];
  /** The component whose new cache is made to fail, and the percentage at which. */
  readonly fault: { readonly component: string; readonly percentage: number };
  readonly load: LoadProcess;
  readonly samples: RehearsalSamples;
  readonly view: RehearsalView;
  /** How the new cache keeps the contract. */
  readonly conformance: ConformanceReport;
  readonly signal: AbortSignal;
}

export const SAMPLES: RehearsalSamples = { warmUp: 1000, window: 1000, step: 40, fallbacks: 20 };

const CLIMB: readonly MigrationTarget[] = [
  { stage: 'shadow' },
  { stage: 'live', percentage: 0 },
  { stage: 'live', percentage: 10 },
  { stage: 'live', percentage: 25 },
  { stage: 'live', percentage: 50 },
  { stage: 'live', percentage: 100 },
  { stage: 'rampdown' },
  { stage: 'complete' },
];

/** The way back up after a rollback. */
const SECOND_CLIMB = CLIMB.slice(2);

/** What can be taken a step further. */
type Moved = Pick<ServiceComponent, 'component' | 'tally'> & {
  readonly migration: Pick<ServiceComponent['migration'], 'transition'>;
};

/** Takes every component from `off` to `complete` under load, with a fault, a rollback and a second try on the way. */
export class Rehearsal {
  readonly #parts: RehearsalParts;
  readonly #steps: StepReport[] = [];
  readonly #begun = performance.now();

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /** Rejects where the signal aborts it. */
  async run(): Promise<RehearsalReport> {
    const { view, samples } = this.#parts;
    await this.#warmUp();

    view.event(`baseline: ${samples.window} requests in off`);
    const latencyBefore = this.#tallies();
    await this.#requests(samples.window);
    const baseline = await this.#endWindow();
    const heapBefore = heapAfterCollection();
    // A collection that is forced for a figure holds up the service, and takes what was compiled for it.
    const again = await this.#warmUp();

    const [faultReport] = await Promise.all([this.#climbOfCaches(), this.#climbOfServices()]);

    const climb = await this.#endWindow();
    view.event(`last window: ${samples.window} requests in complete`);
    const lastBefore = this.#tallies();
    await this.#requests(samples.window);
    const last = await this.#endWindow();
    const heapAfter = heapAfterCollection();
    view.end();

    const traffic = sumOf([baseline, again, climb, last]);
    const kpis = evaluateKpis({
      ...this.#cacheKpis(latencyBefore, lastBefore),
      ...serviceKpis([baseline, climb, last], { warmingUp: [again] }),
      throughput: throughputKpi(baseline, last),
      memory: { value: 100 * (heapAfter / heapBefore - 1), samples: 1 },
      rollback: { value: faultReport.rollbackSeconds, samples: 1 },
    });
    const reasons = reasonsToFail(kpis, traffic);
    return {
      verdict: reasons.length === 0 ? 'passed' : 'failed',
      reasons,
      seconds: (performance.now() - this.#begun) / 1000,
      kpis,
      steps: this.#steps,
      fault: faultReport,
      traffic,
    };
  }

  async #warmUp(): Promise<LoadWindow> {
    const { view, samples } = this.#parts;
    view.event(`warming up with ${samples.warmUp} requests`);
    await this.#requests(samples.warmUp);
    return this.#endWindow();
  }

  async #climbOfCaches(): Promise<FaultReport> {
    const caches = this.#parts.migrations.map(movedCache);
    await Promise.all(caches.map((cache) => this.#step(cache, { stage: 'dualwrite' })));
    let report: FaultReport | undefined;
    for (const migration of this.#parts.migrations) {
      if (migration.component === this.#parts.fault.component)
        report = await this.#climbWithFault(migration);
      else await this.#climb(movedCache(migration), CLIMB);
    }
    if (report !== undefined) return report;
    throw new Error(`expected a component ${this.#parts.fault.component}`);
  }

  async #climbOfServices(): Promise<void> {
    const climb = [{ stage: 'dualwrite' } as const, ...CLIMB];
    await Promise.all(this.#parts.services.map((service) => this.#climb(service, climb)));
  }

  async #climb(migration: Moved, targets: readonly MigrationTarget[]): Promise<void> {
    for (const target of targets) await this.#step(migration, target);
  }

  async #climbWithFault(migration: ComponentMigration): Promise<FaultReport> {
    const { percentage } = this.#parts.fault;
    const upTo = CLIMB.findIndex((target) => target.percentage === percentage) + 1;
    await this.#climb(movedCache(migration), CLIMB.slice(0, upTo));
    const report = await this.#faultAndRollback(migration);
    await this.#climb(movedCache(migration), SECOND_CLIMB);
    return report;
  }

  async #faultAndRollback(migration: ComponentMigration): Promise<FaultReport> {
    const { view, fault, samples } = this.#parts;
    const { component, router, chaos, tally } = migration;
    const before = tally.now;
    view.event(`${component}: every call to the new cache fails from now on`);
    chaos.inject({ kind: 'fail' });
    await this.#until(() => tallyBetween(before, tally.now).fallbacks.failed >= samples.fallbacks);

    const requested = performance.now();
    await router.rollback('rehearsed');
    await router.get('the first read after the rollback');
    const rollbackSeconds = (performance.now() - requested) / 1000;
    const { fallbacks, failures } = tallyBetween(before, tally.now);
    await this.#assertLegacyAnswers(migration);
    view.event(
      `${component}: ${fallbacks.failed} reads fell back, rolled back in ${(1000 * rollbackSeconds).toFixed(1)} ms`,
    );

    chaos.heal();
    await this.#until(() => {
      const { isCold, dirtyKeys } = router.status.next;
      return !isCold && dirtyKeys === 0;
    });
    view.event(`${component}: the new cache works again, and what it had missed is repaired`);
    return {
      component,
      percentage: fault.percentage,
      fallbacks: fallbacks.failed,
      failures,
      rollbackSeconds,
    };
  }

  /** What begins after a rollback is answered by legacy. */
  async #assertLegacyAnswers({ component, router, tally }: ComponentMigration): Promise<void> {
    const before = tally.now;
    await this.#until(() => readsOf(tallyBetween(before, tally.now)) >= this.#parts.samples.step);
    const { reads } = tallyBetween(before, tally.now);
    if (reads.next === 0 && router.state.percentage === 0) return;
    throw new Error(`${component}: next answered ${reads.next} reads after the rollback`);
  }

  async #step(moved: Moved, target: MigrationTarget): Promise<void> {
    const { component, migration, tally } = moved;
    const requested = performance.now();
    const before = tally.now;
    await migration.transition(target);
    await this.#until(() => readsOf(tallyBetween(before, tally.now)) >= this.#parts.samples.step);
    const during = tallyBetween(before, tally.now);
    const step: StepReport = {
      component,
      target,
      seconds: (performance.now() - requested) / 1000,
      reads: readsOf(during),
      readsByNext: during.reads.next,
      fallbacks: fallbacksOf(during),
    };
    this.#steps.push(step);
    this.#parts.view.event(describeStep(step));
  }

  #tallies(): readonly Tally[] {
    const { migrations, services } = this.#parts;
    return [...migrations, ...services].map(({ tally }) => tally.now);
  }

  async #requests(count: number): Promise<void> {
    const end = this.#parts.load.requests + count;
    await this.#until(() => this.#parts.load.requests >= end);
  }

  async #until(condition: () => boolean): Promise<void> {
    const { load, signal, migrations, view } = this.#parts;
    await load.until(() => {
      view.standings(
        migrations.map(({ component, router, tally }) => ({
          component,
          state: router.state,
          reads: readsOf(tally.now),
          readsByNext: tally.now.reads.next,
          fallbacks: fallbacksOf(tally.now),
        })),
      );
      return condition();
    }, signal);
  }

  #endWindow(): Promise<LoadWindow> {
    return this.#parts.load.endWindow(this.#parts.signal);
  }

  #cacheKpis(begin: readonly Tally[], lastBegin: readonly Tally[]) {
    const end = this.#tallies();
    const between = (before: readonly Tally[]): readonly Tally[] =>
      end.flatMap((after, index) => {
        const tally = before[index];
        return tally === undefined ? [] : [tallyBetween(tally, after)];
      });
    // A service is no cache: what its calls take is another matter.
    const all = between(begin).slice(0, this.#parts.migrations.length);
    const last = between(lastBegin);
    const timed = total(all, (tally) => tally.timed);
    const reads = total(last, readsOf);
    const { passed, failed } = this.#parts.conformance;
    return {
      latency: { value: total(all, (tally) => tally.latencyMs) / timed, samples: timed },
      adoption: {
        value: (100 * total(last, (tally) => tally.reads.next)) / reads,
        samples: reads,
      },
      fallbacks: { value: total(last, fallbacksOf), samples: reads },
      compatibility: { value: (100 * passed) / (passed + failed), samples: passed + failed },
    };
  }
}

function movedCache({ component, router, tally }: ComponentMigration): Moved {
  return { component, migration: router, tally };
}

function throughputKpi(baseline: LoadWindow, last: LoadWindow): Measurement {
  const perSecond = ({ requests, seconds }: LoadWindow): number => requests / seconds;
  return { value: (100 * perSecond(last)) / perSecond(baseline), samples: last.requests };
}

function sumOf(windows: readonly LoadWindow[]): RehearsalReport['traffic'] {
  return {
    requests: total(windows, (window) => window.requests),
    failed: total(windows, (window) => window.failed),
    limited: total(windows, (window) => window.limited),
    stale: total(windows, (window) => window.stale),
    stoodStillSeconds: total(windows, (window) => window.stoodStillSeconds),
    incidents: windows.flatMap((window) => window.incidents),
  };
}

function total<T>(list: readonly T[], figure: (item: T) => number): number {
  return list.reduce((sum, item) => sum + figure(item), 0);
}

function describeStep({ component, target, reads, readsByNext, fallbacks }: StepReport): string {
  const where = target.percentage === undefined ? target.stage : `live ${target.percentage} %`;
  const figures = [`${reads} reads`, `${readsByNext} by next`];
  if (fallbacks > 0) figures.push(`${fallbacks} ${fallbacks === 1 ? 'fallback' : 'fallbacks'}`);
  return `${component}: ${where}, ${figures.join(', ')}`;
}
