const AREA = { package: 'cache-improved' };
const STORE = { ...AREA, file: 'src/memory-store.ts' };
const TTL = { ...AREA, file: 'src/cache-ttl-manager.ts' };
const WRITES = { ...AREA, file: 'src/entry-writes.ts' };
const CACHE = { ...AREA, file: 'src/improved-async-cache.ts' };

/**
 * The new cache, without what needs a server.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const improvedCache = [
  {
    ...STORE,
    id: 'improved/order-of-use',
    what: 'a read does not count as use: the oldest entry is evicted',
    find: '    this.#entries.delete(key);\n    this.#entries.set(key, entry);\n',
    replace: '',
  },
  {
    ...STORE,
    id: 'improved/always-slides',
    what: 'a read prolongs the entry where expiry is absolute',
    find: "if (this.expiry === 'sliding') entry.expiresAt",
    replace: 'entry.expiresAt',
  },
  {
    ...STORE,
    id: 'improved/a-moment-longer',
    what: 'an entry is read in the millisecond in which it ends',
    find: 'entry.expiresAt > this.#clock.now()) return entry;',
    replace: 'entry.expiresAt >= this.#clock.now()) return entry;',
  },
  {
    ...STORE,
    id: 'improved/has-is-use',
    what: 'has counts as use',
    find: 'return this.#liveEntry(key) !== undefined;',
    replace: "return this.lookup(key).kind === 'hit';",
  },
  {
    ...STORE,
    id: 'improved/too-large-deletes',
    what: 'an entry that is refused as too large takes the old one with it',
    find: '    const bytes = this.#sizeOf?.(value, key) ?? 0;\n',
    replace: '    const bytes = this.#sizeOf?.(value, key) ?? 0;\n    this.delete(key);\n',
  },
  {
    ...STORE,
    id: 'improved/one-too-few',
    what: 'the cache holds one entry less than maxEntries',
    find: 'this.#entries.size > this.maxEntries ||',
    replace: 'this.#entries.size >= this.maxEntries ||',
  },
  {
    ...STORE,
    id: 'improved/live-before-expired',
    what: 'a live entry is evicted though an expired one is there',
    find: '      if (entry.expiresAt <= now) {\n',
    replace: '      if (entry.expiresAt < 0) {\n',
  },
  {
    ...STORE,
    id: 'improved/bytes-of-the-gone',
    what: 'removed entries weigh on',
    find: '    this.#bytes -= entry.bytes;\n',
    replace: '',
  },
  {
    ...STORE,
    id: 'improved/bytes-after-clear',
    what: 'cleared entries weigh on',
    find: '    this.#bytes = 0;\n',
    replace: '',
  },
  {
    ...AREA,
    file: 'src/memory-storage.ts',
    id: 'improved/silent-bound',
    what: 'the cache does not tell its bound in bytes',
    find: '      ...(maxBytes !== Infinity && { maxBytes }),\n',
    replace: '',
  },
  {
    ...AREA,
    file: 'src/memory-storage.ts',
    id: 'improved/survives-shutdown',
    what: 'the entries outlive a shutdown',
    find: '  close(): void {\n    this.#store.clear();',
    replace: '  close(): void {',
  },
  {
    ...TTL,
    id: 'improved/sweep-once',
    what: 'the clean-up runs once and never again',
    find: '      this.start();\n    }, this.#cleanupInterval);',
    replace: '    }, this.#cleanupInterval);',
  },
  {
    ...TTL,
    id: 'improved/sweep-nothing',
    what: 'the clean-up removes nothing',
    find: '      this.#removeExpired?.();\n',
    replace: '',
  },
  {
    ...TTL,
    id: 'improved/stop-leaks',
    what: 'shutdown leaves the timer running',
    find: '    this.#timer?.cancel();\n',
    replace: '',
  },
  {
    ...AREA,
    file: 'src/cache-metrics.ts',
    id: 'improved/evictions',
    what: 'evictions are counted as expirations',
    find: "if (reason === 'evict') this.#evictions += 1;",
    replace: "if (reason !== 'evict') this.#evictions += 1;",
  },
  {
    ...WRITES,
    id: 'improved/deletes-of-nothing',
    what: 'a delete of a key that is not there is counted',
    find: 'if (wasThere) this.#parts.metrics.deleted();',
    replace: 'this.#parts.metrics.deleted();',
  },
  {
    ...WRITES,
    id: 'improved/refused-sets',
    what: 'a set that the storage refuses is counted',
    find: '    const stored = this.storage.set(key, value, lifetime);\n',
    replace:
      '    this.#parts.metrics.set();\n    const stored = this.storage.set(key, value, lifetime);\n',
  },
  {
    ...CACHE,
    id: 'improved/shut-for-ever',
    what: 'initialize does not open the cache again',
    find: '    this.#isShutDown = false;\n',
    replace: '',
  },
  {
    ...AREA,
    file: 'src/redis/value-codec.ts',
    id: 'improved/minus-zero',
    what: 'minus zero comes back as zero',
    find: "    if (Object.is(value, -0)) return '-0';\n",
    replace: '',
  },
];
