import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { setImmediate } from 'node:timers';
import type { MigrationState, MigrationTarget } from '../../src/index.js';
import { History } from './history.js';
import { SteppedCache, type CallFault } from './stepped-cache.js';

/** What is put to the test: the manager, or a router that must be caught. */
interface Router {
  readonly state: Pick<MigrationState, 'stage' | 'percentage'>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, options?: { readonly ttl?: number }): Promise<void>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  getOrSet(
    key: string,
    loader: () => Promise<string>,
    options?: { readonly ttl?: number },
  ): Promise<string>;
  transition(target: MigrationTarget): Promise<void>;
  rollback(why: string, options?: { readonly cold?: true }): Promise<void>;
}

/** How one run goes. */
export interface SimulationOptions {
  readonly seed: number;
  /** Choices that the scheduler makes. */
  readonly steps: number;
  /** Told of everything that happens, in order, to understand a seed. */
  readonly trace?: (line: string) => void;
  /** The sides that go wrong. */
  readonly faulty: readonly ('legacy' | 'next')[];
  readonly create: (parts: {
    readonly legacy: SteppedCache;
    readonly next: SteppedCache;
    readonly clock: ManualClock;
  }) => Router;
}

/** What came out of it. */
export interface SimulationResult {
  readonly violations: readonly string[];
  /** Calls that rejected for their caller. */
  readonly failedCalls: readonly string[];
  readonly answeredReads: number;
  readonly operations: number;
  /** The stages that operations began in. */
  readonly stages: ReadonlySet<string>;
  /** Keys for which the sides hold different values after everything has come to rest. */
  readonly diverged: readonly string[];
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

/**
 * Runs a router under a scheduler that decides, by seed, which of the things that could happen next
 * does: a call to a side takes effect or is answered, a client begins an operation, time passes, the
 * state changes. Every read is checked.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const random = xoroshiro128plus(options.seed);
  const below = (bound: number): number => uniformInt(random, 0, bound - 1);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

  // Each seed has a world of its own: few keys or several, a hasty or a patient operator, ...
  const keys = ['a', 'b', 'c'].slice(0, 1 + below(3));
  const clients = 2 + below(3);
  // In percent: how often the operator goes up, and how often back in a hurry.
  const operator = pick([
    { up: 90, rollback: 2 },
    { up: 40, rollback: 12 },
  ]);
  const perMille = {
    change: pick([10, 40, 100]),
    clock: pick([10, 40, 80]),
    eviction: pick([0, 20]),
  };

  let faultsOn = true;
  const faultOf = (side: 'legacy' | 'next') => (): CallFault | undefined => {
    if (!faultsOn || !options.faulty.includes(side) || below(6) > 0) return undefined;
    return pick(['fail', 'fail-after-applying', 'decline'] as const);
  };
  let step = 0;
  const clock = new ManualClock(1_000_000);
  const trace = (line: string): void => options.trace?.(`${step} ${line}`);
  const sideAt = (name: 'legacy' | 'next'): SteppedCache =>
    new SteppedCache(clock, faultOf(name), (line) => trace(`    ${name}: ${line}`));
  const legacy = sideAt('legacy');
  const next = sideAt('next');
  const router = options.create({ legacy, next, clock });
  const history = new History();
  const failedCalls: string[] = [];
  const stages = new Set<string>();
  let values = 0;
  let busyClients = 0;
  let isChanging = false;
  let operations = 0;

  const read = async (key: string, ask: () => Promise<string | undefined>): Promise<void> => {
    const begun = step;
    const now = clock.now();
    trace(`read ${key} begins`);
    const value = await ask();
    trace(`read ${key} of ${begun} gives ${value}`);
    if (value === undefined) return;
    history.check({ key, value, begun, ended: step, clock: now });
  };

  const write = async (
    key: string | undefined,
    value: string | undefined,
    { deadline = Infinity, call }: { deadline?: number; call: () => Promise<unknown> },
  ): Promise<void> => {
    const record = history.begin({ key, value, begun: step, deadline });
    const name = `write ${key ?? '*'} ${value ?? 'nothing'}`;
    trace(`${name} begins`);
    try {
      await call();
      record.outcome = 'acknowledged';
    } catch (error) {
      record.outcome = 'failed';
      throw error;
    } finally {
      record.ended = step;
      trace(`${name} ${record.outcome}`);
    }
  };

  const operate = (): Promise<void> => {
    const key = pick(keys);
    const ttl = pick([30, 300, 1_000_000]);
    values += 1;
    const value = `${key}${values}`;
    const choice = below(20);
    if (choice < 8) return read(key, () => router.get(key));
    if (choice < 11) {
      return read(key, () =>
        router.getOrSet(
          key,
          async () => {
            // What is loaded is as old as the moment in which the source was read.
            const loaded = history.begin({ key, value, begun: step, deadline: Infinity });
            loaded.ended = step;
            loaded.outcome = 'failed';
            trace(`load ${key} ${value}`);
            await next.has('the time that a load takes').catch(() => undefined);
            return value;
          },
          { ttl },
        ),
      );
    }
    if (choice < 16) {
      const deadline = clock.now() + ttl;
      return write(key, value, { deadline, call: () => router.set(key, value, { ttl }) });
    }
    if (choice < 19) return write(key, undefined, { call: () => router.delete(key) });
    return write(undefined, undefined, { call: () => router.clear() });
  };

  const begin = (): void => {
    busyClients += 1;
    operations += 1;
    const { stage } = router.state;
    stages.add(stage);
    operate()
      .catch((error: unknown) => failedCalls.push(`${stage}: ${String(error)}`))
      .finally(() => {
        busyClients -= 1;
      });
  };

  const change = (): void => {
    const targets = stepsFrom(router.state);
    trace(`--- change from ${router.state.stage} ${router.state.percentage}`);
    if (isChanging || targets.length === 0 || below(100) < operator.rollback) {
      const cold = router.state.stage === 'complete' ? { cold: true as const } : {};
      router.rollback('by the scheduler', cold).catch(ignoreRefusal);
      return;
    }
    isChanging = true;
    router
      .transition(pick(below(100) < operator.up ? targets.slice(0, 1) : targets))
      .catch(ignoreRefusal)
      .finally(() => {
        isChanging = false;
      });
  };

  for (step = 0; step < options.steps; step += 1) {
    const pending = legacy.pendingCalls + next.pendingCalls;
    let choice = below(1000);
    const chosen = (share: number): boolean => (choice -= share) < 0;
    if (chosen(perMille.change)) change();
    else if (chosen(perMille.clock)) {
      clock.advance(pick([1, 10, 60, 200]));
      trace(`clock ${clock.now()}`);
    } else if (chosen(perMille.eviction)) pick([legacy, next]).evict(pick(keys));
    else if (chosen(300) && busyClients < clients) begin();
    else if (pending > 0) {
      const index = below(pending);
      if (index < legacy.pendingCalls) legacy.step(index);
      else next.step(index - legacy.pendingCalls);
    }
    await microtasks();
  }

  // Everything that is open ends well; what is read then must be right as well.
  faultsOn = false;
  for (let round = 0; round < 400; round += 1) {
    while (legacy.pendingCalls > 0) legacy.step(0);
    while (next.pendingCalls > 0) next.step(0);
    await microtasks();
    if (round % 10 === 9) clock.advance(1000);
  }
  const diverged = keys.filter((key) => {
    const values = [legacy.peek(key), next.peek(key)];
    return (
      !['off', 'complete'].includes(router.state.stage) &&
      values[0] !== values[1] &&
      !values.includes(undefined)
    );
  });
  for (const key of keys) {
    step += 1;
    const reading = read(key, () => router.get(key)).catch((error: unknown) =>
      failedCalls.push(`at the end: ${String(error)}`),
    );
    for (let round = 0; round < 8; round += 1) {
      while (legacy.pendingCalls > 0) legacy.step(0);
      while (next.pendingCalls > 0) next.step(0);
      await microtasks();
    }
    await reading;
  }
  return {
    violations: history.violations,
    failedCalls,
    answeredReads: history.reads,
    operations,
    stages,
    diverged,
  };
}

/** Lets everything run that waits for nothing but other promises. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof CacheError)) throw error;
}
