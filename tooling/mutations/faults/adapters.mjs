const AREA = { package: 'cache-adapters' };
const ADAPTED = { ...AREA, file: 'src/adapter/adapted-cache.ts' };
const IN_TIME = { ...AREA, file: 'src/adapter/write-in-time.ts' };
const KEYV = { ...AREA, file: 'src/keyv/keyv-backend.ts' };
const KEYS = { ...AREA, file: 'src/keyv/keyv-keys.ts' };
const CACHEABLE = { ...AREA, file: 'src/cacheable/cacheable-adapter.ts' };
const LRU = { ...AREA, file: 'src/lru-cache/lru-cache-adapter.ts' };
const NODE = { ...AREA, file: 'src/node-cache/node-cache-adapter.ts' };
const TTL = { ...AREA, file: 'src/ttlcache/ttl-cache-adapter.ts' };
const STORE = { ...AREA, file: 'src/keyv/keyv-store.ts' };

/**
 * The adapters, without what needs a server.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const adapters = [
  {
    ...ADAPTED,
    id: 'adapters/at-once',
    what: 'writes of one key overtake each other where the library lets them',
    find: "    if (backend.ordering === 'none') this.#order = new WriteOrder();\n",
    replace: '',
  },
  {
    ...ADAPTED,
    id: 'adapters/late-loss',
    what: 'a lease is lost when a write is done, not when it is asked for',
    find: '    this.#localLeases?.lose(key);\n    return',
    replace: '    return',
  },
  {
    ...ADAPTED,
    id: 'adapters/early-loss',
    what: 'a lease that is taken under a write holds',
    find: '        this.#localLeases?.lose(key);\n      }',
    replace: '      }',
  },
  {
    ...ADAPTED,
    id: 'adapters/filled-late',
    what: 'a fill ends later by what passed before its lifetime was counted',
    find: 'Math.min(latest, this.#clock.now() + ttl)',
    replace: 'this.#clock.now() + ttl',
  },
  {
    ...IN_TIME,
    id: 'adapters/held-up',
    what: 'an entry ends late where the process was held up before the library looked at the clock',
    find: 'if (late === 0) return;',
    replace: 'if (late >= 0) return;',
  },
  {
    ...IN_TIME,
    id: 'adapters/held-up-again',
    what: 'an entry that is late twice stays',
    find: '  if (stillLate > 0) await backend.remove(entry.now().key);\n',
    replace: '',
  },
  {
    ...IN_TIME,
    id: 'adapters/no-shorter',
    what: 'the second write is as late as the first where both take as long',
    find: 'ttl - shorter',
    replace: 'ttl',
  },
  {
    ...IN_TIME,
    id: 'adapters/always-late',
    what: 'time that passes after the library has looked at the clock counts as late',
    find: 'Math.max(0, expiresAt - entry.deadline)',
    replace: 'expiresAt + 1 - entry.deadline',
  },
  {
    ...IN_TIME,
    id: 'adapters/twice-among-others',
    what: 'a second write for the sake of a lifetime may undo what another process wrote',
    find: ' || backend.traits.shared',
    replace: '',
  },
  {
    ...KEYV,
    id: 'adapters/last-millisecond',
    what: 'an entry of Keyv is read in the millisecond in which it ends',
    find: 'expiresAt <= this.#clock.now()',
    replace: 'expiresAt < this.#clock.now()',
  },
  {
    ...KEYS,
    id: 'adapters/namespace-twins',
    what: 'a key that begins with the namespace is another key',
    find: "    return this.#prefix !== '' && key.startsWith(this.#prefix) ? this.#prefix + key : key;",
    replace: '    return key;',
  },
  {
    ...KEYV,
    id: 'adapters/silent-store',
    what: 'a Keyv is taken that hides failed writes',
    find: '    if (!isLocal) refuseSilentFaults(family.tiers);\n',
    replace: '',
  },
  {
    ...CACHEABLE,
    id: 'adapters/unheard-event',
    what: 'a set of cacheable that failed counts as done',
    find: '    if (!(await set())) throw',
    replace: '    if ((await set()) === undefined) throw',
  },
  {
    ...LRU,
    id: 'adapters/too-large-removes',
    what: 'a value that lru-cache refuses takes the old one with it',
    find: '    this.#refuseTooLarge(key, value);\n',
    replace: '',
  },
  {
    ...NODE,
    id: 'adapters/full-throws',
    what: 'a full node-cache makes no room',
    find: '    if (!isThere) this.#makeRoom();\n',
    replace: '',
  },
  {
    ...TTL,
    id: 'adapters/until-the-timer',
    what: 'an entry of ttlcache is read until its timer removes it',
    find: 'return this.#cache.getRemainingTTL(key) > 0;',
    replace: 'return this.#cache.has(key, { updateAgeOnHas: false });',
  },
  {
    ...STORE,
    id: 'adapters/whole-store',
    what: 'a Keyv that is cleared clears the namespaces of others',
    find: 'await this.deleteMany(keys.filter((key) => key.startsWith(prefix)));',
    replace: 'await this.deleteMany(keys);',
  },
  {
    ...AREA,
    file: 'src/redis/change-scripts.ts',
    id: 'adapters/lost-is-told-at-once',
    what: 'of a change whose connection is lost the caller is told while it may still arrive',
    find: '        else failure = error;',
    replace: '        else fail(error);',
  },
];
