// One process of a fleet under load: what it did and saw goes to its parent.
import { setTimeout as pause } from 'node:timers/promises';
import { ImprovedAsyncCache, TieredStorage } from '@resync/cache-improved';
import { RedisBus, RedisStorage, redisClientOptions } from '@resync/cache-improved/redis';
import { createClient } from 'redis';

/** @type {{ by: number, url: string, namespace: string, timeout: number, tiers?: { memoryTtl: number }, clears: boolean, valueLength?: number }} */
const settings = JSON.parse(process.argv[2] ?? '{}');
const { by, url, namespace, timeout } = settings;

const WORKERS = 8;
const KEYS = 24;
const THINK_MS = 3;
const TURN_MS = 10;
/** Silence of a connection after which the client gives it up. */
const SILENCE_MS = 1500;

/**
 * A write as the history checker knows it; times are in milliseconds of the machine's monotonic clock.
 * @typedef {{ key?: string, value?: string, by: number, begun: number, asOf: number, ended: number, isAcknowledged: boolean, deadline?: number }} Written
 */

/** @type {Written[]} */
const writes = [];
/** @type {{ key: string, value: string, by: number, begun: number }[]} */
const reads = [];
/** @type {Record<string, number>} */
const failures = {};
/** @type {string[]} */
const unhandled = [];
let longestMs = 0;
let operations = 0;
let values = 0;
let isStopping = false;
/** @type {number[]} */
const successes = [];
let peakHeap = 0;
/** For how long this process was held up itself, at most. */
let longestStallMs = 0;

process.on('unhandledRejection', (error) => unhandled.push(String(error)));
process.on('uncaughtException', (error) => unhandled.push(String(error)));
process.on('message', (message) => {
  if (message === 'stop') isStopping = true;
});

const now = () => Number(process.hrtime.bigint()) / 1e6;

const connect = async () => {
  const client = createClient(redisClientOptions(url, SILENCE_MS));
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

const client = await connect();
/** @type {RedisStorage<string>} */
const shared = new RedisStorage({ client, namespace, timeout });
/** @type {RedisStorage<string> | TieredStorage<string>} */
let storage = shared;
if (settings.tiers !== undefined) {
  const bus = new RedisBus({ subscriber: await connect(), namespace });
  const tiered = new TieredStorage({ shared, bus, ...settings.tiers });
  await tiered.ready();
  storage = tiered;
}
const cache = new ImprovedAsyncCache({ storage, defaultTtl: 60_000 });

let lastTurn = now();
setInterval(() => {
  longestStallMs = Math.max(longestStallMs, now() - lastTurn - TURN_MS);
  lastTurn = now();
}, TURN_MS);

process.send?.('ready');
await Promise.all(Array.from({ length: WORKERS }, work));
await new Promise((resolve) => {
  process.send?.(
    {
      writes,
      reads,
      failures,
      unhandled,
      longestMs,
      longestStallMs,
      operations,
      peakHeap,
      successes,
    },
    resolve,
  );
});
process.exit(0);

async function work() {
  while (!isStopping) {
    await operate(`k${Math.floor(Math.random() * KEYS)}`);
    if (operations % 100 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
    await pause(THINK_MS);
  }
}

/** @param {string} key */
async function operate(key) {
  const dice = Math.random();
  if (dice < 0.6) return read(key);
  if (dice < 0.8) return set(key);
  if (dice < 0.88) return write({ key }, () => cache.delete(key));
  if (dice < 0.885 && settings.clears) return write({}, () => cache.clear());
  return load(key);
}

/** @param {string} key */
async function read(key) {
  const begun = now();
  const found = await timed(() => cache.get(key));
  if (found.value !== undefined) reads.push({ key, value: nameOf(found.value), by, begun });
}

/** @param {string} key */
async function set(key) {
  const value = newValue();
  const ttl = Math.random() < 0.3 ? 500 : 60_000;
  let acceptedAt = 0;
  const call = () => {
    const done = cache.set(key, value, { ttl });
    acceptedAt = now();
    return done;
  };
  const record = await write({ key, value: nameOf(value) }, call);
  // The clock that lifetimes go by has whole milliseconds.
  record.deadline = acceptedAt + ttl + 2;
}

/**
 * Read-through: a lease, a load that takes a moment, a fill.
 *
 * @param {string} key
 */
async function load(key) {
  const begun = now();
  const found = await timed(() => cache.lookupOrLease(key));
  if (found.value?.kind === 'hit') {
    reads.push({ key, value: nameOf(found.value.value), by, begun });
    return;
  }
  const lease = found.value?.lease;
  if (lease === undefined) return;
  const value = newValue();
  const asOf = now();
  await pause(Math.random() * 10);
  await write(
    { key, value: nameOf(value), asOf },
    () => cache.fill(key, value, { lease }),
    (isStored) => isStored === true,
  );
}

/**
 * @template T
 * @param {Pick<Written, 'key' | 'value'> & { asOf?: number }} record
 * @param {() => Promise<T>} call
 * @param {(answer: T | undefined) => boolean} [isDone] whether what was answered says that it was written
 */
async function write(record, call, isDone = () => true) {
  const begun = now();
  const done = await timed(call);
  const ended = now();
  const isAcknowledged = done.isAnswered && isDone(done.value);
  /** @type {Written} */
  const written = { by, begun, asOf: ended, ended, isAcknowledged, ...record };
  writes.push(written);
  return written;
}

/** @template T @param {() => Promise<T>} call */
async function timed(call) {
  const begun = now();
  operations += 1;
  try {
    const value = await call();
    successes.push(begun);
    return { isAnswered: true, value };
  } catch (error) {
    const name = nameOfFailure(error);
    failures[name] = (failures[name] ?? 0) + 1;
    return { isAnswered: false, value: undefined };
  } finally {
    longestMs = Math.max(longestMs, now() - begun);
  }
}

function newValue() {
  values += 1;
  return `${by}.${values}`.padEnd(settings.valueLength ?? 0, '_');
}

/** @param {string} value */
function nameOf(value) {
  return value.replace(/_+$/, '');
}

/** @param {unknown} error */
function nameOfFailure(error) {
  const { failure, code, message } =
    /** @type {{ failure?: string, code?: string, message?: string }} */ (error);
  return failure ?? `${code}: ${message}`;
}
