import { describeCache, type CacheContext } from '@resync/cache-contract/conformance';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { CacheMigrationManager } from '../src/index.js';
import { LADDER } from './fixtures/migration.js';

const MEGABYTE = 1024 * 1024;

/** A manager that has climbed so many rungs, over two caches whose expiry slides. */
function managerAt(rungs: number): (context: CacheContext) => Promise<CacheMigrationManager> {
  return async ({ clock, maxEntries = 1000, maxBytes = 100 * MEGABYTE }) => {
    const manager = new CacheMigrationManager<unknown>({
      component: 'conformance',
      clock,
      shadow: { rate: 1 },
      legacy: legacyCache(
        new AsyncTTLCache({ clock, maxEntries, maxMemoryMb: maxBytes / MEGABYTE }),
      ),
      next: new ImprovedAsyncCache({
        clock,
        maxEntries,
        maxBytes,
        sizeOf: (value) => (typeof value === 'string' ? value.length : 8),
        expiry: 'sliding',
      }),
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
