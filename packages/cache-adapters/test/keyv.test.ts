import { hasLeases, type Clock } from '@resync/cache-contract';
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

  const passes = (ms: number): void => {
    clock.advance(ms);
    void advance(ms);
  };
  const heldUpBeforeItLooks = (keyv: Keyv, ms: () => number): Keyv => {
    keyv.hooks.addHandler(KeyvHooks.PRE_SET, () => passes(ms()));
    return keyv;
  };

  for (const [name, made] of [
    ['keyv', (keyv: Keyv) => keyvCache(keyv, { clock })],
    [
      'cache-manager',
      (keyv: Keyv) => cacheManagerCache(createCache({ stores: [keyv] }), { clock }),
    ],
  ] as const) {
    it(`${name} lets no entry end late where the process is held up before the library looks at the clock`, async () => {
      for (const heldUpFor of [[30], [30, 20], [20, 20], [100], [30, 70]]) {
        const keyv = heldUpBeforeItLooks(new Keyv(), () => heldUpFor.shift() ?? 0);
        const cache = made(keyv);
        const deadline = clock.now() + 100;
        await cache.set('key', 'value', { ttl: 100 });
        expect(heldUpFor).toEqual([]);
        const found = await cache.lookup('key');
        const end = found.kind === 'hit' ? (found.expiresAt ?? Infinity) : clock.now();
        expect(end).toBeLessThanOrEqual(deadline);
      }
    });
  }

  it('keyv writes once where time passes after it has looked at the clock, as with large values', async () => {
    const keyv = new Keyv();
    const { serialize } = keyv;
    let writes = 0;
    keyv.serialize = async (data) => {
      passes(5);
      writes += 1;
      return (await serialize?.(data)) ?? '';
    };
    const deadline = clock.now() + 100;
    const cache = keyvCache(keyv, { clock });
    await cache.set('key', 'value', { ttl: 100 });
    expect(await cache.lookup('key')).toMatchObject({ expiresAt: deadline });
    expect(writes).toBe(1);
  });

  it('keyv writes twice at most, however long a value takes to be checked each time', async () => {
    let writes = 0;
    const keyv = heldUpBeforeItLooks(new Keyv(), () => (writes += 1) && 5);
    const deadline = clock.now() + 100;
    const cache = keyvCache(keyv, { clock });
    await cache.set('key', 'value', { ttl: 100 });
    expect(await cache.lookup('key')).toMatchObject({ expiresAt: deadline });
    expect(writes).toBe(2);
  });

  it('keyv lets no entry end late, however much time passes between two looks at the clock', async () => {
    for (const ms of [1, 7, 30]) {
      const slow: Clock = {
        now: () => {
          passes(ms);
          return clock.now() - ms;
        },
        monotonic: () => clock.monotonic(),
        schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
      };
      const keyv = new Keyv();
      const [cache, seen] = [keyvCache(keyv, { clock: slow }), keyvCache(keyv, { clock })];
      const endOf = async (key: string): Promise<number> => {
        const found = await seen.lookup(key);
        return found.kind === 'hit' ? (found.expiresAt ?? Infinity) : 0;
      };
      const set = clock.now() + 200;
      await cache.set('set', 1, { ttl: 200 });
      expect(await endOf('set')).toBeLessThanOrEqual(set);

      const filled = clock.now() + 200;
      if (!hasLeases(cache)) expect.fail('leases in the process');
      const missed = await cache.lookupOrLease('filled');
      if (missed.kind === 'hit' || missed.lease === undefined) expect.fail('a lease');
      await cache.fill('filled', 1, { lease: missed.lease, expiresAt: filled });
      expect(await endOf('filled')).toBeLessThanOrEqual(filled);
    }
  });

  it('keyv writes once where other processes write too, held up or not', async () => {
    const store = new ReferenceCache({ clock });
    const keyv = new Keyv({ store: keyvStore(store), throwOnErrors: true });
    const cache = keyvCache(
      heldUpBeforeItLooks(keyv, () => 30),
      { clock, shared: true },
    );
    await cache.set('key', 'value', { ttl: 100 });
    expect((await store.getStats()).sets).toBe(1);
  });
});
