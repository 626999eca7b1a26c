import assert from 'node:assert/strict';
import type { Cache } from '../../cache.js';
import { hasLeases, type Lease, type LeasingCache } from '../../leasing-cache.js';
import type { Applicability, ConformanceCase, Subject } from '../conformance-case.js';
import { assertHit, assertMiss } from './assertions.js';

const facet = 'leases';

const notFor: Applicability = ({ leases }) => (leases ? undefined : 'declares no leases');

function leasing(cache: Cache): LeasingCache {
  assert.ok(hasLeases(cache));
  return cache;
}

async function leaseOf(cache: LeasingCache, key: string): Promise<Lease> {
  const found = await cache.lookupOrLease(key);
  assert.ok(found.kind === 'miss' && found.lease !== undefined, `no lease was granted for ${key}`);
  return found.lease;
}

const LOST_TO: Readonly<Record<string, (cache: Cache) => Promise<unknown>>> = {
  'a set': (cache) => cache.set('key', 'newer'),
  'a delete, though nothing was there': (cache) => cache.delete('key'),
  'a set and a delete': async (cache) => {
    await cache.set('key', 'newer');
    await cache.delete('key');
  },
  'a set with ttl 0': (cache) => cache.set('key', 'newer', { ttl: 0 }),
  'a clear, though nothing was there': (cache) => cache.clear(),
};

function lostTo([what, write]: [string, (cache: Cache) => Promise<unknown>]): ConformanceCase {
  return {
    facet,
    notFor,
    title: `loses a fill to ${what}`,
    run: async ({ cache }: Subject) => {
      const lease = await leaseOf(leasing(cache), 'key');
      await write(cache);
      const before = await cache.get('key');
      assert.equal(await leasing(cache).fill('key', 'loaded', { lease }), false);
      assert.equal(await cache.get('key'), before);
    },
  };
}

export const leases: readonly ConformanceCase[] = [
  {
    facet,
    notFor,
    title: 'fills under the lease of a miss',
    run: async ({ cache }) => {
      const lease = await leaseOf(leasing(cache), 'key');
      assert.equal(await leasing(cache).fill('key', 'loaded', { lease }), true);
      await assertHit(cache, 'key', 'loaded');
      const found = await leasing(cache).lookupOrLease('key');
      assert.ok(found.kind === 'hit');
      assert.equal(found.value, 'loaded');
    },
  },
  ...Object.entries(LOST_TO).map(lostTo),
  {
    facet,
    notFor,
    title: 'fills once under one lease',
    run: async ({ cache }) => {
      const lease = await leaseOf(leasing(cache), 'key');
      await leasing(cache).fill('key', 1, { lease });
      assert.equal(await leasing(cache).fill('key', 2, { lease }), false);
      await assertHit(cache, 'key', 1);
    },
  },
  {
    facet,
    notFor,
    title: 'lets the first of two fills win',
    run: async ({ cache }) => {
      const first = await leaseOf(leasing(cache), 'key');
      const found = await leasing(cache).lookupOrLease('key');
      assert.equal(await leasing(cache).fill('key', 1, { lease: first }), true);
      if (found.kind === 'miss' && found.lease !== undefined) {
        assert.equal(await leasing(cache).fill('key', 2, { lease: found.lease }), false);
      }
      await assertHit(cache, 'key', 1);
    },
  },
  {
    facet,
    notFor,
    title: 'is not taken from a key by a write of another',
    run: async ({ cache }) => {
      const lease = await leaseOf(leasing(cache), 'key');
      await cache.set('other', 1);
      assert.equal(await leasing(cache).fill('key', 'loaded', { lease }), true);
    },
  },
  {
    facet,
    notFor,
    title: 'is not good for another key',
    run: async ({ cache }) => {
      const lease = await leaseOf(leasing(cache), 'key');
      assert.equal(await leasing(cache).fill('other', 'loaded', { lease }), false);
      await assertMiss(cache, 'other');
    },
  },
  {
    facet,
    notFor,
    title: 'is not a lease that somebody made up',
    run: async ({ cache }) => {
      assert.equal(await leasing(cache).fill('key', 1, { lease: '1' as Lease }), false);
      await assertMiss(cache, 'key');
    },
  },
  {
    facet,
    notFor,
    title: 'carries the end of what it fills, and stores nothing that is over',
    run: async ({ cache, advance }) => {
      await cache.set('clue', 1, { ttl: 1000 });
      const clue = await cache.lookup('clue');
      assert.ok(clue.kind === 'hit');
      if (clue.expiresAt === undefined) return;
      const { expiresAt } = clue;
      const lease = await leaseOf(leasing(cache), 'key');
      await advance(400);
      assert.equal(await leasing(cache).fill('key', 1, { lease, expiresAt }), true);
      await advance(599);
      assert.equal(await cache.has('key'), true);
      await advance(1);
      await assertMiss(cache, 'key');
      const late = await leaseOf(leasing(cache), 'key');
      await leasing(cache).fill('key', 1, { lease: late, expiresAt });
      await assertMiss(cache, 'key');
    },
  },
];
