const AREA = { package: 'cache-legacy', file: 'src/legacy-cache.ts' };

/**
 * The old cache behind the contract.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const legacyAdapter = [
  {
    ...AREA,
    id: 'adapter/null',
    what: 'null is handed to the old cache, which refuses it',
    find: 'value === null ? NULL_IN_A_BOX : this.#copyOf(value)',
    replace: 'this.#copyOf(value)',
  },
  {
    ...AREA,
    id: 'adapter/delete-expired',
    what: 'the delete of an expired entry is true',
    find: '    if (this.#inner.peek(key) === undefined) return false;\n',
    replace: '',
  },
  {
    ...AREA,
    id: 'adapter/size-expired',
    what: 'expired entries are counted',
    find: 'return [...this.#inner.liveKeys()].length;',
    replace: 'return this.#inner.size();',
  },
  {
    ...AREA,
    id: 'adapter/has-prolongs',
    what: 'has counts as a read and prolongs the entry',
    find: 'return this.#inner.peek(key) !== undefined;',
    replace: 'return (await this.#inner.get(key)) !== null;',
  },
  {
    ...AREA,
    id: 'adapter/endless',
    what: 'an endless lifetime is handed to the old cache, which refuses it',
    find: 'Math.min(ttl, MAX_TTL) / SECOND',
    replace: 'ttl / SECOND',
  },
  {
    ...AREA,
    id: 'adapter/no-copy-out',
    what: 'a reader gets the stored value itself, though clone was given',
    find: '(null as V) : this.#clone(stored as V)',
    replace: '(null as V) : (stored as V)',
  },
  {
    ...AREA,
    id: 'adapter/open-for-ever',
    what: 'the cache can be used after shutdown',
    find: '    this.#isShutDown = true;\n',
    replace: '',
  },
];
