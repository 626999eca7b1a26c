import { ImprovedAsyncCache } from '@resync/cache-improved';
import { expect, it } from 'vitest';
import { CacheMigrationManager, type ObservedMigration } from '../src/index.js';
import { LADDER, migrationAt, promisesToSettle } from './fixtures/migration.js';

async function observedMigration() {
  const started: ObservedMigration[] = [];
  const migration = await migrationAt('off', {
    observer: { started: (observed) => started.push(observed) },
    shadow: { rate: 1 },
  });
  const reads = () => started[0]?.counts().reads;
  const sets = () => started[0]?.counts().sets;
  return { ...migration, reads, sets };
}

it('counts what goes straight through from the figures of the cache, stage by stage', async () => {
  const { manager, reads } = await observedMigration();
  await manager.set('key', 1);
  await manager.get('key');
  await manager.get('nobody');
  expect(reads()).toEqual({ legacy: { hits: 1, misses: 1 }, next: { hits: 0, misses: 0 } });
  await manager.transition({ stage: 'dualwrite' });
  await manager.set('key', 2);
  await manager.lookup('key');
  expect(reads()).toEqual({ legacy: { hits: 2, misses: 1 }, next: { hits: 0, misses: 0 } });
  for (const step of LADDER.slice(1)) await manager.transition(step);
  await manager.get('key');
  await manager.get('nobody');
  await manager.get('nobody');
  expect(reads()).toEqual({ legacy: { hits: 2, misses: 1 }, next: { hits: 1, misses: 2 } });
});

it('counts none of what the migration reads for itself', async () => {
  const { manager, reads, legacyInner } = await observedMigration();
  for (let key = 0; key < 10; key += 1) await legacyInner.set(`${key}`, key);
  await manager.transition({ stage: 'dualwrite' });
  await manager.warmUp().finished;
  await manager.transition({ stage: 'shadow' });
  for (let key = 0; key < 10; key += 1) await manager.get(`${key}`);
  await promisesToSettle();
  expect(reads()).toEqual({ legacy: { hits: 10, misses: 0 }, next: { hits: 0, misses: 0 } });
});

it('counts once what is asked for twice', async () => {
  const { manager, reads } = await observedMigration();
  await manager.get('nobody');
  expect(reads()?.legacy.misses).toBe(1);
  expect(reads()?.legacy.misses).toBe(1);
});

it('counts sets in every stage, each once', async () => {
  const { manager, sets } = await observedMigration();
  const set = async (): Promise<void> => {
    await manager.set('key', 1);
    await manager.getOrSet(`loaded in ${manager.state.epoch}`, async () => 2);
  };
  await set();
  expect(sets()).toBe(2);
  for (const [index, step] of LADDER.entries()) {
    await manager.transition(step);
    await set();
    expect(sets()).toBe(2 * (index + 2));
  }
});

it('says after its shutdown what it has counted until then', async () => {
  const started: ObservedMigration[] = [];
  const manager = new CacheMigrationManager<number>({
    component: 'test',
    legacy: new ImprovedAsyncCache(),
    next: new ImprovedAsyncCache(),
    observer: { started: (observed) => started.push(observed) },
  });
  await manager.set('key', 1);
  await manager.get('key');
  await manager.shutdown();
  expect(started[0]?.counts()).toMatchObject({ reads: { legacy: { hits: 1 } }, sets: 1 });
});
