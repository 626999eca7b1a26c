import { describeCache } from '@resync/cache-contract/conformance';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import { Keyv, KeyvHooks } from 'keyv';
import { describe, expect, it } from 'vitest';
import { cacheManagerCache } from '../src/cache-manager/index.js';
import { cacheableCache } from '../src/cacheable/index.js';
import { keyvCache, keyvStore } from '../src/keyv/index.js';
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
  describeCache(
    'keyv on a store that is not in the process',
    () => {
      const store = keyvStore(new ReferenceCache({ clock }));
      // A namespace before a key of 1000 characters makes no key of the contract.
      return keyvCache(new Keyv({ store, throwOnErrors: true, namespace: '' }), {
        clock,
        shared: true,
      });
    },
    { clock, advance },
  );
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

  for (const [name, made] of [
    ['keyv', (keyv: Keyv) => keyvCache(keyv, { clock })],
    [
      'cache-manager',
      (keyv: Keyv) => cacheManagerCache(createCache({ stores: [keyv] }), { clock }),
    ],
  ] as const) {
    it(`${name} lets an entry end in time where the process is held up before the library looks at the clock`, async () => {
      const heldUpFor = [30, 20];
      const keyv = new Keyv();
      keyv.hooks.addHandler(KeyvHooks.PRE_SET, () => {
        const ms = heldUpFor.shift() ?? 0;
        clock.advance(ms);
        void advance(ms);
      });
      const cache = made(keyv);
      const deadline = clock.now() + 100;
      await cache.set('key', 'value', { ttl: 100 });
      expect(await cache.lookup('key')).toEqual({
        kind: 'hit',
        value: 'value',
        expiresAt: deadline,
      });

      heldUpFor.push(100);
      await cache.set('key', 'over when it is stored', { ttl: 100 });
      expect(await cache.get('key')).toBeUndefined();
    });
  }

  it('keyv writes once where other processes write too, held up or not', async () => {
    const store = new ReferenceCache({ clock });
    const keyv = new Keyv({ store: keyvStore(store), throwOnErrors: true });
    keyv.hooks.addHandler(KeyvHooks.PRE_SET, () => {
      clock.advance(30);
      void advance(30);
    });
    await keyvCache(keyv, { clock, shared: true }).set('key', 'value', { ttl: 100 });
    expect((await store.getStats()).sets).toBe(1);
  });
});
