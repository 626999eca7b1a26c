import NodeCache from 'node-cache';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CacheContext } from '../../src/conformance/conformance-case.js';
import { runConformance } from '../../src/conformance/run/index.js';
import { compareCaches } from '../../src/index.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { ReferenceCache } from '../../src/testing/reference-cache.js';
import { AdaptedCache } from './adapted-cache.js';

/** node-cache lets an entry live through the millisecond in which its ttl is over. */
const TO_THE_MILLISECOND = 0.5;

// It takes the time from Date at each use: the clock of the suite moves that.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

function nodeCache({ clock, maxEntries }: CacheContext): AdaptedCache {
  vi.setSystemTime(clock.now());
  const expirations = { count: 0 };
  const cache = new NodeCache({
    checkperiod: 0,
    useClones: false,
    ...(maxEntries !== undefined && { maxKeys: maxEntries }),
  });
  cache.on('expired', () => {
    expirations.count += 1;
  });
  const follow = (): void => void vi.setSystemTime(clock.now());
  return new AdaptedCache(
    {
      read: (key) => {
        follow();
        const value = cache.get(key);
        if (value === undefined) return undefined;
        const end = cache.getTtl(key) ?? 0;
        return { value, expiresAt: end === 0 ? Infinity : Math.ceil(end) };
      },
      has: (key) => {
        follow();
        return cache.has(key);
      },
      write: (key, value, ttl) => {
        follow();
        cache.set(key, value, ttl === Infinity ? 0 : (ttl - TO_THE_MILLISECOND) / 1000);
      },
      remove: (key) => {
        follow();
        cache.del(key);
      },
      clear: () => cache.flushAll(),
      keys: () => {
        follow();
        return cache.keys();
      },
      counts: () => ({ evictions: 0, expirations: expirations.count }),
      close: () => cache.close(),
    },
    {
      expiry: 'absolute',
      shared: false,
      defaultTtl: Infinity,
      ...(maxEntries !== undefined && { maxEntries }),
      normalises: [
        { behaviour: 'default ttl', beneath: 'lifetimes are in seconds' },
        { behaviour: 'ttl edges', beneath: 'ttl 0 means for ever, a negative one deletes' },
        { behaviour: 'end', beneath: 'it ends by close(), and works on' },
        { behaviour: 'metrics', beneath: 'getStats(), at once, in words of its own' },
      ],
    },
  );
}

// Its README: a full cache throws. That an overwrite needs room as well follows from it.
const DOCUMENTED = [
  'holds as many entries as its bound says, and never more',
  'holds what was set last',
  'counts an eviction for each live entry that made room, and no delete',
  'needs no room for an overwrite',
  'removes what is expired before what is live',
];

// Not documented: entries are the properties of a plain object, which has one of this name already.
const FOUND = ['takes every well-formed key', 'misses the names that every object has'];

it('node-cache does what the contract says, except where its documentation says otherwise', async () => {
  const report = await runConformance(nodeCache);
  const failed = report.cases.filter(({ result }) => result === 'failed');
  expect(failed.map(({ title }) => title)).toEqual([...FOUND, ...DOCUMENTED]);
});

it('the preflight says what changes from node-cache to the reference', async () => {
  const clock = new ManualClock(1_000_000);
  const reference = (context: CacheContext): ReferenceCache => new ReferenceCache(context);
  const report = await compareCaches(nodeCache({ clock }), reference({ clock }), {
    scratch: { legacy: nodeCache, next: reference },
  });
  expect(
    report.findings
      .filter(({ result }) => result !== 'same')
      .map(
        ({ verdict, behaviour, legacy, next }) => `${verdict} ${behaviour}: ${legacy} | ${next}`,
      ),
  ).toMatchInlineSnapshot(`
    [
      "fine metrics: by promise | at once, or by promise",
      "warning aliasing: the same object | the same object",
      "blocks bounds: it fails: ECACHEFULL: Cache max keys amount exceeded | eight",
      "warning bounds: taken | refused with TOO_LARGE, and the old value stays",
      "fine eviction order: it fails: ECACHEFULL: Cache max keys amount exceeded | number 1, 2, 3, 4",
      "fine default ttl: lifetimes are in seconds | as the contract says",
      "fine ttl edges: ttl 0 means for ever, a negative one deletes | as the contract says",
      "fine end: it ends by close(), and works on | as the contract says",
      "fine metrics: getStats(), at once, in words of its own | as the contract says",
    ]
  `);
});
