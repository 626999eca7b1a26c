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
    ...AREA,
    file: 'src/engine/lru.ts',
    id: 'improved/order-of-use',
    what: 'with LRU a read does not count as use',
    find: '    this.#links.remove(slot);\n    this.#links.insertBefore(slot, ENDS);\n',
    replace: '',
  },
  {
    ...STORE,
    id: 'improved/always-slides',
    what: 'a read prolongs the entry where expiry is absolute',
    find: "this.#isSliding = this.expiry === 'sliding';",
    replace: 'this.#isSliding = this.expiry.length > 0;',
  },
  {
    ...AREA,
    file: 'src/system-clock-reading.ts',
    id: 'improved/a-moment-longer',
    what: 'an entry is read in the millisecond in which it ends',
    find: '&& moment <= this.now();',
    replace: '&& moment < this.now();',
  },
  {
    ...AREA,
    file: 'src/system-clock-reading.ts',
    id: 'improved/stale-reading',
    what: 'a reading of the clock is believed though the clock was replaced',
    find: 'moment > this.#far && --this.#questions >= 0 && Date.now === machineNow',
    replace: 'moment > this.#far && --this.#questions >= 0',
  },
  {
    ...STORE,
    id: 'improved/has-is-use',
    what: 'has counts as use',
    find: 'const isThere = this.#liveSlot(key) !== 0;',
    replace: "const isThere = this.lookup(key).kind === 'hit';",
  },
  {
    ...STORE,
    id: 'improved/too-large-deletes',
    what: 'an entry that is refused as too large takes the old one with it',
    find: '    const bytes = weigh(() => sizeOf(value, key), this.#maxBytes);\n',
    replace:
      "    if (found !== 0) this.#remove(found, 'delete');\n    const bytes = weigh(() => sizeOf(value, key), this.#maxBytes);\n",
  },
  {
    ...STORE,
    id: 'improved/one-too-few',
    what: 'the cache holds one entry less than maxEntries',
    find: 'if (this.#slotOf.size >= this.#maxEntries || this.#bytes + bytes > this.#maxBytes) {\n      this.#makeRoom(1, bytes);',
    replace:
      'if (this.#slotOf.size + 1 >= this.#maxEntries || this.#bytes + bytes > this.#maxBytes) {\n      this.#makeRoom(2, bytes);',
  },
  {
    ...STORE,
    id: 'improved/live-before-expired',
    what: 'a live entry is evicted though an expired one is there',
    find: 'const MOST_SEARCHES = 4;',
    replace: 'const MOST_SEARCHES = 0;',
  },
  {
    ...STORE,
    id: 'improved/bytes-of-the-gone',
    what: 'removed entries weigh on',
    find: '    if (this.#sizeOf !== undefined) this.#weigh(slot, 0);\n',
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
    ...STORE,
    id: 'improved/grown-goes',
    what: 'an entry that grows in its place may be the one that goes',
    find: '    this.#policy.removed(slot);\n    this.#makeRoom(0, 0);\n    this.#policy.added(slot);\n',
    replace: '    this.#makeRoom(0, 0);\n',
  },
  {
    ...STORE,
    id: 'improved/tells-too-early',
    what: 'a listener is called while the store is being changed',
    find: '    this.#removals.add({\n      key: this.#slots.keyIn(slot),\n      value: this.#slots.valueIn(slot),\n      reason,\n    });\n',
    replace:
      '    this.#removals.add({\n      key: this.#slots.keyIn(slot),\n      value: this.#slots.valueIn(slot),\n      reason,\n    });\n    this.#removals.tell();\n',
  },
  {
    ...AREA,
    file: 'src/engine/deadlines.ts',
    id: 'improved/block-too-late',
    what: 'the least end of a block is not put right upwards',
    find: '      start = (start >> SHIFT) & -BLOCK;\n',
    replace: '      return;\n',
  },
  {
    ...AREA,
    file: 'src/engine/s3-fifo.ts',
    id: 'improved/no-account',
    what: 'the account against LRU is never overdrawn',
    find: 'if (this.#credit < 0) this.#followsUse = true;',
    replace: 'if (this.#credit < -1e9) this.#followsUse = true;',
  },
  {
    ...AREA,
    file: 'src/engine/s3-fifo.ts',
    id: 'improved/unbounded-moves',
    what: 'an eviction moves as many entries as were used',
    find: 'const MOST_MOVES = 64;',
    replace: 'const MOST_MOVES = 1e9;',
  },
  {
    ...AREA,
    file: 'src/engine/s3-fifo.ts',
    id: 'improved/no-share-of-a-loop',
    what: 'what leaves the small list is not kept while there is room',
    find: '    if (!this.#hasMadeRoom) this.#fillMain();\n',
    replace: '',
  },
  {
    ...AREA,
    file: 'src/engine/ghosts.ts',
    id: 'improved/no-ghosts',
    what: 'no evicted key is remembered',
    find: '      if ((ghost & ~EPOCH) !== print) continue;\n',
    replace: '      if ((ghost & ~EPOCH) !== print || print !== 0) continue;\n',
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
    find: '      this.#schedule(isMore ? PAUSE : this.#cleanupInterval);\n',
    replace: '      if (isMore) this.#schedule(PAUSE);\n',
  },
  {
    ...TTL,
    id: 'improved/sweep-all-at-once',
    what: 'a clean-up removes all at once',
    find: 'const AT_ONCE = 1000;',
    replace: 'const AT_ONCE = 1e9;',
  },
  {
    ...TTL,
    id: 'improved/sweep-nothing',
    what: 'the clean-up removes nothing',
    find: 'const isMore = this.#removeExpired?.(AT_ONCE) ?? false;',
    replace: 'const isMore = false;',
  },
  {
    ...TTL,
    id: 'improved/no-jitter',
    what: 'jitter is left out',
    find: 'lifetime.ttl * (1 - this.#jitter * this.#random())',
    replace: 'lifetime.ttl * (1 - 0 * this.#random())',
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
