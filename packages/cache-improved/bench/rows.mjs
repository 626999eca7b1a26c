import { bareMap, improvedAsyncCache, lruCache, memoryStore, PEERS } from './caches.mjs';
import { compare } from './compare.mjs';
import { ENTRIES, zipfRequests } from './requests.mjs';

/** @typedef {import('./caches.mjs').SyncCache} SyncCache */
/** @typedef {import('./caches.mjs').AsyncCache} AsyncCache */
/** @typedef {import('./compare.mjs').Loop} Loop */
/** @typedef {ReturnType<typeof zipfRequests>} Requests */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} bar at most so many times the peer's time
 * @property {(size: Size) => Promise<import('./compare.mjs').Comparison>} measure
 */

/** @typedef {{ rounds: number, count: number }} Size */

/** Of nearly twice the keys that there is room for, nine reads and one write in ten. @type {SyncLoop} */
const mix =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if (index % 10 === 9) cache.set(key, index);
      else cache.get(key);
    }
  };

/** @type {SyncLoop} */
const readThrough =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if (cache.get(key) === undefined) cache.set(key, index);
    }
  };

/** @type {SyncLoop} */
const gets =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) cache.get(keyAt(index));
  };

/** @type {SyncLoop} */
const sets =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) cache.set(keyAt(index), index);
  };

/** @type {SyncLoop} */
const newSets = (cache) => (from, count) => {
  for (let index = from; index < from + count; index += 1) cache.set(`new:${index}`, index);
};

/** @type {AsyncLoop} */
const awaitedGets =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) await cache.get(keyAt(index));
  };

/** @type {AsyncLoop} */
const awaitedReadThrough =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if ((await cache.get(key)) === undefined) await cache.set(key, index);
    }
  };

/** What is missing is loaded by the cache itself. @type {AsyncLoop} */
const awaitedLoads =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      await cache.getOrSet(keyAt(index), () => index);
    }
  };

/** @typedef {(cache: SyncCache, requests: Requests) => Loop} SyncLoop */
/** @typedef {(cache: AsyncCache, requests: Requests) => Loop} AsyncLoop */

/** @param {string} name @param {number} bar @param {{ loop: SyncLoop, keys: number }} what @returns {Row} */
const againstLruCache = (name, bar, { loop, keys }) => ({
  name: `${name}, against lru-cache`,
  bar,
  measure: async (size) => {
    const requests = zipfRequests(keys);
    const caches = [lruCache(), memoryStore()];
    for (const cache of caches) {
      for (const key of requests.keys.slice(0, ENTRIES)) cache.set(key, 1);
    }
    const [peer, ours] = caches.map((cache) => loop(cache, requests));
    return compare({ peer: peer ?? never, ours: ours ?? never }, size);
  },
});

/** @param {string} name @param {number} bar @param {{ peer: () => AsyncCache, loop: AsyncLoop, keys: number }} what @returns {Row} */
const ofPromises = (name, bar, { peer, loop, keys }) => ({
  name,
  bar,
  measure: async ({ rounds, count }) => {
    const requests = zipfRequests(keys);
    const caches = [peer(), improvedAsyncCache()];
    for (const cache of caches) {
      for (const key of requests.keys.slice(0, ENTRIES)) await cache.set(key, 1);
    }
    const [theirs, ours] = caches.map((cache) => loop(cache, requests));
    return compare(
      { peer: theirs ?? never, ours: ours ?? never },
      { rounds, count: Math.ceil(count / 4) },
    );
  },
});

function never() {
  throw new Error('expected a loop');
}

const TWICE = ENTRIES * 2;

/** @type {readonly Row[]} */
export const ROWS = [
  againstLruCache('90/10 mix', 0.7, { loop: mix, keys: TWICE }),
  againstLruCache('read-through', 0.75, { loop: readThrough, keys: TWICE }),
  againstLruCache('get hit', 0.65, { loop: gets, keys: ENTRIES }),
  againstLruCache('set existing', 0.5, { loop: sets, keys: ENTRIES }),
  againstLruCache('set new with eviction', 1, { loop: newSets, keys: ENTRIES }),
  ofPromises('async get hit, against an async function over a Map', 1.3, {
    peer: bareMap,
    loop: awaitedGets,
    keys: ENTRIES,
  }),
  ...Object.entries(PEERS).flatMap(([name, peer]) => [
    ofPromises(`async get hit, against ${name}`, 1 / 10, {
      peer,
      loop: awaitedGets,
      keys: ENTRIES,
    }),
    ofPromises(`async read-through, against ${name}`, 1 / 15, {
      peer,
      loop: awaitedReadThrough,
      keys: TWICE,
    }),
    ofPromises(`async read-through by its own method, against ${name}`, 1 / 15, {
      peer,
      loop: awaitedLoads,
      keys: TWICE,
    }),
  ]),
];
