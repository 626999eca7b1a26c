import assert from 'node:assert/strict';
import type { Applicability, ConformanceCase } from '../conformance-case.js';
import { assertMiss } from './assertions.js';

const facet = 'sliding expiry';

const notFor: Applicability = ({ expiry }) =>
  expiry === 'sliding' ? undefined : `expiry is ${expiry}`;

export const slidingExpiry: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'counts from the last get',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await advance(60);
      assert.equal(await cache.get('key'), 1);
      await advance(99);
      assert.equal(await cache.has('key'), true);
      await advance(1);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    notFor,
    title: 'counts from the last lookup, which shows the new end where it shows one',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      const before = await cache.lookup('key');
      await advance(60);
      const after = await cache.lookup('key');
      assert.ok(before.kind === 'hit' && after.kind === 'hit');
      if (before.expiresAt !== undefined && after.expiresAt !== undefined) {
        assert.equal(after.expiresAt - before.expiresAt, 60);
      }
      await advance(99);
      assert.equal(await cache.has('key'), true);
    },
  },
  {
    facet,
    notFor,
    title: 'is not prolonged by has',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await advance(60);
      assert.equal(await cache.has('key'), true);
      await advance(40);
      await assertMiss(cache, 'key');
    },
  },
];
