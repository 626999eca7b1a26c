import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { setImmediate } from 'node:timers';
import { CacheMigrationManager, type FleetState } from '../../../src/index.js';
import { ControlStore, type FleetPort } from '../control-store.js';
import { FleetHistory } from './fleet-history.js';
import { Pending } from './pending.js';
import { SteppedSide, SteppedStore, type CallFault } from './stepped-side.js';

/** What is wrong with the fleet on purpose, to see that it is noticed. */
export type Breach =
  'fills without a lease' | 'acknowledges at once' | 'ignores the fence' | 'warm without emptying';

/** How one run goes. */
export interface FleetSimulationOptions {
  readonly seed: number;
  /** Choices that the scheduler makes. */
  readonly steps: number;
  readonly policy: 'accept' | 'fail';
  readonly faulty: readonly ('legacy' | 'next')[];
  /** Whether processes crash and lose the control store. */
  readonly processes: 'steady' | 'failing';
  readonly breach?: Breach;
  /** Left out: of every kind. */
  readonly world?: 'hasty';
  /** Told of everything that happens, in order, to understand a seed. */
  readonly trace?: (line: string) => void;
}

/** What came out of it. */
export interface FleetSimulationResult {
  readonly violations: readonly string[];
  readonly answeredReads: number;
  readonly excusedReads: number;
  readonly operations: number;
  readonly stages: ReadonlySet<string>;
  /** What did not come to rest after everything had become well. */
  readonly stuck: readonly string[];
  /** Writes that failed though nothing went wrong with the sides. */
  readonly failed: readonly string[];
}

interface Process {
  readonly name: string;
  readonly port: FleetPort;
  readonly manager: CacheMigrationManager<string>;
}

/** The legal steps, the one that leads up first. */
function stepsFrom({ stage, percentage, cold }: FleetState): readonly Partial<FleetState>[] {
  const live = (to: number) => ({ stage: 'live', percentage: to }) as const;
  switch (stage) {
    case 'off':
      return [{ stage: 'dualwrite', cold: { ...cold, next: 'confirming' } }];
    case 'dualwrite':
      return [
        { stage: 'shadow' },
        ...(cold.legacy === 'warm'
          ? [{ stage: 'off', cold: { ...cold, next: 'cold' } } as const]
          : []),
      ];
    case 'shadow':
      return [live(0), { stage: 'dualwrite' }];
    case 'live':
      if (percentage === 0) return [live(50), { stage: 'shadow' }];
      if (percentage === 50) return [live(100), live(0)];
      return [{ stage: 'rampdown' }, live(50), live(0)];
    case 'rampdown':
      return [
        ...(cold.next === 'warm'
          ? [{ stage: 'complete', cold: { ...cold, legacy: 'cold' } } as const]
          : []),
        live(100),
        live(0),
      ];
    case 'complete':
      return [{ stage: 'rampdown', cold: { ...cold, legacy: 'confirming' } }];
  }
}

/**
 * Runs the managers of two processes over shared stores, under a scheduler that decides, by seed, which
 * of the things that could happen next does. Every read is checked.
 */
export async function simulateFleet(
  options: FleetSimulationOptions,
): Promise<FleetSimulationResult> {
  const random = xoroshiro128plus(options.seed);
  const below = (bound: number): number => uniformInt(random, 0, bound - 1);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

  // Each seed has a world of its own; a hasty one has everything go on beside everything.
  const isHasty = options.world === 'hasty' || below(3) === 0;
  const keys = ['a', 'b'].slice(0, isHasty ? 1 : 1 + below(2));
  const clients = 3 + below(4);
  const perMille = {
    control: isHasty ? 5 : pick([10, 40, 100, 200]),
    clock: isHasty ? 20 : pick([5, 20, 60]),
    renewal: pick([40, 80]),
    trouble: options.processes === 'failing' ? pick([4, 10]) : 0,
    eviction: pick([0, 0, 15]),
  };
  const rollback = pick([1, 5]);
  const slowness = isHasty ? 300 : pick([1, 20, 150]);
  const moments = isHasty
    ? [1, 20]
    : pick([
        [1, 2],
        [1, 10, 20],
        [10, 30, 60],
      ]);
  const lifetimes = isHasty ? [1_000_000] : pick([[1_000_000], [40, 400, 1_000_000]]);
  const faultRate = pick([8, 3]);
  const isPrompt = isHasty || below(2) === 0;

  let step = 0;
  let faultsOn = true;
  let isGoingUp = below(2) === 0;
  const trace = (line: string): void => options.trace?.(`${step} ${line}`);
  const clock = new ManualClock(1_000_000);
  const pending = new Pending();
  const history = new FleetHistory(options.policy);
  const control = new ControlStore(clock, (state) => {
    trace(`--- ${JSON.stringify(state)}`);
    if (Object.values(state.cold).includes('declared')) history.declared(step, state.epoch);
  });
  if (options.breach === 'warm without emptying') control.isEmptying = false;
  const stores = { legacy: new SteppedStore(clock), next: new SteppedStore(clock) };
  const stages = new Set<string>();
  const failed: string[] = [];
  const answered = { values: 0, operations: 0, busy: 0, names: 0 };

  const faultOf = (side: 'legacy' | 'next') => (): CallFault | undefined => {
    if (!faultsOn || !options.faulty.includes(side) || below(faultRate) > 0) return undefined;
    return pick(['fail', 'fail-after-applying', 'decline'] as const);
  };
  const start = (): Process => {
    answered.names += 1;
    const name = `p${answered.names}`;
    const sideOf = (side: 'legacy' | 'next'): SteppedSide =>
      new SteppedSide({
        name: `${name} ${side}`,
        store: stores[side],
        clock,
        pending,
        trace,
        fault: faultOf(side),
        slowness: () => (below(4) === 0 ? below(slowness) : 0),
        fills:
          options.breach === 'fills without a lease' && side === 'next'
            ? 'always'
            : 'under a lease',
      });
    const port = control.port(name, (what, arrive) => {
      const pass = (): boolean => {
        trace(`    ${what}`);
        arrive();
        return true;
      };
      if (isPrompt) queueMicrotask(pass);
      else pending.add(pass);
    });
    if (options.breach === 'ignores the fence') {
      Object.defineProperty(port, 'memberUntil', { get: () => Infinity, set: () => undefined });
    }
    if (options.breach === 'acknowledges at once') port.isHasty = true;
    const manager = new CacheMigrationManager<string>({
      component: name,
      legacy: sideOf('legacy'),
      next: sideOf('next'),
      clock,
      fleet: port,
      unconfirmed: options.policy,
      limits: { next: 50, legacy: 50, clear: 100, drain: 500 },
      shadow: { rate: 0.5 },
      random: () => 0,
    });
    return { name, port, manager };
  };
  const processes: Process[] = [start(), start()];

  const read = async (
    process: Process,
    key: string,
    ask: () => Promise<string | undefined>,
  ): Promise<void> => {
    const begun = step;
    const now = clock.now();
    const { epoch } = process.manager.state;
    const value = await ask();
    // Nobody is there any more who could be told.
    if (!processes.includes(process) || value === undefined) return;
    trace(`${process.name} read ${key} of ${begun}: ${value}`);
    const seen = { key, value, begun, ended: step, clock: now, epoch, process: process.name };
    history.check(seen);
  };

  const write = async (
    process: Process,
    what: { key?: string; value?: string; deadline?: number },
    call: () => Promise<unknown>,
  ): Promise<void> => {
    const { key, value, deadline = Infinity } = what;
    const record = history.begin({ key, value, deadline, begun: step, process: process.name });
    const name = `${process.name} write ${key ?? '*'} ${value ?? 'nothing'}`;
    trace(`${name} begins in ${process.manager.state.stage} ${process.manager.state.percentage}`);
    let outcome: 'acknowledged' | 'failed' = 'failed';
    try {
      await call();
      outcome = 'acknowledged';
    } finally {
      if (processes.includes(process)) {
        record.outcome = outcome;
        record.ended = step;
        trace(`${name} ${outcome}`);
      }
    }
  };

  const operate = (process: Process): Promise<void> => {
    const { manager } = process;
    const key = pick(keys);
    const ttl = pick(lifetimes);
    answered.values += 1;
    const value = `${key}${answered.values}`;
    const choice = below(40);
    if (choice < 22) return read(process, key, () => manager.get(key));
    if (choice < 24) {
      const load = async (): Promise<string> => {
        // What is loaded is as old as the moment in which the source was read.
        const record = history.begin({
          key,
          value,
          begun: step,
          deadline: Infinity,
          process: process.name,
        });
        Object.assign(record, { ended: step, outcome: 'failed' });
        await new Promise<void>((resolve) => {
          pending.add(() => (resolve(), true));
        });
        return value;
      };
      return read(process, key, () => manager.getOrSet(key, load, { ttl }));
    }
    if (choice < 35) {
      const deadline = clock.now() + ttl;
      return write(process, { key, value, deadline }, () => manager.set(key, value, { ttl }));
    }
    if (choice < 39) return write(process, { key }, () => manager.delete(key));
    return write(process, {}, () => manager.clear());
  };

  const begin = (): void => {
    const process = pick(processes);
    answered.busy += 1;
    answered.operations += 1;
    const { stage } = process.manager.state;
    stages.add(stage);
    operate(process)
      .catch((error: unknown) => {
        if (!(error instanceof CacheError)) throw error;
        failed.push(`${stage}: ${error.code} ${error.message}`);
      })
      .finally(() => {
        answered.busy -= 1;
      });
  };

  const steer = (): void => {
    control.strikeOut();
    const { stage } = control.state;
    const isBeyond = stage === 'rampdown' || (stage === 'live' && control.state.percentage > 0);
    if (isBeyond && below(100) < rollback) {
      control.change({ stage: 'live', percentage: 0 });
      return;
    }
    if (!control.isAcknowledged || control.members.length === 0) return;
    if (below(100) < 60 && control.needsWarmth) {
      void control.warmUp();
      return;
    }
    if (stage === 'complete' || below(100) < 5) isGoingUp = false;
    else if (stage === 'off' || below(100) < 5) isGoingUp = true;
    const steps = stepsFrom(control.state);
    const to = below(10) === 0 ? pick(steps) : isGoingUp ? steps[0] : steps.at(-1);
    // A cold rollback goes on only with an emptied legacy.
    const isWaiting = stage === 'rampdown' && control.state.cold.legacy !== 'warm';
    if (to !== undefined && !isWaiting) control.change(withPercentage(to));
  };

  const cause = (): void => {
    const index = below(processes.length);
    const process = processes[index];
    if (process === undefined) return;
    if (below(3) === 0) {
      trace(`${process.name} crashes`);
      process.port.vanish();
      processes.splice(index, 1, start());
    } else {
      process.port.isReachable = !process.port.isReachable;
      trace(`${process.name} ${process.port.isReachable ? 'is back' : 'is cut off'}`);
    }
  };

  const settle = async (): Promise<void> => {
    for (let round = 0; round < 200 && pending.count > 0; round += 1) {
      pending.takeAll();
      await microtasks();
    }
  };
  // Nothing much happens in the stages before the one that this world begins in.
  await microtasks();
  await settle();
  for (let rung = below(9); rung > 0;) {
    if (control.needsWarmth) void control.warmUp();
    else {
      rung -= 1;
      control.change(withPercentage(stepsFrom(control.state)[0] ?? {}));
    }
    await settle();
  }

  for (step = 0; step < options.steps; step += 1) {
    pending.now = step;
    let choice = below(1000);
    const chosen = (share: number): boolean => (choice -= share) < 0;
    // After a calm in which values get about, several steps at once.
    const isStorm = isHasty && step % 120 > 90;
    if (chosen(isStorm ? 120 : perMille.control)) steer();
    else if (chosen(perMille.clock)) clock.advance(pick(moments));
    else if (chosen(perMille.renewal)) void pick(processes).port.renew();
    else if (chosen(perMille.trouble)) cause();
    else if (chosen(perMille.eviction)) pick([stores.legacy, stores.next]).evict(pick(keys));
    else if (chosen(300) && answered.busy < clients) begin();
    else pending.takeOne(below);
    await microtasks();
  }

  // Everything that is open ends well; what is read then must be right as well.
  faultsOn = false;
  for (const { port } of processes) port.isReachable = true;
  for (let round = 0; round < 60; round += 1) {
    await settle();
    clock.advance(50);
    for (const { port } of processes) void port.renew();
    await settle();
    control.strikeOut();
    if (control.isAcknowledged && control.needsWarmth) void control.warmUp();
  }
  await settle();
  for (const process of processes) {
    for (const key of keys) {
      step += 1;
      const reading = read(process, key, () => process.manager.get(key));
      await settle();
      await reading;
    }
  }
  const stuck = [
    ...(control.isAcknowledged ? [] : ['the state is not acknowledged']),
    ...(control.needsWarmth ? [`a side is not warm: ${JSON.stringify(control.state)}`] : []),
    ...(control.members.length === processes.length ? [] : ['a process has not joined']),
  ];
  for (const { manager } of processes) {
    const closing = manager.shutdown();
    await settle();
    await closing;
  }
  return {
    violations: history.violations,
    answeredReads: history.reads,
    excusedReads: history.excused,
    operations: answered.operations,
    stages,
    stuck,
    failed,
  };
}

function withPercentage(change: Partial<FleetState>): Partial<FleetState> {
  const { stage } = change;
  const implied = stage === 'rampdown' || stage === 'complete' ? 100 : 0;
  return { percentage: implied, ...change };
}

/** Lets everything run that waits for nothing but other promises. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
