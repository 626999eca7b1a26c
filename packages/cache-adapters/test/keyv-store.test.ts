import {
  keyvApiTests,
  keyvIteratorTests,
  keyvNamespaceTest,
  keyvValueTests,
} from '@keyv/test-suite';
import type { Cache } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import { keyvStore } from '../src/keyv/index.js';

// The public suite of Keyv, on both ways through a store: with batches and entries, and without.
const caches: readonly (readonly [string, Cache])[] = [
  ['ImprovedAsyncCache', new ImprovedAsyncCache()],
  ['ReferenceCache', new ReferenceCache()],
];
for (const [name, cache] of caches) {
  const store = keyvStore(cache);
  describe(`${name} as the store of a Keyv`, () => {
    describe('api', () => {
      keyvApiTests(vitest, Keyv, () => store);
    });
    describe('values', () => {
      keyvValueTests(vitest, Keyv, () => store);
    });
    describe('namespaces', () => {
      keyvNamespaceTest(vitest, Keyv, () => keyvStore(cache));
    });
    describe('iterator', () => {
      keyvIteratorTests(vitest, Keyv, () => store);
    });
  });
}

describe('keyvStore', () => {
  it('clears its namespace and leaves others alone', async () => {
    const cache = new ReferenceCache();
    const [mine, others] = ['mine', 'mine2'].map(
      (namespace) => new Keyv({ store: keyvStore(cache), namespace }),
    );
    await mine?.set('key', 1);
    await others?.set('key', 2);
    await mine?.clear();
    expect(await mine?.get('key')).toBeUndefined();
    expect(await others?.get('key')).toBe(2);
  });

  it('hands over lifetimes, for Keyv none is for ever', async () => {
    const cache = new ReferenceCache({ defaultTtl: 10 });
    const keyv = new Keyv({ store: keyvStore(cache) });
    await keyv.set('endless', 1);
    await keyv.set('short', 1, 5000);
    expect(await cache.lookup('keyv:endless')).toMatchObject({ expiresAt: Infinity });
    const short = await cache.lookup('keyv:short');
    expect(short).toMatchObject({ kind: 'hit', expiresAt: expect.any(Number) as unknown });
  });

  it('is a store of cache-manager', async () => {
    const cache = new ImprovedAsyncCache();
    const manager = createCache({ stores: [new Keyv({ store: keyvStore(cache) })], ttl: 60_000 });
    expect(await manager.wrap('job', async () => ({ state: 'EXEC' }))).toEqual({ state: 'EXEC' });
    expect(await manager.get('job')).toEqual({ state: 'EXEC' });
    expect(await cache.size()).toBe(1);
    await manager.del('job');
    expect(await cache.size()).toBe(0);
    expect(await manager.mget(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it('leaves the cache open', async () => {
    const cache = new ImprovedAsyncCache();
    await new Keyv({ store: keyvStore(cache) }).disconnect();
    await cache.set('key', 1);
    expect(await cache.get('key')).toBe(1);
  });
});
