/**
 * From memcached to Redis with four processes that serve at the same time and take each step together.
 *
 * Each process reads every key and writes its own ones, and its parent checks all reads: none may show
 * an older version than one that was acknowledged, in any process, before the read began.
 *
 *     REDIS_URL=redis://127.0.0.1:6379 MEMCACHED=127.0.0.1:11211 node memcached-to-redis.mjs
 *
 * Not covered: a server that forgets what it acknowledged, as Redis does at a failover, or without an
 * append-only file at a restart. The control store and next may be two servers; here they are one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { listMemcachedKeys, memcachedCache } from '@resync/cache-adapters/memcached';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { RedisStorage, redisClientOptions } from '@resync/cache-improved/redis';
import { CacheMigrationManager } from '@resync/cache-migration';
import { openFleetRemote, openRedisFleet } from '@resync/migration-control/fleet';
import { MemcacheClient } from 'memcache-client';
import { createClient } from 'redis';

/**
 * What a process tells its parent. Times are of a clock that all processes of a machine share.
 * @typedef {{ kind: 'write' | 'read', key: string, version: number, at: number }} Event
 */

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const memcached = process.env['MEMCACHED'] ?? '127.0.0.1:11211';
// A process that serves is told its number and the names; those of each run are new.
const [self, namespace = `example-${process.pid}`] = process.argv.slice(2);
const PROCESSES = 4;
const KEYS = 20;

const now = () => Number(process.hrtime.bigint() / 1000n);

async function connect() {
  const client = createClient(redisClientOptions(url));
  client.on('error', (error) => console.error(String(error)));
  await client.connect();
  return client;
}

/** One of the processes that serve. @param {number} number */
async function serve(number) {
  const [control, subscriber, data] = [await connect(), await connect(), await connect()];
  const open = openRedisFleet({
    client: control,
    subscriber,
    namespace,
    name: `process-${number}`,
  });
  const memcacheClient = new MemcacheClient({ server: memcached });
  const [host = '', port] = memcached.split(':');
  /** @type {import('@resync/cache-contract').Cache<number>} */
  const legacy = memcachedCache(memcacheClient, {
    prefix: `${namespace}.`,
    defaultTtl: 600_000,
    listKeys: () => listMemcachedKeys({ host, port: Number(port) }),
  });
  /** @type {ImprovedAsyncCache<number>} */
  const next = new ImprovedAsyncCache({
    storage: new RedisStorage({ client: data, namespace }),
    defaultTtl: 600_000,
  });
  const cache = new CacheMigrationManager({ component: 'jobs', legacy, next, fleet: open.fleet });

  let isOver = false;
  process.once('message', () => (isOver = true));
  process.send?.({ kind: 'ready' });
  for (let version = 1; !isOver; version += 1) {
    // Only this process writes this key, so that versions say what is newer.
    const own = `job:${number}:${version % KEYS}`;
    // A write that fails may have happened or not: it is not acknowledged, and nothing follows from it.
    const isAcknowledged = await cache.set(own, version).then(
      () => true,
      () => false,
    );
    if (isAcknowledged) process.send?.({ kind: 'write', key: own, version, at: now() });
    for (let other = 0; other < PROCESSES; other += 1) {
      const key = `job:${other}:${Math.floor(Math.random() * KEYS)}`;
      const at = now();
      const found = await cache.get(key).catch(() => undefined);
      if (found !== undefined) process.send?.({ kind: 'read', key, version: found, at });
    }
    await pause(2);
  }
  await cache.shutdown();
  await open.close();
  for (const client of [control, subscriber, data]) await client.close();
  memcacheClient.shutdown();
  process.disconnect();
}

/** Reads that show something older than what had been acknowledged before they began. @param {Event[]} events */
function staleReads(events) {
  /** @type {Map<string, number>} */
  const newest = new Map();
  let stale = 0;
  // At the same moment nothing is before anything: the read comes first.
  const order = (/** @type {Event} */ one, /** @type {Event} */ other) =>
    one.at - other.at || one.kind.localeCompare(other.kind);
  for (const { kind, key, version } of events.toSorted(order)) {
    if (kind === 'write') newest.set(key, Math.max(version, newest.get(key) ?? 0));
    else if (version < (newest.get(key) ?? 0)) stale += 1;
  }
  return stale;
}

/** Rejects where nobody listens. @param {URL} address */
async function assertListening({ hostname, port }) {
  const socket = connectTo({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

async function lead() {
  // Where one of the two servers is not there, it is said now; later, what fails is tried again.
  for (const server of [url, `memcached://${memcached}`]) await assertListening(new URL(server));
  const program = fileURLToPath(import.meta.url);
  /** @type {Event[]} */
  const events = [];
  const serving = Array.from({ length: PROCESSES }, (_, number) =>
    fork(program, [`${number}`, namespace]),
  );
  for (const one of serving) one.on('message', (/** @type {Event} */ event) => events.push(event));
  await Promise.all(serving.map((one) => once(one, 'message')));

  const client = await connect();
  const remote = openFleetRemote({ client, namespace });
  const by = 'the example';
  /** Resolves when every process has acknowledged that state. @param {string} goal */
  const arrived = async (goal) => {
    for (;;) {
      const { state, members } = await remote.status();
      const place = state.stage === 'live' ? `live ${state.percentage}` : state.stage;
      const isThere = members.length === PROCESSES && place === goal;
      if (isThere && members.every(({ acknowledged }) => acknowledged?.epoch === state.epoch))
        break;
      await pause(20);
    }
    const before = events.length;
    while (events.length < before + 1000) await pause(5);
    console.log(`all ${PROCESSES} processes are in ${goal}`);
  };

  await arrived('off');
  await remote.requestTransition(
    { stage: 'live', percentage: 50 },
    { why: 'half of the keys', by },
  );
  await arrived('live 50');
  await remote.rollback({ why: 'to show that it works', by });
  await arrived('live 0');
  await remote.requestTransition({ stage: 'complete' }, { why: 'to the end', by });
  await arrived('complete');

  for (const one of serving) one.send('stop');
  await Promise.all(serving.map((one) => once(one, 'exit')));
  await client.close();
  const checked = events.filter(({ kind }) => kind === 'read' || kind === 'write');
  const reads = checked.filter(({ kind }) => kind === 'read');
  console.log(`${reads.length} reads checked, ${staleReads(checked)} of them stale`);
}

await (self === undefined ? lead() : serve(Number(self)));
