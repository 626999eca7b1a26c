import { Leases } from './keys/leases.js';
import type { MigrationSettings } from './migration-options.js';
import { combineObservers, type GuardedObserver } from './observation/migration-observer.js';
import { MigrationCounter } from './observation/migration-stats.js';
import { Stopwatch } from './observation/stopwatch.js';
import { Backfill } from './operations/backfill.js';
import { Loads } from './operations/loads.js';
import { ReadPath } from './operations/read-path.js';
import { ShadowComparison } from './operations/shadow-comparison.js';
import { WritePath } from './operations/write-path.js';
import { Repair } from './sides/repair.js';
import { Side } from './sides/side.js';
import type { Sides } from './sides/sides.js';
import { StageMachine } from './stage-machine.js';

/** What a migration is made of. */
export interface MigrationParts<V> {
  readonly sides: Sides<V>;
  readonly stages: StageMachine<V>;
  readonly leases: Leases;
  readonly reads: ReadPath<V>;
  readonly writes: WritePath<V>;
  readonly loads: Loads<V>;
  readonly shadow: ShadowComparison<V>;
  readonly counter: MigrationCounter;
  /** The caller's observer, where there is one. */
  readonly watcher: GuardedObserver | undefined;
  readonly stopwatch: Stopwatch | undefined;
}

/** Puts the parts together. Each knows only what it is given here. */
export function composeMigration<V>(settings: MigrationSettings<V>): MigrationParts<V> {
  const { clock, limits, bounds } = settings;
  const counter = new MigrationCounter();
  const watcher = settings.observer && combineObservers(settings.observer);
  const observer = combineObservers(counter, ...(watcher ? [watcher] : []));

  const sideSettings = {
    clock,
    observer,
    clearLimit: limits.clear,
    maxDirtyKeys: bounds.dirtyKeys,
    maxUnsettled: bounds.unsettled,
  };
  const legacy = new Side('legacy', settings.legacy, sideSettings);
  const next = new Side('next', settings.next, sideSettings);
  const sides: Sides<V> = { legacy, next };

  // A write is under way while its caller still waits for one of these sides.
  const isBeingWritten = (key: string): boolean =>
    stages.epoch.route.waitsFor.some((name) => sides[name].order.isBusy(key));
  const leases = new Leases(bounds.leases, isBeingWritten);
  const stages = new StageMachine<V>(sides, {
    component: settings.component,
    limits,
    observer,
    leases,
    repairs: {
      legacy: new Repair(legacy, { clock, limitMs: limits.legacy }),
      next: new Repair(next, { clock, limitMs: limits.next }),
    },
    isSoleProcess: settings.isSoleProcess,
  });
  const backfill = new Backfill(sides, {
    leases,
    clock,
    observer,
    limitMs: limits.next,
    bound: bounds.background,
  });
  return {
    sides,
    stages,
    leases,
    reads: new ReadPath(sides, { limits, observer, backfill }),
    writes: new WritePath(sides, { limits, bounds, leases }),
    loads: new Loads(leases),
    shadow: new ShadowComparison(next, {
      leases,
      observer,
      rate: settings.shadowRate,
      random: settings.random,
      limitMs: limits.next,
    }),
    counter,
    watcher,
    stopwatch: watcher && new Stopwatch(settings.latencyEvery, clock, watcher),
  };
}
