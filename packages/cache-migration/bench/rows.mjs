import { BareCache, SlowCache } from './bare-cache.mjs';
import { compare } from './compare.mjs';
import { chainedSet, countedSet, followedSet, lookedAtGet } from './least.mjs';
import { fill, gets, sets, setsOnBoth } from './loops.mjs';
import { migrationAt } from './migrations.mjs';

/** @typedef {import('./compare.mjs').Loop} Loop */
/** @typedef {import('./compare.mjs').Comparison} Comparison */
/** @typedef {{ stage: import('@resync/cache-migration').Stage, isTimed?: boolean }} Place */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {'get' | 'set' | 'both'} base what it is compared with: a bare get, a bare set, or both sets in a row
 * @property {number} bar at most so many times that, over a Map
 * @property {Place} place
 * @property {((caches: [BareCache, BareCache]) => Loop) | undefined} least the least that any wrapper does
 */

/** @type {readonly Row[]} */
export const ROWS = [
  { name: 'get in off', base: 'get', bar: 1.1, place: { stage: 'off' }, least: undefined },
  {
    name: 'get in complete',
    base: 'get',
    bar: 1.1,
    place: { stage: 'complete' },
    least: undefined,
  },
  {
    name: 'set in off',
    base: 'set',
    bar: 1.6,
    place: { stage: 'off' },
    least: ([cache]) => sets(countedSet(cache)),
  },
  {
    name: 'set in complete',
    base: 'set',
    bar: 1.6,
    place: { stage: 'complete' },
    least: ([cache]) => sets(countedSet(cache)),
  },
  {
    name: 'get in shadow, 1 % compared',
    base: 'get',
    bar: 1.2,
    place: { stage: 'shadow' },
    least: undefined,
  },
  {
    name: 'get in live 100, hit, no timer',
    base: 'get',
    bar: 1.8,
    place: { stage: 'live' },
    least: ([first, second]) => gets(lookedAtGet(second, first)),
  },
  {
    name: 'get in live 100, hit, with a timeout',
    base: 'get',
    bar: 3,
    place: { stage: 'live', isTimed: true },
    least: ([first, second]) => gets(lookedAtGet(second, first)),
  },
  {
    name: 'set in dualwrite',
    base: 'both',
    bar: 1.3,
    place: { stage: 'dualwrite', isTimed: true },
    least: ([first, second]) => sets(followedSet(first, second)),
  },
  {
    name: 'set in live',
    base: 'both',
    bar: 1.3,
    place: { stage: 'live', isTimed: true },
    least: ([first, second]) => sets(chainedSet(first, second)),
  },
];

/** At most so many times the bare cache, where that takes 100 µs. */
export const SLOW_BAR = 1.05;
/** At most so many times the same without an observer. */
export const OBSERVED_BAR = 1.15;

/**
 * @typedef {object} Figures
 * @property {Comparison} quick over a Map
 * @property {Comparison | undefined} least over a Map, against the same bare call
 * @property {Comparison} slow over a cache that takes 100 µs
 * @property {Comparison} observed with Prometheus, against without
 */

/**
 * @param {Row} row
 * @param {{ rounds: number, count: number }} size
 * @returns {Promise<Figures>}
 */
export async function measure({ base, place, least }, size) {
  const caches = await twoCaches(BareCache);
  const plain = await loopAt(base, place, {});
  const observed = await loopAt(base, place, { isObserved: true });
  const bare = bareLoop(base, caches);
  const slowSize = { rounds: Math.ceil(size.rounds / 4), count: 50 };
  return {
    quick: await compare(bare, plain, size),
    least: least && (await compare(bare, least(caches), size)),
    observed: await compare(plain, observed, size),
    slow: await compare(
      bareLoop(base, await twoCaches(SlowCache)),
      await loopAt(base, place, { Cache: SlowCache }),
      slowSize,
    ),
  };
}

/**
 * @param {Row['base']} base
 * @param {Place} place
 * @param {{ Cache?: typeof BareCache, isObserved?: boolean }} options
 */
async function loopAt(base, { stage, isTimed = false }, options) {
  const manager = await migrationAt(stage, { isTimed, ...options });
  return base === 'get' ? gets(manager) : sets(manager);
}

/** @param {Row['base']} base @param {[BareCache, BareCache]} caches */
function bareLoop(base, [first, second]) {
  if (base === 'both') return setsOnBoth(first, second);
  return base === 'get' ? gets(first) : sets(first);
}

/** @param {typeof BareCache} Cache @returns {Promise<[BareCache, BareCache]>} */
async function twoCaches(Cache) {
  const caches = /** @type {[BareCache, BareCache]} */ ([new Cache(), new Cache()]);
  // Not through the call that is measured: that may be slow.
  for (const cache of caches)
    await fill({ set: (key, value) => BareCache.prototype.set.call(cache, key, value) });
  return caches;
}
