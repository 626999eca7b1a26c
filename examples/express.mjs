/**
 * A cache that migrates behind Express: routes read through it, and a few more of them move it.
 *
 *     PORT=3000 node express.mjs
 *     curl localhost:3000/jobs/7
 *     curl -X POST localhost:3000/migration -H 'content-type: application/json' -d '{"stage":"dualwrite"}'
 *     curl -X POST localhost:3000/migration/rollback
 *
 * Whoever may move the migration may do harm: keep those routes from the public. One process; several
 * that share a cache take their steps through a fleet, see memcached-to-redis.mjs.
 */
import { once } from 'node:events';
import { nodeCache } from '@resync/cache-adapters/node-cache';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager, MigrationError } from '@resync/cache-migration';
import express from 'express';
import NodeCache from 'node-cache';

/** @typedef {{ id: string, runs: number }} Job */

/** @type {import('@resync/cache-contract').Cache<Job>} */
const legacy = nodeCache(new NodeCache({ stdTTL: 60, maxKeys: 10_000 }), { onShutdown: 'close' });
/** @type {ImprovedAsyncCache<Job>} */
const next = new ImprovedAsyncCache({ defaultTtl: 60_000, maxEntries: 10_000 });
const cache = new CacheMigrationManager({ component: 'jobs', legacy, next });

// What stands behind the cache.
/** @type {Map<string, number>} */
const runs = new Map();
/** @param {string} id */
const job = async (id) => ({ id, runs: runs.get(id) ?? 0 });

const app = express();
app.use(express.json());

app.get('/jobs/:id', async ({ params: { id } }, response) => {
  response.json(await cache.getOrSet(`job:${id}`, () => job(id)));
});

app.post('/jobs/:id/run', async ({ params: { id } }, response) => {
  runs.set(id, (runs.get(id) ?? 0) + 1);
  await cache.delete(`job:${id}`); // after the change, and awaited before the answer
  response.json(await job(id));
});

app.get('/migration', (_, response) => {
  response.json({ ...cache.state, ...cache.status });
});

app.post('/migration', async ({ body }, response) => {
  await cache.transition(body);
  response.json(cache.state);
});

app.post('/migration/rollback', async (_, response) => {
  await cache.rollback('asked for over HTTP');
  response.json(cache.state);
});

app.use(
  /** @type {import('express').ErrorRequestHandler} */
  (error, _, response, pass) => {
    if (!(error instanceof MigrationError)) return pass(error);
    return response.status(409).json({ code: error.code, message: error.message });
  },
);

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
await once(server, 'listening');
const address = /** @type {import('node:net').AddressInfo} */ (server.address());
console.log(`listening on http://127.0.0.1:${address.port}`);

process.once('SIGTERM', async () => {
  server.close();
  await once(server, 'close'); // requests end first, then the caches
  await cache.shutdown();
});
