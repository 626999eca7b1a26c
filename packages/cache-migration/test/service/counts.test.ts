import { expect, it } from 'vitest';
import type { ObservedMigration } from '../../src/index.js';
import { LADDER, promisesToSettle } from '../fixtures/migration.js';
import { LIVE, serviceAt } from './fixtures/service-at.js';

/** An error that is an answer. */
const ANSWER = new Error('no such job');

it('counts what each side answered, for whoever asks', async () => {
  const started: ObservedMigration[] = [];
  const { migration, service, next } = await serviceAt('off', {
    observer: { started: (observed) => started.push(observed) },
  });
  await service.getJobStatus('a');
  for (const stage of ['dualwrite', 'shadow'] as const) await migration.transition({ stage });
  await migration.transition({ stage: 'live', percentage: 0 });
  await migration.transition(LIVE);
  await service.getJobStatus('a');
  await service.executeCommand('a', 'run');
  next.script('rejects');
  await service.getJobStatus('a');
  const [observed] = started;
  expect(observed?.state).toMatchObject({ stage: 'live', percentage: 100 });
  expect(observed?.counts()).toMatchObject({
    reads: { legacy: { hits: 2 }, next: { hits: 2 } },
    fallbacks: { error: 1, open: 0 },
    failures: { next: { error: 1 } },
  });
});

it('counts the calls of each side, its failures and those that are compared among them', async () => {
  const started: ObservedMigration[] = [];
  const { clock, migration, service, legacy, next } = await serviceAt('off', {
    observer: { started: (observed) => started.push(observed) },
    shadowRate: 1,
    bounds: { unanswered: 1 },
    isFailure: (error) => error !== ANSWER,
  });
  const calls = () => started[0]?.counts().calls;
  await service.getJobStatus('a');
  expect(calls()).toEqual({ legacy: 1, next: 0 });
  for (const step of LADDER.slice(0, 2)) await migration.transition(step);
  await service.getJobStatus('a');
  await promisesToSettle();
  expect(calls()).toEqual({ legacy: 2, next: 1 });
  for (const step of LADDER.slice(2, 5)) await migration.transition(step);
  await service.executeCommand('a', 'run');
  expect(calls()).toEqual({ legacy: 2, next: 2 });
  next.script('rejects', ANSWER);
  await expect(service.executeCommand('a', 'run')).rejects.toBe(ANSWER);
  expect(calls()).toEqual({ legacy: 2, next: 3 });
  next.script('throws', new Error('down'));
  await service.getJobStatus('a');
  expect(calls()).toEqual({ legacy: 3, next: 4 });
  next.script('hangs');
  const late = service.getJobStatus('a');
  await promisesToSettle();
  // One beyond the bound is shed, which is a failure of next too.
  await service.getJobStatus('a');
  clock.advance(1000);
  await late;
  expect(calls()).toEqual({ legacy: 5, next: 6 });
  expect(started[0]?.counts().failures.next).toEqual({ error: 1, timeout: 1, shed: 1 });
  next.release();
  next.script('answers');
  for (const step of LADDER.slice(5)) await migration.transition(step);
  await service.getJobStatus('a');
  next.script('rejects', new Error('down'));
  await expect(service.getJobStatus('a')).rejects.toThrow('down');
  expect(calls()).toEqual({ legacy: 5, next: 8 });
  expect(legacy.calls).toHaveLength(5);
});
