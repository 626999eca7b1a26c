import { nodeRedisCache } from '@resync/cache-adapters/redis';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { redisClientOptions, RedisStorage } from '@resync/cache-improved/redis';
import { CacheMigrationManager } from '@resync/cache-migration';
import { ObservationCollector } from '@resync/migration-control';
import { openFleetRollout, openRedisFleet } from '@resync/migration-control/fleet';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';

/**
 * One process of the fleet that the proof runs: a migration under load. What it sees it writes to a file
 * at once, for it may be killed. Times are microseconds of CLOCK_MONOTONIC, which all processes share.
 *
 * @typedef {{
 *   name: string, namespace: string, log: string, lease: number,
 *   policy: 'accept' | 'fail', urls: Record<'control' | 'legacy' | 'next', string>,
 *   breach?: 'no fence',
 *   plan?: import('@resync/migration-control').RolloutPlan,
 * }} MemberOptions
 */

const CLIENTS = 3;
const KEYS = 12;
const LONGEST_THOUGHT = 25;
const REPORT_EVERY = 10;

const options = /** @type {MemberOptions} */ (JSON.parse(process.argv[2] ?? '{}'));
const file = openSync(options.log, 'a');
/** @param {unknown[]} line */
const log = (...line) => writeSync(file, `${JSON.stringify(line)}\n`);
const now = () => Number(process.hrtime.bigint() / 1000n);
process.on('unhandledRejection', (error) => {
  log('unhandled', String(error));
});
// A test that was ended must not leave its processes behind.
process.on('disconnect', () => process.exit());

/** @param {'control' | 'legacy' | 'next'} name */
async function connect(name) {
  const client = createClient(redisClientOptions(options.urls[name], 2000));
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const control = await connect('control');
const subscriber = await connect('control');
const legacyClient = await connect('legacy');
const nextClient = await connect('next');

const open = openRedisFleet({
  client: control,
  subscriber,
  namespace: options.namespace,
  name: options.name,
  lease: options.lease,
  onDecision: (decision, state) => {
    if (decision.kind === 'change') log('change', state.epoch + 1, now());
    log('decision', decision, state.epoch, now());
  },
});
const declareCold = open.fleet.declareCold.bind(open.fleet);
/** @type {typeof declareCold} */
const declareAndLog = async (side, epoch) => {
  const state = await declareCold(side, epoch);
  log('declared', state.epoch, now());
  return state;
};
open.fleet.declareCold = declareAndLog;
if (options.breach === 'no fence') {
  Object.defineProperty(open.fleet, 'memberUntil', { get: () => Infinity });
}

const collector = new ObservationCollector({ health: () => 'passing', memory: () => 'within' });

/** @type {CacheMigrationManager<string>} */
const manager = new CacheMigrationManager({
  component: options.name,
  legacy: nodeRedisCache(legacyClient, { prefix: 'legacy:', defaultTtl: 3_600_000 }),
  next: new ImprovedAsyncCache({
    storage: new RedisStorage({ client: nextClient, namespace: 'next', timeout: 350 }),
  }),
  fleet: open.fleet,
  unconfirmed: options.policy,
  limits: { next: 400, legacy: 600, clear: 1000, drain: 1500 },
  shadow: { rate: 0.2 },
  observer: {
    ...collector.observer,
    stateChanged: ({ current }) => {
      log('state', current.epoch, current.stage, current.percentage, now());
    },
  },
});

const rollout =
  options.plan &&
  openFleetRollout({
    client: control,
    subscriber,
    namespace: options.namespace,
    plan: options.plan,
    components: {
      core: { remote: open.remote, id: open.id, observe: () => collector.take() },
    },
    everyMs: 100,
    lease: options.lease,
    wish: true,
    onError: (error) => log('rollout', String(error)),
  });
await rollout?.start();

let operations = 0;
let isOver = false;

/** @returns {string} */
const nextValue = () => {
  operations += 1;
  if (operations % REPORT_EVERY === 0) {
    process.send?.({ operations, isDriving: rollout?.isDriving ?? false });
  }
  return `${options.name}:${operations}`;
};

/**
 * @param {string} key
 * @param {() => Promise<unknown>} ask
 */
async function read(key, ask) {
  const begun = now();
  const { epoch } = manager.state;
  const value = await ask();
  log('read', key, value ?? null, begun, now(), epoch);
}

/**
 * @param {{ key: string | null, value: string | null, id: string }} what
 * @param {() => Promise<unknown>} call
 */
async function write({ key, value, id }, call) {
  log('write', id, key, value, now());
  let outcome = 'failed';
  try {
    await call();
    outcome = 'acknowledged';
  } finally {
    log('written', id, outcome, now(), manager.state.epoch);
  }
}

async function operate() {
  const key = `key-${Math.floor(Math.random() * KEYS)}`;
  const id = nextValue();
  const choice = Math.random() * 1000;
  if (choice < 600) return read(key, () => manager.get(key));
  if (choice < 650) {
    const load = async () => {
      log('write', id, key, id, now());
      log('written', id, 'failed', now(), manager.state.epoch);
      return id;
    };
    return read(key, () => manager.getOrSet(key, load));
  }
  if (choice < 930) return write({ key, value: id, id }, () => manager.set(key, id));
  if (choice < 999) return write({ key, value: null, id }, () => manager.delete(key));
  return write({ key: null, value: null, id }, () => manager.clear());
}

async function serve() {
  while (!isOver) {
    await operate().catch((error) => log('error', error.code ?? error.name, error.message));
    await pause(Math.random() * LONGEST_THOUGHT);
  }
}

const serving = Array.from({ length: CLIENTS }, serve);

/** @type {Readonly<Record<'control' | 'news' | 'next', (typeof control)[]>>} */
const lines = { control: [control, subscriber], news: [subscriber], next: [nextClient] };

process.on(
  'message',
  async (/** @type {{ ask: string, of: 'control' | 'news' | 'next' }} */ { ask, of }) => {
    if (ask === 'cut off') {
      for (const client of lines[of]) client.destroy();
    } else if (ask === 'connect') {
      await Promise.all(lines[of].map((client) => client.connect()));
    } else {
      isOver = true;
      await Promise.all(serving);
      await rollout?.close();
      await manager.shutdown();
      await open.close();
      for (const client of [control, subscriber, legacyClient, nextClient]) client.destroy();
      process.disconnect();
    }
  },
);
process.send?.({ operations, isDriving: false });
