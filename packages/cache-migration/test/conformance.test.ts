import { describeCache } from '@resync/cache-contract/conformance';
import type { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { CacheMigrationManager } from '../src/index.js';
import { LADDER } from './fixtures/migration.js';

/** A manager that has climbed so many rungs, over two caches whose expiry slides. */
function managerAt(
  rungs: number,
): (context: { readonly clock: ManualClock }) => Promise<CacheMigrationManager> {
  return async ({ clock }) => {
    const manager = new CacheMigrationManager<unknown>({
      component: 'conformance',
      clock,
      shadowRate: 1,
      legacy: legacyCache(new AsyncTTLCache({ clock })),
      next: new ImprovedAsyncCache({ clock, expiry: 'sliding' }),
    });
    for (const target of LADDER.slice(0, rungs)) await manager.transition(target);
    return manager;
  };
}

describeCache('CacheMigrationManager in off', managerAt(0));

for (const [index, { stage, percentage }] of LADDER.entries()) {
  const name = percentage === undefined ? stage : `${stage} ${percentage} %`;
  describeCache(`CacheMigrationManager in ${name}`, managerAt(index + 1));
}

describeCache(
  'CacheMigrationManager in off, over caches with absolute expiry',
  ({ clock }) =>
    new CacheMigrationManager({
      component: 'conformance',
      clock,
      legacy: new ImprovedAsyncCache({ clock }),
      next: new ImprovedAsyncCache({ clock }),
    }),
);

describeCache('CacheMigrationManager rolled back from live', async (context) => {
  const manager = await managerAt(5)(context);
  await manager.rollback('to be tested');
  return manager;
});

describeCache('CacheMigrationManager rolled back from complete', async (context) => {
  const manager = await managerAt(7)(context);
  await manager.rollback('to be tested', { cold: true });
  return manager;
});
