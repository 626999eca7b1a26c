/**
 * What size, lifetime and clean-up do to a cache in memory: the figures of docs/tuning.md.
 *
 *     node --expose-gc packages/migration-control/proof/tuning.mjs
 *
 * Time is simulated: a thousand reads a second of 20 000 keys, some of them far more often than others,
 * each read through a cache whose entries weigh a kilobyte. The sequence of keys is always the same.
 */
import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const KEYS = 20_000;
const PER_SECOND = 1000;
const SECONDS = Number(process.argv[2] ?? 300);
const SKEW = 0.8;

const weights = Array.from({ length: KEYS }, (_, rank) => (rank + 1) ** -SKEW);
const total = weights.reduce((sum, weight) => sum + weight, 0);
let reached = 0;
const shares = weights.map((weight) => (reached += weight / total));

/** @param {number} point from 0 to 1 */
function keyAt(point) {
  let [low, high] = [0, KEYS - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shares[middle] ?? 1) < point) low = middle + 1;
    else high = middle;
  }
  return `key-${low}`;
}

/** @param {{ maxEntries: number, defaultTtl: number, cleanupInterval: number }} options */
async function measure(options) {
  const clock = new ManualClock(0);
  const generator = xoroshiro128plus(42);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const cache = new ImprovedAsyncCache({ ...options, clock });
  await cache.initialize();
  let hits = 0;
  for (let read = 0; read < PER_SECOND * SECONDS; read += 1) {
    if (read % 10 === 0) clock.advance(10_000 / PER_SECOND);
    const key = keyAt((generator.next() >>> 0) / 2 ** 32);
    if ((await cache.get(key)) !== undefined) hits += 1;
    else await cache.set(key, [key.padEnd(1000, '.') + read].join(''));
  }
  // A quiet while: what nobody reads any longer goes by the clean-up alone.
  clock.advance(options.defaultTtl + 1000);
  await Promise.resolve();
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  const { evictions } = await cache.getStats();
  await cache.shutdown();
  return { hitRate: hits / (PER_SECOND * SECONDS), evictions, heap };
}

const BEFORE = { maxEntries: 2000, defaultTtl: 30_000, cleanupInterval: 3_600_000 };
const AFTER = { maxEntries: 10_000, defaultTtl: 300_000, cleanupInterval: 10_000 };

const VARIANTS = [
  BEFORE,
  { ...BEFORE, maxEntries: 5000 },
  { ...BEFORE, maxEntries: 10_000 },
  { ...BEFORE, maxEntries: 20_000 },
  { ...BEFORE, maxEntries: 10_000, defaultTtl: 60_000 },
  { ...BEFORE, maxEntries: 10_000, defaultTtl: 300_000 },
  { ...BEFORE, maxEntries: 10_000, defaultTtl: 300_000, cleanupInterval: 60_000 },
  AFTER,
];

console.log('| maxEntries | defaultTtl | cleanupInterval | hits | evictions | heap when quiet |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const options of VARIANTS) {
  const { maxEntries, defaultTtl, cleanupInterval } = options;
  const { hitRate, evictions, heap } = await measure(options);
  console.log(
    `| ${maxEntries} | ${defaultTtl / 1000} s | ${cleanupInterval / 1000} s | ${(100 * hitRate).toFixed(1)} % | ${evictions} | ${heap.toFixed(1)} MB |`,
  );
}
