import { expect, it } from 'vitest';
import type { CacheMigrationOptions, Verdict } from '../src/index.js';
import { migrationAt, promisesToSettle } from './fixtures/migration.js';

async function shadowing(options: Partial<CacheMigrationOptions<unknown>> = {}) {
  const verdicts: Verdict[] = [];
  const migration = await migrationAt(
    { stage: 'shadow' },
    { shadowRate: 1, observer: { compared: (verdict) => verdicts.push(verdict) }, ...options },
  );
  const verdictOn = async (key: string): Promise<Verdict | undefined> => {
    await migration.manager.get(key);
    await promisesToSettle();
    return verdicts.at(-1);
  };
  return { ...migration, verdicts, verdictOn };
}

it('finds what both sides agree on, by value', async () => {
  const { manager, verdictOn } = await shadowing();
  expect(await verdictOn('nobody')).toBe('match');
  await manager.set('key', { list: [1, { deep: NaN }] });
  await promisesToSettle();
  expect(await verdictOn('key')).toBe('match');
});

it('tells apart how they differ', async () => {
  const { legacyInner, nextInner, next, verdictOn } = await shadowing();
  await legacyInner.set('absent', 1);
  await nextInner.set('expiry', 1);
  await legacyInner.set('value', 1);
  await nextInner.set('value', 2);
  expect(await verdictOn('absent')).toBe('absent');
  expect(await verdictOn('expiry')).toBe('expiry');
  expect(await verdictOn('value')).toBe('value');
  next.inject({ kind: 'fail' });
  expect(await verdictOn('value')).toBe('error');
});

it('survives values that throw when they are compared', async () => {
  const { manager, legacyInner, nextInner, verdictOn } = await shadowing();
  for (const inner of [legacyInner, nextInner]) {
    const value = Object.defineProperty({}, 'part', {
      enumerable: true,
      get: () => {
        throw new Error('touched');
      },
    });
    await inner.set('key', value);
  }
  expect(await verdictOn('key')).toBe('error');
  await manager.set('key', 'plain');
  await promisesToSettle();
  expect(await verdictOn('key')).toBe('match');
});

it('says nothing where a write came in between', async () => {
  const { manager, next, verdicts } = await shadowing();
  await manager.set('key', 'old');
  await promisesToSettle();
  next.inject({ kind: 'hang' });
  expect(await manager.get('key')).toBe('old');
  await promisesToSettle();
  await manager.set('key', 'new');
  next.heal();
  next.release();
  await promisesToSettle();
  expect(verdicts).toEqual(['inconclusive']);
});

it('compares the share that it is told, and in shadow only', async () => {
  const rolls = [0.05, 0.5, 0.09, 0.1];
  const { manager, verdicts } = await shadowing({
    shadowRate: 0.1,
    random: () => rolls.shift() ?? 1,
  });
  for (let read = 0; read < 4; read += 1) await manager.get('key');
  await promisesToSettle();
  expect(verdicts).toEqual(['match', 'match']);
  await manager.transition({ stage: 'live', percentage: 0 });
  rolls.push(0, 0);
  await manager.get('key');
  await promisesToSettle();
  expect(verdicts).toHaveLength(2);
});
