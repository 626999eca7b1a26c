import type { CacheContext } from '@resync/cache-contract/conformance';
import { describeCache } from '@resync/cache-contract/conformance';
import { ImprovedAsyncCache, type ImprovedAsyncCacheOptions } from '../src/index.js';

/** With the bounds that a fact asks for; a bound in bytes needs a weight. */
function create(
  { clock, maxEntries, maxBytes }: CacheContext,
  options: ImprovedAsyncCacheOptions<unknown> = {},
): ImprovedAsyncCache {
  return new ImprovedAsyncCache({
    clock,
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxBytes, sizeOf: weight }),
    ...options,
  });
}

function weight(value: unknown): number {
  return typeof value === 'string' ? value.length : 8;
}

describeCache('ImprovedAsyncCache in memory', (context) => create(context));

describeCache('ImprovedAsyncCache with sliding expiry', (context) =>
  create(context, { expiry: 'sliding', defaultTtl: 5000 }),
);

describeCache('ImprovedAsyncCache with entries that never end', (context) =>
  create(context, { defaultTtl: Infinity }),
);

describeCache('a namespace of ImprovedAsyncCache', (context) => create(context).namespace('jobs'));

describeCache('ImprovedAsyncCache beside its namespace', async (context) => {
  const cache = create(context);
  cache.namespace('jobs');
  return cache;
});
