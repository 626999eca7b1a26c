/**
 * A service in small, whose rollout the command steers: components in several places, each a migration
 * of two caches under load, one driver, and the admin surface at `/admin`. It tells its parent where it
 * listens; whoever ends it sends SIGTERM.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { compareCaches, systemClock } from '@resync/cache-contract';
import { ReferenceCache, ReferenceStore } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import { createAdminHandler, nodeListener } from '../../dist/admin/index.js';
import {
  auditObserver,
  checkPlan,
  DriverOperator,
  FileAudit,
  fileSource,
  FollowedAudit,
  RolloutDriver,
  StateSources,
} from '../../dist/index.js';

const [folder = '.', token = '', ...places] = process.argv.slice(2);
const clock = systemClock;

const live = [0, 10, 25, 50, 100].map((percentage) => ({ stage: 'live', percentage }));
const steps = [{ stage: 'dualwrite' }, { stage: 'shadow' }, ...live].map((step) => ({
  ...step,
  atLeast: '1h',
}));
/** Each as `name=step`, a number of steps that it is promoted by when the service starts. */
const components = places.map((place) => {
  const [name = '', promotions = '0'] = place.split('=');
  return { name, promotions: Number(promotions) };
});
const plan = checkPlan({
  version: 1,
  components: components.map(({ name }) => ({ name, steps })),
  finish: { after: '1h', removable: '1d' },
});

const audit = new FollowedAudit(new FileAudit(join(folder, `audit-${process.pid}.jsonl`)));
/** @param {unknown} error */
const onError = (error) => void process.stderr.write(`${error}\n`);

/**
 * A pair of caches; those of `shared` must not be migrated.
 *
 * @param {string} name
 */
function caches(name) {
  const store = name === 'shared' ? { store: new ReferenceStore() } : {};
  return {
    legacy: new ReferenceCache({ maxEntries: 1000, ...store }),
    next: new ReferenceCache({ maxEntries: 1000 }),
  };
}

const pairs = Object.fromEntries(components.map(({ name }) => [name, caches(name)]));
const driven = Object.fromEntries(
  Object.entries(pairs).map(([component, { legacy, next }]) => {
    const observer = auditObserver({ audit, clock, who: 'service', onError });
    const migration = new CacheMigrationManager({
      component,
      legacy,
      next,
      observer,
      soleProcess: true,
    });
    return [component, { migration }];
  }),
);

const driver = new RolloutDriver({ plan, components: driven, clock, audit, everyMs: 200, onError });
const operator = new DriverOperator({ driver, plan, components: driven, audit, clock });

// The load: writes and reads, each of which must return what was written last.
const seen = {
  requests: 0,
  failedRequests: 0,
  hits: 0,
  latencyMs: 0,
  slowest: 0,
  since: clock.now(),
};
let version = 0;
/** @param {{ migration: CacheMigrationManager<unknown> }} component */
async function request({ migration }) {
  version += 1;
  const own = version;
  const key = `key-${own % 100}`;
  const start = clock.monotonic();
  await migration.set(key, own);
  const isRight = Number(await migration.get(key)) >= own;
  const ms = clock.monotonic() - start;
  seen.requests += 1;
  seen.failedRequests += isRight ? 0 : 1;
  seen.hits += isRight ? 1 : 0;
  seen.latencyMs += ms / 2;
  seen.slowest = Math.max(seen.slowest, ms);
}

/**
 * What was measured since the start; of some components what a test needs.
 *
 * @param {string} component
 */
function figures(component) {
  const measured = {
    at: clock.now(),
    seconds: Math.max(1, (clock.now() - seen.since) / 1000),
    requests: seen.requests,
    failedRequests: seen.failedRequests,
    p95: Math.min(seen.slowest, 20),
    operations: seen.requests * 2,
    meanLatency: seen.latencyMs / Math.max(1, seen.requests),
    heapBytes: 50_000_000,
    hitRate: seen.hits / Math.max(1, seen.requests),
  };
  // The load gets faster once the start is over, so that throughput is compared with a fixed one.
  const steady = { ...measured, seconds: measured.requests / 200 };
  if (component === 'idle') return { ...steady, requests: 0, failedRequests: 0, operations: 0 };
  if (component === 'slow') return { ...steady, p95: 80 };
  return steady;
}

/** @param {number} value */
const measurement = (value) => ({ value, samples: 1000 });
const measurements = () => ({
  uptime: measurement(100),
  downtime: measurement(0),
  compatibility: measurement(100),
  health: measurement(100),
  adoption: measurement(100),
  fallbacks: measurement(0),
  rollback: measurement(0.001),
});

const closing = new AbortController();
const handler = createAdminHandler({
  operator,
  token,
  preflight: (component) => {
    const pair = pairs[component] ?? caches(component);
    return compareCaches(pair.legacy, pair.next);
  },
  figures,
  measurements,
  rate: { perSecond: 1000, burst: 1000 },
  signal: closing.signal,
  onError,
});
const admin = nodeListener(handler);
const server = createServer((incoming, response) => {
  if (incoming.url?.startsWith('/admin')) void admin(incoming, response);
  else response.end(JSON.stringify(seen));
});

await driver.start();
for (const { name, promotions } of components) {
  for (let step = 0; step < promotions; step += 1) {
    await operator.handle({ kind: 'promote', component: name, why: 'start' }, 'service');
  }
}
for (let count = 0; count < 500; count += 1) {
  for (const component of Object.values(driven)) await request(component);
}
const load = setInterval(() => {
  for (const component of Object.values(driven)) request(component).catch(onError);
}, 20);

// The flags: a file that is not there says nothing.
const wishes = join(folder, 'wishes.json');
const sources = new StateSources(
  [fileSource({ path: wishes, clock, signals: process, pollMs: 200 })],
  {
    wishesChanged: (said) => void driver.wish(said),
  },
);
await sources.start();

server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.(server.address());

process.once('SIGTERM', async () => {
  clearInterval(load);
  closing.abort();
  server.closeAllConnections();
  server.close();
  await sources.stop();
  await driver.stop();
  process.exit(0);
});
