import { FleetFollower } from './fleet/fleet-follower.js';
import { Leases } from './keys/leases.js';
import type { MigrationSettings } from './migration-options.js';
import { MigrationCounter } from './observation/migration-counter.js';
import { guardObservers, type MigrationObserver } from './observation/migration-observer.js';
import { Stopwatch } from './observation/stopwatch.js';
import { Backfill } from './operations/backfill.js';
import { Fills } from './operations/fills.js';
import { Listing } from './operations/listing.js';
import { Loads } from './operations/loads.js';
import { QuickReads } from './operations/quick-reads.js';
import { QuickWrites } from './operations/quick-writes.js';
import { Sets } from './operations/sets.js';
import { ReadPath } from './operations/read-path.js';
import { SharedFills } from './operations/shared-fills.js';
import { SharedLeases } from './operations/shared-leases.js';
import { SharedWrites } from './operations/shared-writes.js';
import { ShadowComparison } from './operations/shadow-comparison.js';
import { Unconfirmed } from './operations/unconfirmed.js';
import { WarmUps } from './operations/warm-ups.js';
import { WritePath } from './operations/write-path.js';
import { Nursery } from './sides/nursery.js';
import { Repair } from './sides/repair.js';
import { Side } from './sides/side.js';
import type { Sides } from './sides/sides.js';
import { TrustedSince } from './sides/trusted-since.js';
import { StageMachine } from './stage-machine.js';

/** What a migration is made of. */
export interface MigrationParts<V> {
  readonly sides: Sides<V>;
  readonly stages: StageMachine<V>;
  readonly leases: Leases;
  readonly nursery: Nursery;
  readonly reads: ReadPath<V>;
  readonly quickReads: QuickReads<V>;
  readonly writes: WritePath<V>;
  readonly sets: Sets<V>;
  readonly loads: Loads<V>;
  readonly listing: Listing<V>;
  readonly shadow: ShadowComparison<V>;
  readonly warmUps: WarmUps<V>;
  readonly legacyTrusted: TrustedSince;
  /** The rest of the fleet, where there is one. */
  readonly follower: FleetFollower<V> | undefined;
  /** Writes and fills of sides that other processes write to as well. */
  readonly sharedWrites: SharedWrites<V> | undefined;
  readonly sharedFills: SharedFills<V> | undefined;
  readonly sharedLeases: SharedLeases<V> | undefined;
  readonly counter: MigrationCounter;
  readonly stopwatch: Stopwatch | undefined;
}

/** Puts the parts together. Each knows only what it is given here. */
export function composeMigration<V>(settings: MigrationSettings<V>): MigrationParts<V> {
  const { clock, limits, bounds, sharing, fleet, observer: watcher = {} } = settings;
  const counter = new MigrationCounter(eachReadOf(watcher));
  const listener: MigrationObserver = {
    stateChanged: ({ previous, current }) => {
      if (previous.stage === 'off') legacyTrusted.beginAnew();
      warmUps.moved(current);
    },
  };
  const observer = guardObservers(counter, listener, watcher);
  const stopwatch =
    watcher.latency || watcher.sideLatency
      ? new Stopwatch(settings.latencyEvery, clock, observer)
      : undefined;

  const nursery = new Nursery(clock, momentOf(limits));
  const sideSettings = {
    clock,
    observer,
    nursery,
    clearLimit: limits.clear,
    maxDirtyKeys: bounds.dirtyKeys,
    maxUnsettled: bounds.unsettled,
    breaker: settings.breaker,
    warmedBy: 'itself',
  } as const;
  const warmedByFleet = { warmedBy: 'fleet' } as const;
  const legacy = new Side('legacy', settings.legacy, {
    ...sideSettings,
    answered: counter.answered.legacy,
    trialLimitMs: limits.legacy,
    ...(sharing === 'shared' && warmedByFleet),
  });
  const next = new Side('next', settings.next, {
    ...sideSettings,
    answered: counter.answered.next,
    trialLimitMs: limits.next,
    ...(sharing !== 'own' && warmedByFleet),
  });
  const sides: Sides<V> = { legacy, next };

  // A write is under way while its caller still waits for one of these sides.
  const isBeingWritten = (key: string): boolean =>
    nursery.isAwaited(key) ||
    stages.epoch.route.waitsFor.some((name) => sides[name].order.isBusy(key));
  const leases = new Leases(bounds.leases, {
    isBeingWritten,
    onBound: () => observer.boundHit('next', 'leases'),
  });
  const stages = new StageMachine<V>(sides, {
    component: settings.component,
    limits,
    observer,
    counter,
    leases,
    nursery,
    repairs: {
      legacy: new Repair(legacy, { clock, observer, limitMs: limits.legacy }),
      next: new Repair(next, { clock, observer, limitMs: limits.next }),
    },
    isSoleProcess: settings.isSoleProcess,
  });
  const fills = new Fills(sides, { leases, clock, limitMs: limits.next });
  const backfill = new Backfill(fills, { leases, observer, bound: bounds.background });
  const warmUps = new WarmUps(sides, {
    fills,
    leases,
    clock,
    limits,
    epoch: () => stages.epoch.number,
    isSoleProcess: settings.isSoleProcess,
  });
  const follower =
    fleet &&
    new FleetFollower(sides, {
      fleet,
      sharing,
      clock,
      limits,
      enter: (state) => stages.follow(state),
    });
  const sharedFills =
    follower && sharing === 'shared'
      ? new SharedFills(sides, {
          clock,
          observer,
          follower,
          epoch: () => stages.epoch,
          limitMs: limits.next,
          bound: bounds.background,
        })
      : undefined;
  const reads = new ReadPath(sides, { limits, observer, counter, backfill, sharing, sharedFills });
  const quickReads = new QuickReads(sides, stages.epoch, {
    limits,
    nursery,
    counter,
    inFull: reads,
    isObserved: settings.observer !== undefined,
    isShared: sharing !== 'own',
  });
  stages.onEpoch((epoch) => quickReads.beginEpoch(epoch));
  const writes = new WritePath(sides, { limits, bounds, leases, observer });
  const sharedWrites =
    follower && sharing !== 'own'
      ? new SharedWrites(sides, {
          sharing,
          follower,
          unconfirmed: new Unconfirmed(sides, follower, settings.unconfirmed),
          leases,
          limits,
          clock,
          writes,
        })
      : undefined;
  const sets = new Sets({
    sides,
    stages,
    quick: new QuickWrites({ sides, nursery, leases, counter, clock, inFull: writes }),
    inFull: writes,
    shared: sharedWrites,
    counter,
    stopwatch,
    clock,
  });
  const legacyTrusted = new TrustedSince(legacy, clock, () => stages.epoch.number);
  return {
    sides,
    stages,
    leases,
    nursery,
    reads,
    quickReads,
    writes,
    sets,
    loads: new Loads({ leases, clock, store: (setting) => sets.setInOrder(setting) }),
    listing: new Listing(sides, { limits, counter, epoch: () => stages.epoch }),
    shadow: new ShadowComparison(sides, {
      ...settings.shadow,
      leases,
      clock,
      observer,
      random: settings.random,
      limits,
    }),
    warmUps,
    legacyTrusted,
    follower,
    sharedWrites,
    sharedFills,
    sharedLeases:
      follower && sharedWrites && sharing === 'shared'
        ? new SharedLeases({
            clock,
            follower,
            reads,
            writes: sharedWrites,
            epoch: () => stages.epoch,
          })
        : undefined,
    counter,
    stopwatch,
  };
}

/** Long enough for nearly everything to be over, short enough for a limit not to be missed by much. */
function momentOf({ legacy, next }: MigrationSettings<unknown>['limits']): number {
  const LONGEST = 10;
  return Math.min(LONGEST, legacy / 10, next / 10);
}

/** The parts of an observer that are told each read, where it has them; what they throw is dropped. */
function eachReadOf(watcher: MigrationObserver): Pick<MigrationObserver, 'hit' | 'miss'> {
  const { hit, miss } = guardObservers(watcher);
  return { ...(watcher.hit && { hit }), ...(watcher.miss && { miss }) };
}
