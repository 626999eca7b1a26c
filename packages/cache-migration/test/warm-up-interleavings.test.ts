import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '../src/index.js';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

type Migration = Awaited<ReturnType<typeof migrationAt>>;

const STAGES: readonly MigrationTarget[] = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 0 },
  { stage: 'live', percentage: 100 },
];

/** What happens between the lease and the fill, and what a read gives afterwards. */
const EVENTS: readonly (readonly [string, (migration: Migration) => Promise<unknown>, unknown])[] =
  [
    ['a set', ({ manager }) => manager.set('key', 'new'), 'new'],
    ['a delete', ({ manager }) => manager.delete('key'), undefined],
    ['a clear', ({ manager }) => manager.clear(), undefined],
    ['a set that ends at once', ({ manager }) => manager.set('key', 'new', { ttl: 0 }), undefined],
    [
      'a delete and a load',
      async ({ manager }) => {
        await manager.delete('key');
        await manager.getOrSet('key', () => 'new');
      },
      'new',
    ],
  ];

/** Holds one answer of the cache back until it is let go: what it says is as old as the question. */
function holdBack(
  cache: Migration['legacy'],
  operation: 'lookup' | 'has',
): { readonly isAsked: () => boolean; readonly letGo: () => void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isAsked = false;
  const ask = cache[operation].bind(cache) as (key: string) => Promise<never>;
  cache[operation] = async (key: string) => {
    cache[operation] = ask;
    const answer = await ask(key);
    isAsked = true;
    await gate;
    return answer;
  };
  return { isAsked: () => isAsked, letGo };
}

const FROM_LEASE_TO_FILL = [
  ['legacy', 'lookup'],
  ['next', 'has'],
] as const;

describe.each(STAGES)('in $stage $percentage', (target) => {
  describe.each(FROM_LEASE_TO_FILL)('while %s answers a %s', (side, operation) => {
    it.each(EVENTS)('%s wins over the copy', async (_, event, expected) => {
      const migration = await migrationAt(target);
      const { manager, legacyInner, nextInner } = migration;
      await legacyInner.set('key', 'old');
      const { isAsked, letGo } = holdBack(migration[side], operation);
      const warmUp = manager.warmUp();
      await promisesToSettle();
      expect(isAsked()).toBe(true);
      await event(migration);
      await promisesToSettle();
      letGo();
      expect(await warmUp.finished).toMatchObject({ state: 'done', copied: 0, skipped: 1 });
      expect(await manager.get('key')).toBe(expected);
      expect(await nextInner.get('key')).toBe(expected);
      expect(manager.status.next).toMatchObject({ dirtyKeys: 0, unsettled: 0 });
    });
  });

  it.each(EVENTS)('%s comes after a fill that is under way', async (_, event, expected) => {
    const migration = await migrationAt(target, { limits: { next: 60_000 } });
    const { manager, next, legacyInner, nextInner } = migration;
    await legacyInner.set('key', 'old');
    next.inject({ kind: 'hang' }, { operations: ['set'], times: 1 });
    const warmUp = manager.warmUp();
    await promisesToSettle();
    const happens = event(migration);
    await promisesToSettle();
    next.release();
    await happens;
    await warmUp.finished;
    await promisesToSettle();
    expect(await manager.get('key')).toBe(expected);
    expect(await nextInner.get('key')).toBe(expected);
  });
});

it('a fill that times out leaves the key dirty, and what comes later is not lost to it', async () => {
  const { clock, manager, next, legacyInner, nextInner } = await migrationAt({
    stage: 'live',
    percentage: 100,
  });
  await legacyInner.set('key', 'old');
  next.inject({ kind: 'hang' }, { operations: ['set'], times: 1 });
  const warmUp = manager.warmUp();
  await timeToPass(clock, 100);
  expect(await warmUp.finished).toMatchObject({ state: 'done', failed: 1 });
  expect(manager.status.next).toMatchObject({ dirtyKeys: 1, unsettled: 1 });
  await manager.set('key', 'new');
  next.release();
  await timeToPass(clock, 1000);
  expect(await nextInner.get('key')).not.toBe('old');
  expect(await manager.get('key')).toBe('new');
});

it('a change of stage drops the copies that are under way, and the others go on', async () => {
  const { clock, manager, legacy, legacyInner, nextInner } = await migrationAt({ stage: 'shadow' });
  for (const key of ['a', 'b', 'c']) await legacyInner.set(key, key);
  const { letGo } = holdBack(legacy, 'lookup');
  const warmUp = manager.warmUp({ concurrency: 1 });
  await promisesToSettle();
  await manager.transition({ stage: 'live', percentage: 0 });
  letGo();
  await timeToPass(clock, 100);
  expect(await warmUp.finished).toMatchObject({ state: 'done', copied: 2, skipped: 1 });
  expect(await nextInner.size()).toBe(2);
});

it('copies nothing of a legacy that may not answer', async () => {
  const { manager, legacy, legacyInner, nextInner } = await migrationAt({
    stage: 'live',
    percentage: 100,
  });
  await legacyInner.set('key', 'old');
  await legacyInner.set('clean', 'value');
  legacy.inject({ kind: 'fail' }, { operations: ['delete'] });
  expect(await manager.delete('key')).toBe(false);
  expect(manager.status.legacy.dirtyKeys).toBe(1);
  expect(await manager.warmUp().finished).toMatchObject({ copied: 1, skipped: 1 });
  expect(await nextInner.getKeys()).toEqual(['clean']);
});

it('gives nothing to a next that is cold, and waits until it is not', async () => {
  const { clock, manager, next, legacyInner, nextInner } = await migrationAt({
    stage: 'dualwrite',
  });
  next.inject({ kind: 'fail' }, { operations: ['clear'] });
  await manager.clear();
  await promisesToSettle();
  await legacyInner.set('key', 'value');
  expect(manager.state.cold.next).toBe(true);
  const warmUp = manager.warmUp();
  await timeToPass(clock, 1000);
  expect(warmUp.progress).toMatchObject({ state: 'running', copied: 0 });
  expect(await nextInner.size()).toBe(0);
  next.heal();
  await timeToPass(clock, 10_000);
  expect(await warmUp.finished).toMatchObject({ state: 'done', copied: 1 });
  expect(await nextInner.get('key')).toBe('value');
});

it('does not fill a next that became cold while legacy was read', async () => {
  const { clock, manager, legacy, next, legacyInner, nextInner } = await migrationAt(
    { stage: 'live', percentage: 100 },
    { bounds: { dirtyKeys: 1 } },
  );
  await legacyInner.set('key', 'value');
  const { letGo } = holdBack(legacy, 'lookup');
  const warmUp = manager.warmUp();
  await promisesToSettle();
  next.inject({ kind: 'fail' });
  for (const key of ['a', 'b']) await manager.set(key, 1);
  expect(manager.state.cold.next).toBe(true);
  letGo();
  await promisesToSettle();
  expect(warmUp.progress).toMatchObject({ copied: 0, failed: 0, skipped: 1 });
  next.heal();
  await timeToPass(clock, 10_000);
  expect(await nextInner.has('key')).toBe(false);
});
