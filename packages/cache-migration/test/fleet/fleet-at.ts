import {
  ChaosCache,
  ManualClock,
  ReferenceCache,
  ReferenceStore,
} from '@resync/cache-contract/testing';
import { CacheMigrationManager, type CacheMigrationOptions } from '../../src/index.js';
import { LADDER, promisesToSettle } from '../fixtures/migration.js';
import { ControlStore } from './control-store.js';

type Target = (typeof LADDER)[number];

/** Where the entries of a side are. */
type Place = 'shared' | 'in memory';

/** How a fleet is made. */
interface FleetOptions {
  readonly legacy?: Place;
  readonly next?: Place;
  readonly options?: Partial<CacheMigrationOptions<string>>;
}

/** Two processes in a fleet that has climbed to a stage. */
export async function fleetAt(target: Target | 'off', fleet: FleetOptions = {}) {
  const clock = new ManualClock(1_000_000);
  const stores = { legacy: new ReferenceStore<string>(), next: new ReferenceStore<string>() };
  const control = new ControlStore(clock);
  const sideOf = (side: 'legacy' | 'next'): ChaosCache<string> => {
    const isShared = (fleet[side] ?? 'shared') === 'shared';
    const store = isShared ? { store: stores[side] } : {};
    return new ChaosCache(new ReferenceCache<string>({ clock, ...store }));
  };
  const startProcess = (name: string) => {
    const legacy = sideOf('legacy');
    const next = sideOf('next');
    const port = control.port(name);
    const manager = new CacheMigrationManager<string>({
      component: name,
      legacy,
      next,
      clock,
      fleet: port,
      random: () => 0,
      ...fleet.options,
    });
    return { manager, port, legacy, next };
  };
  const one = startProcess('one');
  const two = startProcess('two');
  await promisesToSettle();
  const last = target === 'off' ? -1 : LADDER.findIndex((step) => isSame(step, target));
  for (const { stage, percentage = impliedBy(stage) } of LADDER.slice(0, last + 1)) {
    const leavesLegacy = stage === 'complete';
    const cold = leavesLegacy
      ? { ...control.state.cold, legacy: 'cold' as const }
      : control.state.cold;
    control.change({ stage, percentage, cold });
    await toRest(control);
  }
  /** What the stores hold, without a call. */
  const held = (side: 'legacy' | 'next', key: string): string | undefined =>
    stores[side].entries.get(key)?.value;
  return { clock, control, stores, held, one, two, startProcess };
}

/** Lets the controller do what it can until every side is warm, as far as its stage allows. */
export async function toRest(control: ControlStore): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await promisesToSettle();
    if (!control.isAcknowledged || !(await control.warmUp())) break;
  }
  await promisesToSettle();
}

function isSame(step: Target, target: Target): boolean {
  return step.stage === target.stage && step.percentage === target.percentage;
}

function impliedBy(stage: Target['stage']): number {
  return stage === 'rampdown' || stage === 'complete' ? 100 : 0;
}
