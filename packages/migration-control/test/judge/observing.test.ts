import { ManualClock, ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager, type CacheMigrationOptions } from '@resync/cache-migration';
import { expect, it } from 'vitest';
import {
  LEGACY_HIT,
  NEXT_HIT,
  ObservationCollector,
  PairSampler,
  type ObservationCollectorOptions,
} from '../../src/index.js';
import { seededRandom } from './random.js';

const tasks = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A migration, and what is observed of it. */
function observed(
  options: Pick<CacheMigrationOptions<unknown>, 'shadow'> = {},
  checks: ObservationCollectorOptions = {},
) {
  const clock = new ManualClock();
  const [legacy, next] = [new ReferenceCache({ clock }), new ReferenceCache({ clock })];
  const collector = new ObservationCollector(checks);
  const { observer } = collector;
  const common = { component: 'core', legacy, next, clock, observer };
  return { next, collector, manager: new CacheMigrationManager({ ...common, ...options }) };
}

it('reads a sampled key from both sides, in an order that is drawn', async () => {
  const clock = new ManualClock();
  const order: string[] = [];
  const side = (name: string, ms: number) => ({
    lookup: async (key: string) => {
      order.push(name);
      clock.advance(ms);
      return key === 'both' || name === 'legacy'
        ? ({ kind: 'hit', value: 1 } as const)
        : ({ kind: 'miss' } as const);
    },
  });
  const sampler = new PairSampler({
    legacy: side('legacy', 2),
    next: side('next', 3),
    clock,
    random: seededRandom(1),
    rate: 1,
  });
  for (let read = 0; read < 40; read += 1) {
    sampler.saw(read % 2 === 0 ? 'both' : 'legacy alone');
    await tasks();
  }
  const { legacyMs, nextMs, hits } = sampler.take();
  expect(new Set(Array.from(legacyMs))).toEqual(new Set([2]));
  expect(new Set(Array.from(nextMs))).toEqual(new Set([3]));
  expect(Array.from(hits).slice(0, 2)).toEqual([LEGACY_HIT + NEXT_HIT, LEGACY_HIT]);
  const first = order.filter((_, index) => index % 2 === 0);
  expect(first.filter((name) => name === 'next').length).toBeGreaterThan(10);
  expect(first.filter((name) => name === 'legacy').length).toBeGreaterThan(10);
  expect(sampler.take().hits).toHaveLength(0);
});

it('has a bound for what is under way, and makes no pair of a failure', async () => {
  let asked = 0;
  const broken = {
    lookup: () => {
      asked += 1;
      return Promise.reject(new Error('down'));
    },
  };
  const options = { legacy: broken, next: broken, clock: new ManualClock(), random: () => 0 };
  const sampler = new PairSampler({ ...options, rate: 1, bound: 3 });
  for (let read = 0; read < 10; read += 1) sampler.saw('key');
  expect(asked).toBe(3);
  await tasks();
  sampler.saw('key');
  expect(asked).toBe(4);
  await tasks();
  expect(sampler.take().hits).toHaveLength(0);
});

it('gives up a sample that never ends, whose late answer makes no pair', async () => {
  const clock = new ManualClock();
  const answers: (() => void)[] = [];
  const legacy = {
    lookup: () =>
      new Promise<{ readonly kind: 'miss' }>((resolve) => {
        answers.push(() => resolve({ kind: 'miss' }));
      }),
  };
  const next = { lookup: () => Promise.resolve({ kind: 'miss' } as const) };
  const options = { legacy, next, clock, random: () => 0, bound: 2, timeoutMs: 1000 };
  const sampler = new PairSampler({ ...options, rate: 1 });
  for (let read = 0; read < 5; read += 1) sampler.saw('key');
  expect(answers).toHaveLength(2);
  clock.advance(999);
  sampler.saw('key');
  expect(answers).toHaveLength(2);
  clock.advance(1);
  for (let read = 0; read < 5; read += 1) sampler.saw('key');
  expect(answers).toHaveLength(4);
  for (const answer of answers.slice(1)) answer();
  await tasks();
  expect(sampler.take().hits).toHaveLength(2);
  expect(clock.pendingTimers).toBe(0);
  // What ended late has not freed its place twice.
  for (let read = 0; read < 5; read += 1) sampler.saw('key');
  expect(answers).toHaveLength(6);
});

it('counts as calls of next no writes of before', async () => {
  const { collector, manager } = observed();
  const write = async (times: number): Promise<void> => {
    for (let key = 0; key < times; key += 1) await manager.set(`${key}`, key);
  };
  await write(50);
  expect(collector.take().errors).toEqual({ count: 0, of: 0 });
  await write(20);
  await manager.transition({ stage: 'dualwrite' });
  // It is emptied before it is written to.
  expect(collector.take().errors).toEqual({ count: 0, of: 1 });
  await write(3);
  await manager.transition({ stage: 'off' });
  await write(10);
  await manager.transition({ stage: 'dualwrite' });
  await write(2);
  expect(collector.take().errors).toEqual({ count: 0, of: 6 });
  await manager.shutdown();
});

it('takes a health check that throws for a failing one, and keeps what it has counted', async () => {
  const errors: unknown[] = [];
  let isBroken = true;
  const check = <T>(answer: T): T => {
    if (isBroken) throw new Error('the check is broken');
    return answer;
  };
  const collector = new ObservationCollector({
    health: () => check('passing'),
    memory: () => check('within'),
    onError: (error) => errors.push(error),
  });
  collector.observer.compared?.('match');
  expect(collector.take()).toMatchObject({
    mismatches: { count: 0, of: 1 },
    health: 'failing',
    memory: 'unknown',
  });
  expect(errors).toHaveLength(2);
  isBroken = false;
  expect(collector.take()).toMatchObject({ health: 'passing', memory: 'within' });
});

it('counts what a real migration does with next', async () => {
  const { next, collector, manager } = observed({}, { health: () => 'passing' });
  for (const stage of ['dualwrite', 'shadow'] as const) await manager.transition({ stage });
  for (const percentage of [0, 100]) await manager.transition({ stage: 'live', percentage });
  collector.take();
  for (let key = 0; key < 10; key += 1) await manager.set(`${key}`, key);
  for (let key = 0; key < 10; key += 1) await manager.get(`${key}`);
  expect(collector.take()).toMatchObject({
    errors: { count: 0, of: 20 },
    fallbacks: { count: 0, of: 10 },
    health: 'passing',
    memory: 'unknown',
  });
  expect(collector.take().errors).toEqual({ count: 0, of: 0 });
  next.lookup = () => Promise.reject(new Error('down'));
  next.get = () => Promise.reject(new Error('down'));
  for (let key = 0; key < 3; key += 1) await manager.get(`${key}`);
  const seen = collector.take();
  expect(seen.errors.count).toBe(3);
  expect(seen.fallbacks).toEqual({ count: 3, of: 3 });
  await manager.shutdown();
});

it('counts the errors of comparisons among all calls of next', async () => {
  const { next, collector, manager } = observed({ shadow: { rate: 1 } });
  for (const stage of ['dualwrite', 'shadow'] as const) await manager.transition({ stage });
  await manager.set('key', 1);
  await tasks();
  collector.take();
  for (let read = 0; read < 50; read += 1) await manager.get('key');
  await tasks();
  const lookup = next.lookup.bind(next);
  next.lookup = () => Promise.reject(new Error('down'));
  await manager.get('key');
  await tasks();
  next.lookup = lookup;
  expect(collector.take().errors).toEqual({ count: 1, of: 51 });
  await manager.shutdown();
});
