import { LRUCache } from 'lru-cache';
import { LRUCache as LRUCache10 } from 'lru-cache-10';
import type { CacheContext } from '@resync/cache-contract/conformance';
import type { Cache } from '@resync/cache-contract';
import { describe } from 'vitest';
import { lruCache } from '../src/lru-cache/index.js';
import { describeCacheExcept } from './describe-cache-except.js';
import { machineTime } from './machine-time.js';

// Its README: it "is not primarily a TTL cache" and looks at ends when it is asked for a key.
const skip = {
  'removes what is expired before what is live':
    'lru-cache makes room of what was used longest ago, over or not',
};

function optionsFor({ maxEntries = 1000, maxBytes }: CacheContext) {
  return {
    max: maxEntries,
    ttlResolution: 0,
    ...(maxBytes !== undefined && {
      maxSize: maxBytes,
      sizeCalculation: (value: unknown) =>
        typeof value === 'string' ? Math.max(1, value.length) : 8,
    }),
  };
}

describe('lru-cache', () => {
  const clock = machineTime();
  const versions: readonly (readonly [string, (context: CacheContext) => Cache])[] = [
    [
      'lru-cache 11',
      (context) => lruCache(new LRUCache<string, object>(optionsFor(context)), { clock }),
    ],
    [
      'lru-cache 10',
      (context) => lruCache(new LRUCache10<string, object>(optionsFor(context)), { clock }),
    ],
  ];
  for (const [name, factory] of versions) {
    describeCacheExcept(name, factory, { clock, skip });
  }
  describeCacheExcept(
    'lru-cache 11 that slides',
    (context) =>
      lruCache(
        new LRUCache<string, object>({
          ...optionsFor(context),
          ttl: 1000,
          updateAgeOnGet: true,
        }),
        { clock },
      ),
    { clock, skip },
  );
});
