import { LRUCache } from 'lru-cache';
import { expect, it } from 'vitest';
import type { CacheContext } from '../../src/conformance/conformance-case.js';
import { runConformance } from '../../src/conformance/run/index.js';
import { compareCaches } from '../../src/index.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { ReferenceCache } from '../../src/testing/reference-cache.js';
import { AdaptedCache } from './adapted-cache.js';

/** lru-cache lets an entry live through the millisecond in which its ttl is over. */
const TO_THE_MILLISECOND = 0.5;

function lruCache({ clock, maxEntries = 1000, maxBytes }: CacheContext): AdaptedCache {
  const counts = { evictions: 0, expirations: 0 };
  const cache = new LRUCache<string, { value: unknown }>({
    max: maxEntries,
    ...(maxBytes !== undefined && {
      maxSize: maxBytes,
      sizeCalculation: ({ value }) => (typeof value === 'string' ? Math.max(1, value.length) : 8),
    }),
    perf: { now: () => clock.now() },
    ttlResolution: 0,
    dispose: (_value, _key, reason) => {
      if (reason === 'evict') counts.evictions += 1;
      if (reason === 'expire') counts.expirations += 1;
    },
  });
  return new AdaptedCache(
    {
      read: (key) => {
        const found = cache.get(key);
        if (found === undefined) return undefined;
        const left = cache.getRemainingTTL(key);
        return { value: found.value, expiresAt: Math.ceil(clock.now() + left) };
      },
      has: (key) => cache.has(key, { updateAgeOnHas: false }),
      write: (key, value, ttl) =>
        void cache.set(key, { value }, { ttl: ttl === Infinity ? 0 : ttl - TO_THE_MILLISECOND }),
      remove: (key) => void cache.delete(key),
      clear: () => cache.clear(),
      keys: () => [...cache.keys()],
      counts: () => counts,
      close: () => cache.clear(),
    },
    {
      expiry: 'absolute',
      shared: false,
      defaultTtl: Infinity,
      maxEntries,
      ...(maxBytes !== undefined && { maxBytes }),
      normalises: [
        { behaviour: 'ttl edges', beneath: 'ttl 0 means for ever' },
        { behaviour: 'null', beneath: 'undefined deletes; the adapter boxes every value' },
        { behaviour: 'end', beneath: 'there is no end' },
        { behaviour: 'metrics', beneath: 'there are none' },
      ],
    },
  );
}

// Its README: it "is not primarily a TTL cache" and prunes nothing by itself, so that room is made of
// what was used longest ago; and an item over `maxSize` is not stored, and removes what is there.
const DOCUMENTED = [
  'removes what is expired before what is live',
  'refuses a value over its bound in bytes, and keeps what was there',
];

it('lru-cache does what the contract says, except where its documentation says otherwise', async () => {
  const report = await runConformance(lruCache);
  const failed = report.cases.filter(({ result }) => result === 'failed');
  expect(failed.map(({ title }) => title)).toEqual(DOCUMENTED);
});

it('the preflight says what changes from lru-cache to the reference', async () => {
  const clock = new ManualClock(1_000_000);
  const reference = (context: CacheContext): ReferenceCache => new ReferenceCache(context);
  const report = await compareCaches(lruCache({ clock }), reference({ clock }), {
    scratch: { legacy: lruCache, next: reference },
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
      "warning bounds: 1000 entries | no bound",
      "warning bounds: taken | refused with TOO_LARGE, and the old value stays",
      "fine eviction order: number 5, 6, 7, 8 | number 1, 2, 3, 4",
      "warning clean-up: 0 of 10 were counted | they go, and are counted",
      "fine ttl edges: ttl 0 means for ever | as the contract says",
      "fine null: undefined deletes; the adapter boxes every value | as the contract says",
      "fine end: there is no end | as the contract says",
      "fine metrics: there are none | as the contract says",
    ]
  `);
});
