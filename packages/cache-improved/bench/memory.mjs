import { MemoryStore } from '@resync/cache-improved';
import { LRUCache } from 'lru-cache';

/** What may be weighed, by name. */
const CACHES = {
  /** @param {number} entries */
  ours: (entries) => new MemoryStore({ maxEntries: entries, ttl: 3_600_000 }),
  /** @param {number} entries */
  'lru-cache': (entries) => new LRUCache({ max: entries, ttl: 3_600_000 }),
  Map: () => new Map(),
};

/** @typedef {keyof typeof CACHES} Weighed */

/** Million entries, and at most so many bytes for each of ours. */
export const MEMORY_BARS = [
  { millions: 1, bar: 96 },
  { millions: 1.1, bar: 120 },
];

/** @param {string} name @returns {name is Weighed} */
export function isWeighed(name) {
  return Object.hasOwn(CACHES, name);
}

/**
 * Bytes for each entry, key included, after a collection.
 *
 * @param {Weighed} name
 * @param {number} millions
 * @param {() => void} collect
 */
export function bytesPerEntry(name, millions, collect) {
  const entries = millions * 1e6;
  const before = used(collect);
  const cache = CACHES[name](entries);
  for (let index = 0; index < entries; index += 1) cache.set(`user:${index}`, index);
  const bytes = used(collect) - before;
  if (cache.size !== entries) throw new Error(`expected ${entries} entries; got ${cache.size}`);
  return bytes / entries;
}

/** @param {() => void} collect */
function used(collect) {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
