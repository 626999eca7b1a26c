/** @typedef {import('./caches.mjs').SyncCache} SyncCache */
/** @typedef {import('./caches.mjs').AsyncCache} AsyncCache */
/** @typedef {import('./compare.mjs').Loop} Loop */
/** @typedef {ReturnType<typeof import('./requests.mjs').zipfRequests>} Requests */
/** @typedef {(cache: SyncCache, requests: Requests) => Loop} SyncLoop */
/** @typedef {(cache: AsyncCache, requests: Requests) => Loop} AsyncLoop */

/** Of nearly twice the keys that there is room for, nine reads and one write in ten. @type {SyncLoop} */
export const mix =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if (index % 10 === 9) cache.set(key, index);
      else cache.get(key);
    }
  };

/** @type {SyncLoop} */
export const readThrough =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if (cache.get(key) === undefined) cache.set(key, index);
    }
  };

/** @type {SyncLoop} */
export const gets =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) cache.get(keyAt(index));
  };

/** Each key is put together for the call, as services do. @type {SyncLoop} */
export const builtGets =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      cache.get(`user:${keyAt(index).slice('user:'.length)}`);
    }
  };

/** @type {SyncLoop} */
export const sets =
  (cache, { keyAt }) =>
  (from, count) => {
    for (let index = from; index < from + count; index += 1) cache.set(keyAt(index), index);
  };

/** @type {SyncLoop} */
export const newSets = (cache) => (from, count) => {
  for (let index = from; index < from + count; index += 1) cache.set(`new:${index}`, index);
};

/** @type {AsyncLoop} */
export const awaitedGets =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) await cache.get(keyAt(index));
  };

/** @type {AsyncLoop} */
export const awaitedReadThrough =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      const key = keyAt(index);
      if ((await cache.get(key)) === undefined) await cache.set(key, index);
    }
  };

/** What is missing is loaded by the cache itself. @type {AsyncLoop} */
export const awaitedLoads =
  (cache, { keyAt }) =>
  async (from, count) => {
    for (let index = from; index < from + count; index += 1) {
      await cache.getOrSet(keyAt(index), () => index);
    }
  };
