import { expect, it } from 'vitest';
import type { ServiceMigrationOptions } from '../../src/index.js';
import { promisesToSettle } from '../fixtures/migration.js';
import type { Scheduler } from './fixtures/scripted-scheduler.js';
import { resultOf, serviceAt } from './fixtures/service-at.js';

const shadowing = (options: Partial<ServiceMigrationOptions<Scheduler>> = {}) =>
  serviceAt({ stage: 'shadow' }, { shadowRate: 1, ...options });

const comparing = (compare: (legacy: string, next: string) => boolean) => ({
  getJobStatus: { idempotent: true, compare },
  countJobs: { idempotent: true },
  executeCommand: { idempotent: false },
});

it('compares the answers by value', async () => {
  const { legacy, next, service, events } = await shadowing();
  await service.getJobStatus('J');
  await promisesToSettle();
  const answer = (): unknown => ({ list: [1, { deep: NaN }] });
  for (const side of [legacy, next]) Object.assign(side, { getJobStatus: answer });
  await service.getJobStatus('J');
  await promisesToSettle();
  expect(events).toEqual(['compared value', 'compared match']);
});

it('compares the answers as the method says', async () => {
  const seen: string[] = [];
  const told = await shadowing({ methods: comparing((...pair) => seen.push(...pair) > 0) });
  await told.service.getJobStatus('J');
  await promisesToSettle();
  expect(told.events).toEqual(['compared match']);
  expect(seen).toEqual(['status of J by legacy', 'status of J by next']);
});

it('takes an error of next for a difference where it is an answer', async () => {
  const { next, service, events } = await shadowing({ isFailure: () => false });
  next.script('rejects');
  await service.getJobStatus('J');
  await promisesToSettle();
  expect(events).toEqual(['compared value']);
});

it('survives a comparison that throws', async () => {
  const { service, events } = await shadowing({
    methods: comparing(() => {
      throw new Error('odd');
    }),
  });
  expect(await resultOf(service.getJobStatus('J'))).toBe('status of J by legacy');
  expect(events).toEqual(['compared error']);
});

it.each(['rejects', 'throws', 'hangs'] as const)(
  'answers the caller as if it were not there where next %s',
  async (behaviour) => {
    const { clock, next, service, events } = await shadowing();
    next.script(behaviour);
    expect(await resultOf(service.getJobStatus('J'))).toBe('status of J by legacy');
    clock.advance(1000);
    await promisesToSettle();
    expect(events.at(-1)).toBe('compared error');
  },
);

it('asks next only once legacy has answered and the caller has gone on', async () => {
  const order: string[] = [];
  const { legacy, next, service } = await shadowing();
  legacy.script('hangs');
  next.getJobStatus = async () => {
    order.push('next');
    return '';
  };
  const call = service.getJobStatus('J').then(() => order.push('caller'));
  await promisesToSettle();
  expect(order).toEqual([]);
  legacy.release();
  await call;
  await promisesToSettle();
  expect(order).toEqual(['caller', 'next']);
});

it('takes a sample of the idempotent calls', async () => {
  const numbers = [0.019, 0.02, 0.5, 0];
  const { next, service } = await shadowing({
    shadowRate: 0.02,
    random: () => numbers.shift() ?? 1,
  });
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await service.getJobStatus(id);
    await service.executeCommand(id, 'run');
    await promisesToSettle();
  }
  expect(next.calls).toEqual(['status of a', 'status of d']);
});

it('takes one in a hundred where nothing else is said', async () => {
  const numbers = [0.0099, 0.01];
  const { next, service } = await serviceAt(
    { stage: 'shadow' },
    { random: () => numbers.shift() ?? 1 },
  );
  for (const id of ['a', 'b']) await service.getJobStatus(id);
  await promisesToSettle();
  expect(next.calls).toEqual(['status of a']);
});

it('leaves next alone once the stage was left', async () => {
  const { legacy, migration, next, service } = await shadowing();
  legacy.script('hangs');
  const call = service.getJobStatus('J');
  const rollback = migration.rollback('enough');
  legacy.release();
  await call;
  await rollback;
  await promisesToSettle();
  expect(next.calls).toEqual([]);
});

it('compares no more at once than its bound', async () => {
  const { clock, next, service, events } = await shadowing({ bounds: { shadows: 2 } });
  next.script('hangs');
  for (const id of ['a', 'b', 'c']) await service.getJobStatus(id);
  await promisesToSettle();
  expect(next.calls).toEqual(['status of a', 'status of b']);
  expect(events).toEqual(['next bound background']);
  clock.advance(1000);
  await promisesToSettle();
  await service.getJobStatus('d');
  await promisesToSettle();
  expect(next.calls).toHaveLength(3);
});

it('leaves next alone while the breaker is open', async () => {
  const { next, service, events } = await shadowing({ breaker: { failures: 2 } });
  next.script('rejects');
  for (const id of ['a', 'b', 'c']) {
    await service.getJobStatus(id);
    await promisesToSettle();
  }
  expect(next.calls).toHaveLength(2);
  expect(events.filter((event) => event.startsWith('compared'))).toHaveLength(2);
});
