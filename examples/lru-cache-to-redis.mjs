/**
 * From an lru-cache in the process to Redis, which is mixed: before, each process had its own entries;
 * afterwards all share them.
 *
 * Holds in every case: a process never reads anything older than its own last write.
 * Does not hold where several processes run: that next has what was only read before (it is filled by
 * writes alone: no warm-up, no back-fill), and that a rollback shows what other processes wrote (each
 * memory returns what it last saw). Beyond dualwrite several processes need a fleet, which holds them
 * at the same stage: see memcached-to-redis.mjs. This program declares that it is the only one.
 *
 *     REDIS_URL=redis://127.0.0.1:6379 node lru-cache-to-redis.mjs
 */
import { lruCache } from '@resync/cache-adapters/lru-cache';
import { compareCaches } from '@resync/cache-contract';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { RedisStorage, redisClientOptions } from '@resync/cache-improved/redis';
import { CacheMigrationManager } from '@resync/cache-migration';
import { LRUCache } from 'lru-cache';
import { createClient } from 'redis';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const client = createClient(redisClientOptions(url));
client.on('error', (error) => console.error(String(error)));
await client.connect();

/** @type {LRUCache<string, { state: string }>} */
const running = new LRUCache({ max: 10_000, ttl: 600_000, ttlResolution: 0 });
running.set('job:1', { state: 'EXEC' });

/** @type {import('@resync/cache-contract').Cache<{ state: string }>} */
const legacy = lruCache(running);
/** @type {ImprovedAsyncCache<{ state: string }>} */
const next = new ImprovedAsyncCache({
  storage: new RedisStorage({ client, namespace: 'jobs' }),
  defaultTtl: 600_000,
});

const { findings } = await compareCaches(legacy, next);
const sharing = findings.find(({ behaviour }) => behaviour === 'sharing');
console.log(`preflight: ${sharing?.verdict}, sharing: ${sharing?.advice}`);

// Without a word on other processes it goes as far as it can promise anything.
const cautious = new CacheMigrationManager({ component: 'jobs', legacy, next });
await cautious.transition({ stage: 'dualwrite' });
await cautious
  .transition({ stage: 'shadow' })
  .catch((error) => console.log('refused:', error.code));
await cautious.rollback('it was only asked');

const cache = new CacheMigrationManager({ component: 'jobs', legacy, next, soleProcess: true });
await cache.transition({ stage: 'dualwrite' });
await cache.warmUp().finished; // one process: its memory is all there is, so it may be copied
await cache.transition({ stage: 'shadow' });
for (const percentage of [0, 10, 100]) await cache.transition({ stage: 'live', percentage });
await cache.set('job:2', { state: 'READY' });
await cache.rollback('to show that it works');
console.log('after the rollback:', await cache.get('job:1'), await cache.get('job:2'));
await cache.transition({ stage: 'live', percentage: 100 });
await cache.transition({ stage: 'rampdown' });
await cache.transition({ stage: 'complete' });

// What another process would find now.
const other = new ImprovedAsyncCache({ storage: new RedisStorage({ client, namespace: 'jobs' }) });
console.log('on Redis:', await other.get('job:1'), await other.get('job:2'));
await other.clear();
await cache.shutdown();
await client.close();
