import { MISS } from '@resync/cache-contract';

const KEEPS_FOR_EVER = {
  expiry: /** @type {const} */ ('absolute'),
  shared: false,
  statsNow: true,
  defaultTtl: Infinity,
  normalises: [],
};

/** The least that can be called a cache: async functions over a Map, which count what they answer. */
export class BareCache {
  capabilities = KEEPS_FOR_EVER;
  /** @protected @type {Map<string, number>} */
  entries = new Map();
  /** @protected */
  hits = 0;
  /** @protected */
  misses = 0;

  /** @param {string} key */
  async get(key) {
    const value = this.entries.get(key);
    if (value === undefined) this.misses += 1;
    else this.hits += 1;
    return value;
  }

  /** @param {string} key @param {number} value */
  async set(key, value) {
    this.entries.set(key, value);
  }

  /** @param {string} key @returns {Promise<import('@resync/cache-contract').Lookup<number>>} */
  async lookup(key) {
    const value = await this.get(key);
    return value === undefined ? MISS : { kind: 'hit', value, expiresAt: Infinity };
  }

  /** @param {string} key */
  async delete(key) {
    return this.entries.delete(key);
  }

  /** @param {string} key */
  async has(key) {
    return this.entries.has(key);
  }

  async clear() {
    this.entries.clear();
  }

  async size() {
    return this.entries.size;
  }

  async getKeys() {
    return [...this.entries.keys()];
  }

  async getStats() {
    return this.statsNow();
  }

  statsNow() {
    return {
      hits: this.hits,
      misses: this.misses,
      sets: 0,
      deletes: 0,
      evictions: 0,
      expirations: 0,
      size: this.entries.size,
      hitRate: 0,
    };
  }

  async shutdown() {
    this.entries.clear();
  }

  [Symbol.asyncDispose]() {
    return this.shutdown();
  }
}

/** The same, answering after 100 µs, as a cache behind a quick network does. */
export class SlowCache extends BareCache {
  /** @param {string} key @override */
  async get(key) {
    await hundredMicroseconds();
    return super.get(key);
  }

  /** @param {string} key @param {number} value @override */
  async set(key, value) {
    await hundredMicroseconds();
    return super.set(key, value);
  }
}

/** Timers are too coarse for it: the event loop turns until the time is over. */
async function hundredMicroseconds() {
  const end = performance.now() + 0.1;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
