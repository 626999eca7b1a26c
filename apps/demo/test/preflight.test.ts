import { compareCaches, type Cache, type PreflightFinding } from '@resync/cache-contract';
import type { CacheContext } from '@resync/cache-contract/conformance';
import { ManualClock, ReferenceCache } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { describe, expect, it } from 'vitest';
import { OriginalNewCache, originalNewCache } from './fixtures/original-new-cache.js';

const MEGABYTE = 1024 * 1024;

const legacy = ({ clock, maxEntries = 1000, maxBytes = 100 * MEGABYTE }: CacheContext): Cache =>
  legacyCache(new AsyncTTLCache({ clock, maxEntries, maxMemoryMb: maxBytes / MEGABYTE }));

const improved = ({ clock, maxEntries = 1000, maxBytes }: CacheContext): Cache =>
  new ImprovedAsyncCache({
    clock,
    maxEntries,
    ...(maxBytes !== undefined && {
      maxBytes,
      sizeOf: (value) => (typeof value === 'string' ? value.length : 8),
    }),
  });

const original = ({ clock, maxEntries }: CacheContext): Cache =>
  originalNewCache(new OriginalNewCache({ clock, maxSize: maxEntries }));

const EVERY_BEHAVIOUR = [
  'aliasing',
  'bounds',
  'clean-up',
  'default ttl',
  'end',
  'eviction order',
  'expiry',
  'keys',
  'metrics',
  'null',
  'options',
  'removals',
  'size',
  'ttl edges',
];

function compare(left: typeof legacy, right: typeof legacy) {
  const clock = new ManualClock(1_000_000);
  return compareCaches(left({ clock }), right({ clock }), {
    scratch: { legacy: left, next: right },
  });
}

function rows(findings: readonly PreflightFinding[], ...results: PreflightFinding['result'][]) {
  return findings
    .filter(({ result }) => results.includes(result))
    .map(({ behaviour, verdict, question, ...sides }) => {
      return `${verdict} ${behaviour}: ${question}: ${sides.legacy} | ${sides.next}`;
    });
}

describe('the preflight', () => {
  it('finds every row of the table between the old cache and the new one as it first was', async () => {
    const report = await compare(legacy, original);
    expect([...report.differences, ...report.hazards].sort()).toEqual(EVERY_BEHAVIOUR);
    expect(report.notProbed).toBe(0);
    expect(rows(report.findings, 'different')).toMatchInlineSnapshot(`
      [
        "warning end: what a call after shutdown() does: refused with SHUT_DOWN | it works on",
        "fine metrics: how its figures are had: at once, or by promise | by promise",
        "warning metrics: what two hits, a miss, a set and a has() count as: 2 hits, 1 miss, 1 set | 3 hits, 1 miss, 1 set",
        "warning expiry: when an entry ends, as declared: after it was last read | after it was written",
        "warning expiry: whether a read prolongs an entry, as seen: sliding | absolute",
        "warning default ttl: the lifetime of an entry that is set without one, as declared: 1 minute | 1 hour",
        "warning default ttl: when an entry ends that is set without a lifetime, as seen: after 1 minute | after 1 hour",
        "blocks ttl edges: what ttl 0 does to an entry: it ends at once, the older one too | it lives on",
        "blocks ttl edges: what a negative ttl does: refused with INVALID_TTL | taken as expired",
        "blocks ttl edges: what a ttl of NaN does: refused with INVALID_TTL | taken, and the entry is there",
        "blocks ttl edges: what a ttl that is text does: refused with INVALID_TTL | taken, and the entry is there",
        "blocks ttl edges: what a ttl of two years does: refused with INVALID_TTL | taken, and the entry is there",
        "warning ttl edges: what ttl Infinity does: ends after 1 year | ends not within a year, if ever",
        "blocks null: what a stored null reads as: a hit with the value | a miss",
        "blocks keys: what a key of 1001 characters does: refused with INVALID_KEY | taken, and read as a hit with the value",
        "blocks keys: what a key with NUL does: refused with INVALID_KEY | taken, and read as a hit with the value",
        "blocks keys: what a key with a line end does: refused with INVALID_KEY | taken, and read as a hit with the value",
        "blocks keys: what a key with a lone surrogate does: refused with INVALID_KEY | taken, and read as a hit with the value",
        "blocks keys: what the empty key does: refused with INVALID_KEY | taken",
        "blocks keys: what the number 1 does as a key: refused with INVALID_KEY | taken, beside the text "1"",
        "warning bounds: the most entries that it holds, as declared: 1000 entries | no bound",
        "warning bounds: the most that its entries weigh, as declared: 104857600 bytes | no bound",
        "blocks bounds: how many of twenty entries it holds, where it is to hold eight: eight | 20",
        "warning bounds: what a value of a megabyte does, where it is to hold ten kilobytes: refused with TOO_LARGE, and the old value stays | taken",
        "fine eviction order: which of eight entries make room for four, when the first four were read last: number 1, 2, 3, 5 | none",
        "warning removals: what a delete and an expiry count as: 1 delete, 1 expiration, 0 evictions | 1 delete, 0 expiration, 0 evictions",
        "fine clean-up: when it begins to look for expired entries: at the first get | never, or not by the clock that it was given",
        "warning clean-up: whether expired entries go that nobody reads: they go, and are counted | 0 of 10 were counted",
      ]
    `);
  });

  it('finds what is left of them between the caches that are shipped', async () => {
    const report = await compare(legacy, improved);
    expect([...report.differences, ...report.hazards].sort()).toEqual(EVERY_BEHAVIOUR);
    expect(report.blocks).toBe(0);
    expect(report.notProbed).toBe(0);
    expect(rows(report.findings, 'different', 'hazard')).toMatchInlineSnapshot(`
      [
        "warning expiry: when an entry ends, as declared: after it was last read | after it was written",
        "warning expiry: whether a read prolongs an entry, as seen: sliding | absolute",
        "warning default ttl: the lifetime of an entry that is set without one, as declared: 1 minute | 1 hour",
        "warning default ttl: when an entry ends that is set without a lifetime, as seen: after 1 minute | after 1 hour",
        "warning ttl edges: what ttl Infinity does: ends after 1 year | ends not within a year, if ever",
        "warning aliasing: whether the object that was stored is the one that is read: the same object | the same object",
        "warning bounds: the most that its entries weigh, as declared: 104857600 bytes | no bound",
        "fine eviction order: which of eight entries make room for four, when the first four were read last: number 1, 2, 3, 5 | number 8",
        "fine clean-up: when it begins to look for expired entries: at the first get | at the first set",
      ]
    `);
  });

  it.each([
    ['the old cache', legacy],
    ['the new cache', improved],
    ['the reference', (context: CacheContext) => new ReferenceCache(context)],
  ])('finds no difference between two instances of %s', async (_, create) => {
    const report = await compare(create, create);
    expect(report.differences).toEqual([]);
    expect(rows(report.findings, 'different', 'hidden', 'not probed')).toEqual([]);
    expect(report.blocks).toBe(0);
  });

  it('has no hazard left where the adapter of the old cache clones', async () => {
    const cloning = (context: CacheContext): Cache =>
      legacyCache(new AsyncTTLCache(context), { clone: structuredClone });
    const report = await compare(cloning, improved);
    expect(report.hazards).toEqual([]);
    expect(report.differences).toContain('aliasing');
  });
});
