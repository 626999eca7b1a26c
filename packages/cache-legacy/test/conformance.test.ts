import { describeCache, type CacheContext } from '@resync/cache-contract/conformance';
import { AsyncTTLCache, legacyCache, type AsyncTTLCacheOptions } from '../src/index.js';

const MEGABYTE = 1024 * 1024;

/** With the bounds that a fact asks for, in the old cache's units. */
function bounded(
  { clock, maxEntries, maxBytes }: CacheContext,
  options: AsyncTTLCacheOptions = {},
): AsyncTTLCache {
  return new AsyncTTLCache({
    clock,
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxMemoryMb: maxBytes / MEGABYTE }),
    ...options,
  });
}

describeCache('AsyncTTLCache', (context) => legacyCache(bounded(context)));

describeCache('AsyncTTLCache in one shard', (context) =>
  legacyCache(bounded(context, { numShards: 1, ttlSeconds: 0.5 })),
);

describeCache(
  'AsyncTTLCache whose adapter clones',
  (context) => legacyCache(bounded(context), { clone: structuredClone }),
  {
    skip: {
      'gives an instance of a class back as it was, or refuses it and keeps what was there':
        'structuredClone makes a plain object of it',
      'gives an invalid date back as it was, or refuses it and keeps what was there':
        'two invalid dates are never alike',
    },
  },
);
