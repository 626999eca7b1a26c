import { describeCache } from '@resync/cache-contract/conformance';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { describe } from 'vitest';
import { cacheManagerCache } from '../src/cache-manager/index.js';
import { cacheableCache } from '../src/cacheable/index.js';
import { keyvCache } from '../src/keyv/index.js';
import { machineDate } from './machine-time.js';

function referencing(): Keyv {
  const keyv = new Keyv();
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}

describe('the family of Keyv', () => {
  const { clock, advance } = machineDate();
  describeCache('keyv', () => keyvCache(new Keyv(), { clock }), { clock, advance });
  describeCache('keyv without serialization', () => keyvCache(referencing(), { clock }), {
    clock,
    advance,
  });
  describeCache('cache-manager', () => cacheManagerCache(createCache(), { clock }), {
    clock,
    advance,
  });
  describeCache(
    'cache-manager with two stores',
    () =>
      cacheManagerCache(createCache({ stores: [new Keyv(), new Keyv()] }), {
        clock,
        defaultTtl: 1000,
      }),
    { clock, advance },
  );
  describeCache('cacheable', () => cacheableCache(new Cacheable(), { clock }), { clock, advance });
  describeCache(
    'cacheable with two stores',
    () => cacheableCache(new Cacheable({ primary: new Keyv(), secondary: new Keyv() }), { clock }),
    { clock, advance },
  );
});
