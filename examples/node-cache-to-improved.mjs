/**
 * From node-cache to ImprovedAsyncCache, in one process, while it is used.
 *
 * Shows the preflight, the steps, that what was cached before is taken along, and a rollback.
 *
 *     node node-cache-to-improved.mjs
 */
import { nodeCache } from '@resync/cache-adapters/node-cache';
import { compareCaches } from '@resync/cache-contract';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager } from '@resync/cache-migration';
import NodeCache from 'node-cache';

// The cache that the service has, with what is in it.
const running = new NodeCache({ stdTTL: 600, maxKeys: 10_000 });
running.set('job:1', { state: 'EXEC' });

const legacy = nodeCache(running, { onShutdown: 'close' });
const next = new ImprovedAsyncCache({ defaultTtl: 600_000, maxEntries: 10_000 });

const report = await compareCaches(legacy, next);
for (const { verdict, behaviour, advice } of report.findings) {
  if (verdict !== 'fine') console.log(`preflight: ${verdict}, ${behaviour}: ${advice}`);
}
if (report.blocks > 0) process.exit(1);

// From here on the service uses this in place of node-cache; nothing else writes to either cache.
const cache = new CacheMigrationManager({
  component: 'jobs',
  legacy,
  next,
  limits: { next: Infinity }, // it is in this process and cannot hang
  observer: {
    stateChanged: ({ current }) => console.log(`now in ${current.stage} ${current.percentage} %`),
  },
});

// In a service hours or days lie between two steps, and a look at the metrics.
await cache.transition({ stage: 'dualwrite' });
const { copied } = await cache.warmUp().finished;
console.log(`warm-up: ${copied} entry copied`);
await cache.transition({ stage: 'shadow' });
await cache.transition({ stage: 'live', percentage: 0 });
await cache.transition({ stage: 'live', percentage: 100 });

await cache.set('job:2', { state: 'READY' });
await cache.rollback('to show that it works'); // at once, without a restart
console.log('after the rollback:', await cache.get('job:1'), await cache.get('job:2'));

await cache.transition({ stage: 'live', percentage: 100 });
await cache.transition({ stage: 'rampdown' }); // read from next alone, both are still written
await cache.transition({ stage: 'complete' });
console.log('in complete:', await cache.get('job:1'), await cache.get('job:2'));
await cache.shutdown();
