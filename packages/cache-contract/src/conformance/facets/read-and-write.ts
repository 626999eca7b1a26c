import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertMiss } from './assertions.js';

const facet = 'read and write';

export const readAndWrite: readonly ConformanceCase[] = [
  {
    facet,
    title: 'misses a key that was never set',
    run: async ({ cache }) => {
      await assertMiss(cache, 'nobody');
      assert.equal(await cache.delete('nobody'), false);
      assert.equal(await cache.size(), 0);
      assert.deepEqual(await cache.getKeys(), []);
    },
  },
  {
    facet,
    title: 'reads back what was set',
    run: async ({ cache }) => {
      await cache.set('job', { state: 'EXEC' });
      await assertHit(cache, 'job', { state: 'EXEC' });
    },
  },
  {
    facet,
    title: 'reads the newest of several values',
    run: async ({ cache }) => {
      await cache.set('job', 1);
      await cache.set('job', 2);
      await assertHit(cache, 'job', 2);
      assert.equal(await cache.size(), 1);
    },
  },
  {
    facet,
    title: 'keeps keys apart',
    run: async ({ cache }) => {
      await cache.set('a', 1);
      await cache.set('b', 2);
      await cache.delete('a');
      await assertMiss(cache, 'a');
      await assertHit(cache, 'b', 2);
    },
  },
  {
    facet,
    title: 'says once that it deleted a live entry',
    run: async ({ cache }) => {
      await cache.set('job', 1);
      assert.equal(await cache.delete('job'), true);
      assert.equal(await cache.delete('job'), false);
      await assertMiss(cache, 'job');
    },
  },
  {
    facet,
    title: 'stores again after a delete',
    run: async ({ cache }) => {
      await cache.set('job', 1);
      await cache.delete('job');
      await cache.set('job', 2);
      await assertHit(cache, 'job', 2);
    },
  },
  {
    facet,
    title: 'lists and counts the live entries',
    run: async ({ cache }) => {
      for (const key of ['a', 'b', 'c']) await cache.set(key, key);
      await cache.delete('b');
      assert.deepEqual((await cache.getKeys()).sort(), ['a', 'c']);
      assert.equal(await cache.size(), 2);
    },
  },
];
