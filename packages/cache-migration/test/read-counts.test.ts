import { expect, it } from 'vitest';
import type { ObservedMigration } from '../src/index.js';
import { LADDER, migrationAt, promisesToSettle } from './fixtures/migration.js';

async function observedMigration() {
  const started: ObservedMigration[] = [];
  const migration = await migrationAt('off', {
    observer: { started: (observed) => started.push(observed) },
    shadow: { rate: 1 },
  });
  const reads = () => started[0]?.counts().reads;
  return { ...migration, reads };
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
