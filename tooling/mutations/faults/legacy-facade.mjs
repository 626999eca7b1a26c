const FACADE = { package: 'cache-legacy', file: 'src/legacy-facade.ts' };
const METRICS = { package: 'cache-legacy', file: 'src/facade-metrics.ts' };

/**
 * The old vocabulary over any cache.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const legacyFacade = [
  {
    ...FACADE,
    id: 'facade/miss',
    what: 'a miss reads as undefined',
    find: "found.kind === 'hit' ? found.value : null",
    replace: "found.kind === 'hit' ? found.value : (undefined as unknown as null)",
  },
  {
    ...FACADE,
    id: 'facade/seconds',
    what: 'seconds are taken for milliseconds',
    find: '{ ttl: milliseconds(ttlSeconds) }',
    replace: '{ ttl: milliseconds(ttlSeconds) / 1000 }',
  },
  {
    ...FACADE,
    id: 'facade/null',
    what: 'null is stored',
    find: '    assertPresent(value);\n',
    replace: '',
  },
  {
    ...FACADE,
    id: 'facade/errors',
    what: 'a call fails with the error of the contract and not with the old one',
    find: '      throw oldErrorFor(error);\n    }\n    this.#ended();',
    replace: '      throw error;\n    }\n    this.#ended();',
  },
  {
    ...FACADE,
    id: 'facade/stop-forgets',
    what: 'the figures of the last moment are lost with stop',
    find: '    if (!this.#isStopped) this.#known = this.#lastStats();\n',
    replace: '',
  },
  {
    ...FACADE,
    id: 'facade/calls-since',
    what: 'calls that ended while the cache was asked are not counted',
    find: 'this.#callsSince -= endedBefore;',
    replace: 'this.#callsSince = 0;',
  },
  {
    ...METRICS,
    id: 'facade/evictions',
    what: 'what expired is not among the evictions',
    find: 'stats.evictions + stats.deletes + stats.expirations',
    replace: 'stats.evictions + stats.deletes',
  },
  {
    ...METRICS,
    id: 'facade/unused',
    what: 'a cache that was never read has a miss rate of 1',
    find: 'hits + misses === 0 ? 0 : 1 - hitRate',
    replace: '1 - hitRate',
  },
  {
    ...METRICS,
    id: 'facade/full',
    what: 'a cache that is just full is over its limit',
    find: 'stats.size <= maxEntries',
    replace: 'stats.size < maxEntries',
  },
];
