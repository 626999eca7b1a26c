import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { MigrationTarget, SideName, Stage } from '../../src/index.js';
import { faultsOf, type PendingCall } from './calls.js';
import { comeToRest } from './come-to-rest.js';
import type { Operation } from './operation.js';
import type { CreateRouter, Router } from './router.js';
import { World } from './world.js';

/** How one run goes. */
export interface RandomSchedule {
  readonly create: CreateRouter;
  readonly seed: number;
  /** Choices that the scheduler makes. */
  readonly steps: number;
  /** The sides that go wrong. */
  readonly faulty: readonly SideName[];
  /** What clients do; what is named more often is done more often. */
  readonly operations: readonly Operation['kind'][];
  /** Told of everything that happens, in order, to understand a seed. */
  readonly trace?: (line: string) => void;
}

/** What came out of it. */
export interface RandomResult {
  readonly violations: readonly string[];
  /** Answers other than misses. */
  readonly checked: number;
  readonly operations: number;
  /** Entries that warm-ups have put into next. */
  readonly copied: number;
  /** The stages that operations began in. */
  readonly stages: ReadonlySet<Stage>;
}

/**
 * Runs a router under a scheduler that decides, by seed, which of the things that could happen next
 * does: a call to a side takes effect, is answered or goes wrong, a client begins an operation, time
 * passes, the state changes. Every answer is checked.
 */
export async function runRandomly(options: RandomSchedule): Promise<RandomResult> {
  const random = xoroshiro128plus(options.seed);
  const below = (bound: number): number => uniformInt(random, 0, bound - 1);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

  const world = new World(options.create, options.trace);
  const { router, calls } = world;

  // Each seed has a world of its own: few keys or several, a hasty or a patient operator, ...
  const keys = ['a', 'b', 'c'].slice(0, 1 + below(3));
  const warmUp = router.warmUp === undefined ? 0 : pick([0, 0, 20, 60]);
  // Where entries are copied the rest is calmer: hardly any copy would come to its end.
  const isCalm = warmUp > 0;
  const clients = isCalm ? 1 + below(2) : 2 + below(3);
  const lifetimes = isCalm ? [300, 1_000_000] : [30, 300, 1_000_000];
  // In percent: how often the operator goes up, and how often back in a hurry.
  const operator = pick([
    { up: 90, rollback: 2 },
    { up: 40, rollback: 12 },
  ]);
  const perMille = {
    change: pick(isCalm ? [10, 40] : [10, 40, 100]),
    clock: pick(isCalm ? [4, 10] : [10, 40, 80]),
    eviction: pick([0, 20]),
    warmUp,
    release: 20,
  };

  const stages = new Set<Stage>();
  let [operations, busyClients] = [0, 0];
  let isChanging = false;

  const operation = (): Operation => {
    const kind = pick(options.operations);
    const key = pick(keys);
    if (kind === 'set' || kind === 'load' || kind === 'fill') {
      return { kind, key, value: `${key}${operations}`, ttl: pick(lifetimes) };
    }
    return kind === 'clear' || kind === 'size' || kind === 'getKeys' ? { kind } : { kind, key };
  };

  const begin = (): Promise<void> => {
    busyClients += 1;
    operations += 1;
    stages.add(router.state.stage);
    return world.begin(operation(), () => {
      busyClients -= 1;
    });
  };

  const change = async (): Promise<void> => {
    const targets = stepsFrom(router.state);
    if (isChanging || targets.length === 0 || below(100) < operator.rollback) {
      return world.move(router.state.stage === 'complete' ? 'cold rollback' : 'rollback');
    }
    isChanging = true;
    const target = pick(below(100) < operator.up ? targets.slice(0, 1) : targets);
    return world.move(target, () => {
      isChanging = false;
    });
  };

  const warm = async (): Promise<void> => {
    // Otherwise there is little that next lacks.
    for (const key of keys) await world.evict('next', key);
    await world.warm(pick(['start', 'start', 'start', 'resume', 'pause', 'stop']));
  };

  const proceed = (): Promise<void> | undefined => {
    const going = calls.pending.filter(({ isHung }) => !isHung);
    if (going.length === 0) return undefined;
    const call = pick(going);
    return isFaulty(call) ? world.inflict(pick(faultsOf(call)), call) : world.step(call);
  };

  const isFaulty = (call: PendingCall): boolean => {
    const { callee } = call.facts;
    return callee !== 'source' && options.faulty.includes(callee) && below(10) === 0;
  };

  for (let step = 0; step < options.steps; step += 1) {
    let choice = below(1000);
    const chosen = (share: number): boolean => (choice -= share) < 0;
    if (chosen(perMille.change)) await change();
    else if (chosen(perMille.clock)) await world.advance(pick([1, 10, 60, 200]));
    else if (chosen(perMille.eviction)) await world.evict(pick(['legacy', 'next']), pick(keys));
    else if (chosen(perMille.warmUp)) await warm();
    else if (chosen(perMille.release)) calls.release();
    else if (chosen(300) && busyClients < clients) await begin();
    else await proceed();
  }

  await world.warm('resume');
  await comeToRest(world, keys);
  const { violations, checked } = world.history;
  return { violations, checked, operations, copied: world.copied, stages };
}

/** The legal steps by where one stands, the one that leads up first. */
function stepsFrom({ stage, percentage }: Router['state']): readonly MigrationTarget[] {
  switch (stage) {
    case 'off':
      return [{ stage: 'dualwrite' }];
    case 'dualwrite':
      return [{ stage: 'shadow' }, { stage: 'off' }];
    case 'shadow':
      return [{ stage: 'live', percentage: 0 }, { stage: 'dualwrite' }];
    case 'live':
      return [
        percentage === 100 ? { stage: 'rampdown' } : { stage: 'live', percentage: 100 },
        { stage: 'live', percentage: 50 },
        percentage === 0 ? { stage: 'shadow' } : { stage: 'live', percentage: 0 },
      ];
    case 'rampdown':
      return [{ stage: 'complete' }, { stage: 'live', percentage: 100 }];
    case 'complete':
      return [];
  }
}
