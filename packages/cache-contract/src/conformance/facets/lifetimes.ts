import assert from 'node:assert/strict';
import { MAX_TTL } from '../../ttl.js';
import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss, assertRefused, assertUsable } from './assertions.js';
import { thrower } from './hostile-values.js';

const facet = 'lifetimes';

const REFUSED: readonly (readonly [string, unknown])[] = [
  ['a negative ttl', -1],
  ['a ttl of NaN', NaN],
  ['a ttl that is text', '1000'],
  ['a ttl of null', null],
  ['a finite ttl over one year', MAX_TTL + 1],
  ['a ttl half a millisecond over one year', MAX_TTL + 0.5],
  ['the largest number as a ttl', Number.MAX_VALUE],
  ['a ttl of -Infinity', -Infinity],
  ['a ttl of a little less than zero', -Number.MIN_VALUE],
  ['a ttl that is a bigint', 1000n],
  ['a ttl that is a symbol', Symbol('ttl')],
  ['a ttl that is true', true],
  ['a ttl that is a number object', Object(1000)],
  ['a ttl whose number throws', { valueOf: thrower }],
];

export const lifetimes: readonly ConformanceCase[] = [
  {
    facet,
    title: 'ends an entry when its ttl is over, and not a millisecond before',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await advance(99);
      assert.equal(await cache.has('key'), true, 'the entry is gone 1 ms before its time');
      await advance(1);
      assert.equal(
        await cache.has('key'),
        false,
        'the entry outlived its ttl: does the cache follow the clock that its factory was given?',
      );
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    title: 'neither counts nor lists nor deletes an expired entry',
    run: async ({ cache, advance }) => {
      await cache.set('short', 1, { ttl: 100 });
      await cache.set('long', 2, { ttl: 1000 });
      await advance(100);
      assert.equal(await cache.size(), 1);
      assert.deepEqual(await cache.getKeys(), ['long']);
      assert.equal(await cache.delete('short'), false);
    },
  },
  {
    facet,
    title: 'gives an overwritten entry the new lifetime',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await cache.set('key', 2, { ttl: 1000 });
      await advance(999);
      await assertHit(cache, 'key', 2);
      await cache.set('key', 3, { ttl: 10 });
      await advance(10);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    title: 'uses its default where no ttl is given',
    notFor: ({ defaultTtl }) =>
      defaultTtl === undefined ? 'declares no default lifetime' : undefined,
    run: async ({ cache, advance }) => {
      const { defaultTtl = Infinity } = cache.capabilities;
      await cache.set('key', 1);
      if (defaultTtl === Infinity) {
        await advance(2 * MAX_TTL);
        await assertHit(cache, 'key', 1);
        return;
      }
      await advance(defaultTtl - 1);
      assert.equal(await cache.has('key'), true);
      await advance(1);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    title: 'takes ttl 0 for "expires at once", over an older entry too',
    run: async ({ cache }) => {
      await cache.set('new', 1, { ttl: 0 });
      await assertMiss(cache, 'new');
      await cache.set('old', 1);
      await cache.set('old', 2, { ttl: 0 });
      await assertMiss(cache, 'old');
      await cache.set('minus', 1, { ttl: -0 });
      await assertMiss(cache, 'minus');
      assert.equal(await cache.size(), 0);
    },
  },
  {
    facet,
    title: 'takes ttl Infinity for "never", as far as its longest lifetime goes',
    run: async ({ cache, advance }) => {
      const { maxTtl = Infinity } = cache.capabilities;
      await cache.set('key', 1, { ttl: Infinity });
      await advance(Math.min(maxTtl, 2 * MAX_TTL) - 1);
      assert.equal(await cache.has('key'), true);
      if (maxTtl === Infinity) return;
      await advance(1);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    title: 'takes a ttl of one year',
    run: async ({ cache }) => {
      await cache.set('key', 1, { ttl: MAX_TTL });
      await assertHit(cache, 'key', 1);
    },
  },
  {
    facet,
    title: 'rounds a fraction of a millisecond up',
    run: async ({ cache, advance }) => {
      for (const ttl of [0.25, Number.MIN_VALUE]) {
        await cache.set('key', 1, { ttl });
        assert.equal(await cache.has('key'), true);
        await advance(1);
        await assertMiss(cache, 'key');
      }
    },
  },
  ...REFUSED.map(([what, ttl]): ConformanceCase => ({
    facet,
    title: `refuses ${what} and keeps what was there`,
    run: async ({ cache }) => {
      await cache.set('key', 'old');
      await assertRefused('INVALID_TTL', what, () =>
        cache.set('key', 'new', { ttl: ttl as number }),
      );
      await assertHit(cache, 'key', 'old');
      await assertUsable(cache);
    },
  })),
];
