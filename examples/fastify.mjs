/**
 * A cache that migrates behind Fastify: routes read through it, and a few more of them move it.
 *
 *     PORT=3000 node fastify.mjs
 *     curl localhost:3000/jobs/7
 *     curl -X POST localhost:3000/migration -H 'content-type: application/json' -d '{"stage":"dualwrite"}'
 *     curl -X POST localhost:3000/migration/rollback
 *
 * Whoever may move the migration may do harm: keep those routes from the public. One process; several
 * that share a cache take their steps through a fleet, see memcached-to-redis.mjs.
 */
import { lruCache } from '@resync/cache-adapters/lru-cache';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager, MigrationError } from '@resync/cache-migration';
import Fastify from 'fastify';
import { LRUCache } from 'lru-cache';

/** @typedef {{ id: string, runs: number }} Job */

/** @type {import('@resync/cache-contract').Cache<Job>} */
const legacy = lruCache(new LRUCache({ max: 10_000, ttl: 60_000 }));
/** @type {ImprovedAsyncCache<Job>} */
const next = new ImprovedAsyncCache({ defaultTtl: 60_000, maxEntries: 10_000 });
const cache = new CacheMigrationManager({ component: 'jobs', legacy, next });

// What stands behind the cache.
/** @type {Map<string, number>} */
const runs = new Map();
/** @param {string} id */
const job = async (id) => ({ id, runs: runs.get(id) ?? 0 });

const app = Fastify();

app.get('/jobs/:id', async (request) => {
  const { id } = /** @type {{ id: string }} */ (request.params);
  return cache.getOrSet(`job:${id}`, () => job(id));
});

app.post('/jobs/:id/run', async (request) => {
  const { id } = /** @type {{ id: string }} */ (request.params);
  runs.set(id, (runs.get(id) ?? 0) + 1);
  await cache.delete(`job:${id}`); // after the change, and awaited before the answer
  return job(id);
});

app.get('/migration', async () => ({ ...cache.state, ...cache.status }));

app.post('/migration', async ({ body }) => {
  await cache.transition(/** @type {import('@resync/cache-migration').MigrationTarget} */ (body));
  return cache.state;
});

app.post('/migration/rollback', async () => {
  await cache.rollback('asked for over HTTP');
  return cache.state;
});

app.setErrorHandler((error, _, reply) => {
  if (!(error instanceof MigrationError)) return reply.send(error);
  return reply.code(409).send({ code: error.code, message: error.message });
});

app.addHook('onClose', () => cache.shutdown()); // after the last request

const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
console.log(`listening on ${address}`);

process.once('SIGTERM', () => void app.close());
