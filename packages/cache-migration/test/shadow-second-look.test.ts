import { expect, it } from 'vitest';
import { promisesToSettle, timeToPass } from './fixtures/migration.js';
import { shadowing } from './fixtures/shadowing.js';

async function differing() {
  const migration = await shadowing();
  await migration.legacyInner.set('key', 1);
  await migration.nextInner.set('key', 2);
  return migration;
}

it('reports a difference only when it is still there at a second look', async () => {
  const { clock, manager, verdicts } = await differing();
  await manager.get('key');
  await timeToPass(clock, 99);
  expect(verdicts).toEqual([]);
  await timeToPass(clock, 1);
  expect(verdicts).toEqual(['value']);
});

it.each(['legacy', 'next'] as const)('looks at %s again', async (side) => {
  const { clock, manager, verdicts, legacyInner, nextInner } = await differing();
  await manager.get('key');
  await promisesToSettle();
  // Behind the back of the manager, as an eviction or a replica that lags would do it.
  if (side === 'legacy') await legacyInner.set('key', 2);
  else await nextInner.set('key', 1);
  await timeToPass(clock, 100);
  expect(verdicts).toEqual(['match']);
});

it('looks again also where next did not answer', async () => {
  const { clock, manager, next, nextInner, verdicts } = await differing();
  await nextInner.set('key', 1);
  next.inject({ kind: 'fail' }, { times: 1 });
  await manager.get('key');
  await timeToPass(clock, 100);
  expect(verdicts).toEqual(['match']);
});

it('says that one side gave no answer at the second look', async () => {
  const { clock, manager, legacy, verdicts, samples } = await differing();
  await manager.get('key');
  await promisesToSettle();
  legacy.inject({ kind: 'fail' });
  await timeToPass(clock, 100);
  expect(verdicts).toEqual(['error']);
  expect(samples[0]).toMatchObject({ legacy: 'no answer', next: 'a number' });
});

it.each<[string, (migration: Awaited<ReturnType<typeof differing>>) => Promise<unknown>]>([
  ['a set', ({ manager }) => manager.set('key', 3)],
  ['a delete', ({ manager }) => manager.delete('key')],
  ['a clear', ({ manager }) => manager.clear()],
  ['a set that fails', ({ manager, legacy }) => failing(legacy, () => manager.set('key', 3))],
  ['a change of stage', ({ manager }) => manager.transition({ stage: 'live', percentage: 0 })],
])('says nothing where %s came between the looks', async (_, happens) => {
  const migration = await differing();
  const { clock, manager, verdicts } = migration;
  await manager.get('key');
  await timeToPass(clock, 50);
  await happens(migration);
  await timeToPass(clock, 200);
  expect(verdicts).toEqual(['inconclusive']);
  expect(manager.mismatches).toEqual([]);
});

async function failing(
  cache: Awaited<ReturnType<typeof differing>>['legacy'],
  call: () => Promise<unknown>,
): Promise<void> {
  cache.inject({ kind: 'fail' });
  await call().catch(() => undefined);
  cache.heal();
}

it.each(['first', 'second'])('says nothing where a write came during the %s look', async (look) => {
  const { clock, manager, next, verdicts } = await differing();
  if (look === 'second') {
    await manager.get('key');
    await promisesToSettle();
  }
  next.inject({ kind: 'hang' }, { operations: ['lookup'] });
  if (look === 'first') expect(await manager.get('key')).toBe(1);
  else await timeToPass(clock, 100);
  await promisesToSettle();
  await manager.set('key', 3);
  next.heal();
  next.release();
  await timeToPass(clock, 200);
  expect(verdicts).toEqual(['inconclusive']);
});

it('says nothing of a key that one side may not answer for', async () => {
  const { clock, manager, next, legacyInner, verdicts } = await differing();
  next.inject({ kind: 'hang' });
  await manager.set('key', 3);
  next.heal();
  expect(await manager.get('key')).toBe(3);
  await timeToPass(clock, 50);
  expect(verdicts).toEqual(['inconclusive']);
  expect(await legacyInner.get('key')).toBe(3);
});

it('says nothing of a read that failed', async () => {
  const { clock, manager, legacy, verdicts } = await differing();
  legacy.inject({ kind: 'fail' });
  await expect(manager.get('key')).rejects.toThrow('injected');
  await timeToPass(clock, 100);
  expect(verdicts).toEqual(['inconclusive']);
});

it('ends at shutdown, with no timer left and nothing said', async () => {
  const { clock, manager, verdicts } = await differing();
  const before = clock.pendingTimers;
  await manager.get('key');
  await promisesToSettle();
  expect(clock.pendingTimers).toBe(before + 1);
  await manager.shutdown();
  expect(clock.pendingTimers).toBe(0);
  await timeToPass(clock, 200);
  expect(verdicts).toEqual([]);
});
