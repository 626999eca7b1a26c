import { TTLCache } from '@isaacs/ttlcache';
import { describeCache } from '@resync/cache-contract/conformance';
import { describe, expect, it } from 'vitest';
import { ttlCache } from '../src/ttlcache/index.js';
import { machineTime } from './machine-time.js';

const DAY = 24 * 60 * 60 * 1000;

describe('@isaacs/ttlcache', () => {
  const clock = machineTime();
  for (const updateAgeOnGet of [false, true]) {
    describeCache(
      `@isaacs/ttlcache${updateAgeOnGet ? ' that slides' : ''}`,
      ({ maxEntries = Infinity }) =>
        ttlCache(new TTLCache<string, unknown>({ max: maxEntries, updateAgeOnGet }), { clock }),
      { clock },
    );
  }

  it('answers with nothing that is over, after fifty days too', async () => {
    clock.advance(50 * DAY);
    const theirs = new TTLCache<string, unknown>();
    const cache = ttlCache(theirs, { clock });
    await cache.set('long', 1, { ttl: 2 * DAY });
    await cache.set('short', 2, { ttl: DAY });
    clock.advance(DAY);
    theirs.purgeStale();
    // Its order of ends is that of array indices, which end at 2 ** 32.
    expect(theirs.get('short')).toBe(2);
    expect(await cache.get('short')).toBeUndefined();
    expect(await cache.getKeys()).toEqual(['long']);
  });

  it('takes entries without an end into a full cache, which would hang by itself', async () => {
    const cache = ttlCache(new TTLCache<string, unknown>({ max: 2 }), { clock });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key, { ttl: Infinity });
    expect(await cache.getKeys()).toEqual(['b', 'c']);
    expect((await cache.getStats()).evictions).toBe(1);
  });
});
