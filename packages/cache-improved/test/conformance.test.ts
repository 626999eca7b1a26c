import { describeCache } from '@resync/cache-contract/conformance';
import { ImprovedAsyncCache } from '../src/index.js';

describeCache('ImprovedAsyncCache in memory', ({ clock }) => new ImprovedAsyncCache({ clock }));

describeCache(
  'ImprovedAsyncCache with sliding expiry',
  ({ clock }) => new ImprovedAsyncCache({ clock, expiry: 'sliding', defaultTtl: 5000 }),
);

describeCache(
  'ImprovedAsyncCache bounded by bytes',
  ({ clock }) =>
    new ImprovedAsyncCache({ clock, maxBytes: 100_000, sizeOf: () => 1, defaultTtl: Infinity }),
);
