import { bareMap, improvedAsyncCache, lruCache, memoryStore, PEERS } from './caches.mjs';
import { compare } from './compare.mjs';
import * as peerLoops from './loops.mjs';
import { ENTRIES, ofManyKinds, zipfRequests } from './requests.mjs';

/** @typedef {import('./caches.mjs').AsyncCache} AsyncCache */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} bar at most so many times the peer's time
 * @property {(size: Size) => Promise<import('./compare.mjs').Comparison>} measure
 */

/** @typedef {{ rounds: number, count: number }} Size */

/** @typedef {typeof import('./loops.mjs')} Loops */

/**
 * The loops once more, for ours: each cache has some that are compiled for calls of it alone, as in a
 * program that has one cache.
 *
 * @type {Loops}
 */
const ourLoops = await import(new URL('loops.mjs?for=ours', import.meta.url).href);

/** @param {string} name @param {number} bar @param {{ loop: 'mix' | 'readThrough' | 'gets' | 'builtGets' | 'sets' | 'newSets', keys: number, nameOf?: (number: number) => string }} what @returns {Row} */
const againstLruCache = (name, bar, { loop, keys, nameOf }) => ({
  name: `${name}, against lru-cache`,
  bar,
  measure: async (size) => {
    const requests = zipfRequests(keys, nameOf);
    const [other, store] = [lruCache(), memoryStore()];
    for (const cache of [other, store]) {
      for (const key of requests.keys.slice(0, ENTRIES)) cache.set(key, 1);
    }
    const peer = peerLoops[loop](other, requests);
    const ours = ourLoops[loop](store, requests);
    return compare({ peer, ours }, size);
  },
});

/** @param {string} name @param {number} bar @param {{ peer: () => AsyncCache, loop: 'awaitedGets' | 'awaitedReadThrough' | 'awaitedLoads', keys: number }} what @returns {Row} */
const ofPromises = (name, bar, { peer, loop, keys }) => ({
  name,
  bar,
  measure: async ({ rounds, count }) => {
    const requests = zipfRequests(keys);
    const [other, cache] = [peer(), improvedAsyncCache()];
    for (const filled of [other, cache]) {
      for (const key of requests.keys.slice(0, ENTRIES)) await filled.set(key, 1);
    }
    const theirs = peerLoops[loop](other, requests);
    const ours = ourLoops[loop](cache, requests);
    return compare({ peer: theirs, ours }, { rounds, count: Math.ceil(count / 4) });
  },
});

const TWICE = ENTRIES * 2;

/** @type {readonly Row[]} */
export const ROWS = [
  againstLruCache('90/10 mix', 0.7, { loop: 'mix', keys: TWICE }),
  againstLruCache('read-through', 0.75, { loop: 'readThrough', keys: TWICE }),
  againstLruCache('get hit', 0.65, { loop: 'gets', keys: ENTRIES }),
  againstLruCache('get hit, keys built for the call', 0.65, { loop: 'builtGets', keys: ENTRIES }),
  againstLruCache('get hit, keys of many kinds', 0.65, {
    loop: 'gets',
    keys: ENTRIES,
    nameOf: ofManyKinds,
  }),
  againstLruCache('set existing', 0.5, { loop: 'sets', keys: ENTRIES }),
  againstLruCache('set new with eviction', 1, { loop: 'newSets', keys: ENTRIES }),
  ofPromises('async get hit, against an async function over a Map', 1.3, {
    peer: bareMap,
    loop: 'awaitedGets',
    keys: ENTRIES,
  }),
  ...Object.entries(PEERS).flatMap(([name, peer]) => [
    ofPromises(`async get hit, against ${name}`, 1 / 10, {
      peer,
      loop: 'awaitedGets',
      keys: ENTRIES,
    }),
    ofPromises(`async read-through, against ${name}`, 1 / 15, {
      peer,
      loop: 'awaitedReadThrough',
      keys: TWICE,
    }),
    ofPromises(`async read-through by its own method, against ${name}`, 1 / 15, {
      peer,
      loop: 'awaitedLoads',
      keys: TWICE,
    }),
  ]),
];
