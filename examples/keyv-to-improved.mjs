/**
 * From Keyv to ImprovedAsyncCache, one step after the other, and Keyv's words for whoever keeps them.
 *
 * Shows that reads find what Keyv had in every stage, and what comes with the migration: one load for
 * all who miss at once, whose result is stored only if no write came in between.
 *
 *     node keyv-to-improved.mjs
 */
import { keyvCache, keyvStore } from '@resync/cache-adapters/keyv';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager } from '@resync/cache-migration';
import { Keyv } from 'keyv';

const running = new Keyv({ ttl: 600_000 }); // where it has a store outside: throwOnErrors: true
await running.set('job:1', { state: 'EXEC' });

const next = new ImprovedAsyncCache({ defaultTtl: 600_000 });
const cache = new CacheMigrationManager({ component: 'jobs', legacy: keyvCache(running), next });

let loads = 0;
const load = async () => {
  loads += 1;
  return { state: 'READY' };
};

/** @type {import('@resync/cache-migration').MigrationTarget[]} */
const steps = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  ...[0, 10, 50, 100].map((percentage) => ({ stage: /** @type {const} */ ('live'), percentage })),
  { stage: 'rampdown' },
  { stage: 'complete' },
];
for (const step of steps) {
  await cache.transition(step);
  const first = await cache.get('job:1');
  const [second] = await Promise.all([1, 2, 3].map(() => cache.getOrSet('job:2', load)));
  console.log(`${step.stage} ${step.percentage ?? ''}`.trim(), first, second);
}
console.log(`loads: ${loads}`);

// Whoever wants Keyv's words: a Keyv on top of the new cache.
const keyv = new Keyv({ store: keyvStore(next), namespace: 'sessions' });
await keyv.set('session', 'of somebody', 60_000);
console.log('through Keyv:', await keyv.get('session'));
await cache.shutdown();
