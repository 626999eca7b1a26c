import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { Breaker } from '../src/sides/breaker.js';
import { promisesToSettle } from './fixtures/migration.js';

function breakerOver(answers: boolean[]) {
  const clock = new ManualClock(0);
  const changes: string[] = [];
  let trials = 0;
  const breaker = new Breaker({
    clock,
    failures: 3,
    pauseMs: 100,
    longestPauseMs: 400,
    isAnswering: async () => {
      trials += 1;
      return answers.shift() ?? false;
    },
    onChange: (state) => changes.push(`${clock.now()} ${state}`),
  });
  const fail = (times: number): void => {
    for (let time = 0; time < times; time += 1) breaker.failed();
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await promisesToSettle();
  };
  return { breaker, changes, fail, pass, trials: () => trials };
}

it('opens after so many failures in a row, and not before', () => {
  const { breaker, changes, fail } = breakerOver([]);
  fail(2);
  breaker.succeeded();
  fail(2);
  expect(breaker.isOpen).toBe(false);
  fail(1);
  expect(breaker.isOpen).toBe(true);
  fail(5);
  expect(changes).toEqual(['0 open']);
});

it('closes after a trial that was answered, and counts from the start again', async () => {
  const { breaker, changes, fail, pass } = breakerOver([true]);
  fail(3);
  await pass(99);
  expect(breaker.isOpen).toBe(true);
  await pass(1);
  expect(breaker.isOpen).toBe(false);
  fail(2);
  expect(breaker.isOpen).toBe(false);
  expect(changes).toEqual(['0 open', '100 closed']);
});

it('does not close because an earlier call is answered after all', () => {
  const { breaker, fail } = breakerOver([]);
  fail(3);
  breaker.succeeded();
  expect(breaker.isOpen).toBe(true);
});

it('waits longer after each trial that failed, up to a longest pause', async () => {
  const { trials, fail, pass } = breakerOver([]);
  fail(3);
  const counts: number[] = [];
  for (const ms of [100, 200, 400, 400, 399]) {
    await pass(ms);
    counts.push(trials());
  }
  expect(counts).toEqual([1, 2, 3, 4, 4]);
});

it('is closed by a reset, also while a trial is under way, and tries no more', async () => {
  const { breaker, changes, trials, fail, pass } = breakerOver([false, true]);
  fail(3);
  const trial = pass(100);
  breaker.reset();
  await trial;
  await pass(10_000);
  expect(breaker.isOpen).toBe(false);
  expect(trials()).toBe(1);
  expect(changes).toEqual(['0 open', '100 closed']);
});

it('tries nothing any longer once it has ended, also where it opens later', async () => {
  const open = breakerOver([]);
  open.fail(3);
  open.breaker.end();
  const closed = breakerOver([]);
  closed.breaker.end();
  closed.fail(3);
  for (const { breaker, trials, pass } of [open, closed]) {
    await pass(10_000);
    expect(breaker.isOpen).toBe(true);
    expect(trials()).toBe(0);
  }
});

it('ends while a trial is under way', async () => {
  const { breaker, trials, fail, pass } = breakerOver([false]);
  fail(3);
  const trial = pass(100);
  breaker.end();
  await trial;
  await pass(10_000);
  expect(trials()).toBe(1);
});
