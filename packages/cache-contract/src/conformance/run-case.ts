import assert from 'node:assert/strict';
import type { Cache } from '../cache.js';
import { hitRateOf } from '../cache-stats.js';
import { ManualClock } from '../testing/manual-clock.js';
import type { CacheContext, ConformanceCase } from './conformance-case.js';

/**
 * Makes a new, empty cache that takes its time from the given clock. It may leave bounds alone that it
 * is asked for: the facts about them are skipped then.
 */
export type CacheFactory = (context: CacheContext) => Cache | Promise<Cache>;

/** How the suite is run against one kind of cache. */
export interface ConformanceOptions {
  /** The clock that the caches follow, where they do not follow the one that their factory is given. */
  readonly clock?: ManualClock;
  /** Moves the time of a backend with a clock of its own, after the cache's clock was moved. */
  readonly advance?: (ms: number) => Promise<void>;
  /** Facets or titles that are left out, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** Where the suite's own clocks start: far from zero, so that nobody mistakes it for "unset". */
const START = Date.UTC(2026, 0, 1);

/** How a case ended; it failed where the promise rejects. */
export type CaseOutcome =
  { readonly kind: 'passed' } | { readonly kind: 'skipped'; readonly reason: string };

/** Runs one case on a cache of its own, then the checks that hold after every case. */
export async function runCase(
  testCase: ConformanceCase,
  factory: CacheFactory,
  options: ConformanceOptions,
): Promise<CaseOutcome> {
  const asked = options.skip?.[testCase.title] ?? options.skip?.[testCase.facet];
  if (asked !== undefined) return { kind: 'skipped', reason: asked };

  const clock = options.clock ?? new ManualClock(START);
  const create = async (context: Partial<CacheContext> = {}): Promise<Cache> =>
    factory({ clock, ...testCase.bounds, ...context });
  const cache = await create();
  const reason = testCase.notFor?.(cache.capabilities);
  if (reason === undefined) {
    const advance = async (ms: number): Promise<void> => {
      clock.advance(ms);
      await options.advance?.(ms);
    };
    await testCase.run({ cache, advance, create });
    if (testCase.endsShutDown !== true) await assertFiguresAddUp(cache);
  }
  await cache.shutdown();
  assert.equal(clock.pendingTimers, 0, 'a timer is left after shutdown');
  return reason === undefined ? { kind: 'passed' } : { kind: 'skipped', reason };
}

async function assertFiguresAddUp(cache: Cache): Promise<void> {
  const stats = await cache.getStats();
  for (const name of [
    'hits',
    'misses',
    'sets',
    'deletes',
    'evictions',
    'expirations',
    'size',
  ] as const) {
    assert.ok(Number.isInteger(stats[name]) && stats[name] >= 0, `${name} is ${stats[name]}`);
  }
  assert.equal(stats.hitRate, hitRateOf(stats.hits, stats.misses), 'hitRate');
  assert.equal(stats.size, await cache.size(), 'size() and getStats().size differ');
  assert.equal(stats.size, (await cache.getKeys()).length, 'size() and getKeys() differ');
}
