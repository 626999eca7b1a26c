import { isDeepStrictEqual } from 'node:util';
import { describeCache, type CacheContext } from '@resync/cache-contract/conformance';
import NodeCache from 'node-cache';
import { describe } from 'vitest';
import { nodeCache } from '../src/node-cache/index.js';
import { describeCacheExcept } from './describe-cache-except.js';
import { machineTime } from './machine-time.js';

describe('node-cache', () => {
  const clock = machineTime();
  const made = ({ maxEntries }: CacheContext, { useClones }: { readonly useClones: boolean }) =>
    nodeCache(
      new NodeCache({
        useClones,
        checkperiod: 0,
        ...(maxEntries !== undefined && { maxKeys: maxEntries }),
      }),
      { clock },
    );
  describeCache('node-cache', (context) => made(context, { useClones: false }), { clock });

  const itsClone = 'its clone is something else';
  describeCacheExcept('node-cache with clones', (context) => made(context, { useClones: true }), {
    clock,
    skip: {
      'gives an error back as it was, or refuses it and keeps what was there': itsClone,
      'gives bytes back as it was, or refuses it and keeps what was there': itsClone,
      'gives an object with an own __proto__ back as it was, or refuses it and keeps what was there':
        itsClone,
      ...(!isDeepStrictEqual(new Date(NaN), new Date(NaN)) && {
        'gives an invalid date back as it was, or refuses it and keeps what was there':
          'before Node 24 two invalid dates are taken for different',
      }),
    },
  });
});
