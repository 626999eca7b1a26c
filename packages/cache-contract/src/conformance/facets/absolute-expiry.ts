import assert from 'node:assert/strict';
import type { Applicability, ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss } from './assertions.js';

const facet = 'absolute expiry';

const notFor: Applicability = ({ expiry }) =>
  expiry === 'absolute' ? undefined : `expiry is ${expiry}`;

export const absoluteExpiry: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'is not prolonged by reading',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      await advance(60);
      await assertHit(cache, 'key', 1);
      await advance(40);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    notFor,
    title: 'shows the same end however often one looks, where it shows one',
    run: async ({ cache, advance }) => {
      await cache.set('key', 1, { ttl: 100 });
      const first = await cache.lookup('key');
      await advance(60);
      assert.deepEqual(await cache.lookup('key'), first);
    },
  },
];
