const AREA = { package: 'cache-legacy' };
const CACHE = { ...AREA, file: 'src/async-ttl-cache.ts' };
const SNAPSHOT = { ...AREA, file: 'src/backup-snapshot.ts' };
const SHARD = { ...AREA, file: 'src/shard.ts' };
const ENTRY = { ...AREA, file: 'src/entry.ts' };
const TRANSACTION = { ...AREA, file: 'src/transaction.ts' };

/**
 * The old cache, and the files that it is made of.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const legacyCache = [
  {
    ...CACHE,
    id: 'legacy/slide',
    what: 'a read does not prolong the entry',
    find: '    entry.timestamp = now;\n',
    replace: '',
  },
  {
    ...CACHE,
    id: 'legacy/order-of-use',
    what: 'a read does not make the entry the youngest of its shard',
    find: '    shard.entries.delete(key);\n    shard.entries.set(key, entry);\n    return entry;',
    replace: '    return entry;',
  },
  {
    ...CACHE,
    id: 'legacy/expired-stays',
    what: 'a read of an expired entry leaves it in memory',
    find: '      this.#drop(shard, key);\n      this.#removed.expired += 1;\n      return undefined;',
    replace: '      this.#removed.expired += 1;\n      return undefined;',
  },
  {
    ...CACHE,
    id: 'legacy/one-too-many',
    what: 'the cache holds one entry more than maxEntries',
    find: 'this.#size > this.maxEntries',
    replace: 'this.#size > this.maxEntries + 1',
  },
  {
    ...CACHE,
    id: 'legacy/no-weight',
    what: 'maxMemoryMb evicts nothing',
    find: ' || this.estimatedBytes() > this.maxBytes',
    replace: '',
  },
  {
    ...CACHE,
    id: 'legacy/sweep-blind',
    what: 'the clean-up does not learn of entries that expire earlier than those before',
    find: 'shard.nextExpiry = Math.min(shard.nextExpiry, expiryOf(entry));',
    replace: 'if (shard.nextExpiry === Infinity) shard.nextExpiry = expiryOf(entry);',
  },
  {
    ...CACHE,
    id: 'legacy/sweep-once',
    what: 'the clean-up runs once and never again',
    find: '    this.#cleanup = undefined;\n    this.#ensureCleanup();',
    replace: '    this.#cleanup = undefined;',
  },
  {
    ...CACHE,
    id: 'legacy/stop-leaks',
    what: 'stop leaves the timer running',
    find: '    this.#cleanup?.cancel();\n',
    replace: '',
  },
  {
    ...CACHE,
    id: 'legacy/deletes-of-nothing',
    what: 'a delete of a key that is not there counts as a removal',
    find: 'if (wasThere) this.#removed.deleted += 1;',
    replace: 'this.#removed.deleted += 1;',
  },
  {
    ...CACHE,
    id: 'legacy/restore-adds',
    what: 'a restore leaves what was there before',
    find: '    this.#empty();\n    for (',
    replace: '    for (',
  },
  {
    ...CACHE,
    id: 'legacy/live-keys',
    what: 'expired entries are among the live keys',
    find: 'if (!isExpired(entry, now)) yield key;',
    replace: 'yield key;',
  },
  {
    ...SHARD,
    id: 'legacy/evicts-the-youngest',
    what: 'among the oldest of each shard the youngest is evicted',
    find: 'candidate.timestamp < oldest.timestamp',
    replace: 'candidate.timestamp > oldest.timestamp',
  },
  {
    ...SHARD,
    id: 'legacy/evicts-itself',
    what: 'an entry that was just stored makes room for itself',
    find: '    if (key !== except) return',
    replace: '    if (key !== except || true) return',
  },
  {
    ...ENTRY,
    id: 'legacy/a-moment-longer',
    what: 'an entry is alive in the millisecond in which it ends',
    find: 'now >= expiryOf(entry)',
    replace: 'now > expiryOf(entry)',
  },
  {
    ...ENTRY,
    id: 'legacy/any-weight',
    what: 'a value over maxMemoryMb is taken',
    find: 'if (bytes > maxBytes) {',
    replace: 'if (bytes > Infinity) {',
  },
  {
    ...AREA,
    file: 'src/milliseconds.ts',
    id: 'legacy/rounds-down',
    what: 'a fraction of a millisecond is rounded down',
    find: 'Math.ceil(exact)',
    replace: 'Math.floor(exact)',
  },
  {
    ...AREA,
    file: 'src/canonical-key.ts',
    id: 'legacy/key-length',
    what: 'a key of exactly 1000 characters is refused',
    find: 'name.length > 1000',
    replace: 'name.length >= 1000',
  },
  {
    ...SNAPSHOT,
    id: 'legacy/snapshot-age',
    what: 'a restore takes a snapshot of any age',
    find: 'now - fromSeconds(createdAt) > HOUR',
    replace: 'now - fromSeconds(createdAt) > Infinity',
  },
  {
    ...SNAPSHOT,
    id: 'legacy/snapshot-order',
    what: 'a restore loses the order of use',
    find: '[...entries].sort(([, a], [, b]) => a.timestamp - b.timestamp)',
    replace: '[...entries]',
  },
  {
    ...TRANSACTION,
    id: 'legacy/undo-order',
    what: 'a rollback undoes the first operation first',
    find: 'return steps.reverse();',
    replace: 'return steps;',
  },
  {
    ...TRANSACTION,
    id: 'legacy/undo-delete-of-nothing',
    what: 'undoing a delete that found nothing removes what others have set since',
    find: "kind === 'set' ? { kind: 'remove', key } : undefined",
    replace: "{ kind: 'remove', key }",
  },
];
