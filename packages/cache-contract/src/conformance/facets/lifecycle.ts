import assert from 'node:assert/strict';
import type { Cache } from '../../cache.js';
import type { ConformanceCase } from '../conformance-case.js';
import { hasAdd } from '../../adding-cache.js';
import { hasMany } from '../../batch-cache.js';
import { hasEntries } from '../../iterable-cache.js';
import { hasLeases, type Lease } from '../../leasing-cache.js';
import { systemClock } from '../../system-clock.js';
import { assertRefused } from './assertions.js';

const facet = 'lifecycle';

function everyCall(cache: Cache): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    get: () => cache.get('key'),
    lookup: () => cache.lookup('key'),
    set: () => cache.set('key', 1),
    delete: () => cache.delete('key'),
    has: () => cache.has('key'),
    clear: () => cache.clear(),
    size: () => cache.size(),
    getKeys: () => cache.getKeys(),
    getStats: () => cache.getStats(),
    ...(hasLeases(cache) && {
      lookupOrLease: () => cache.lookupOrLease('key'),
      fill: () => cache.fill('key', 1, { lease: 'a lease' as Lease }),
    }),
    ...(hasAdd(cache) && { add: () => cache.add('key', 1) }),
    ...(hasEntries(cache) && {
      entries: async () => cache.entries()[Symbol.asyncIterator]().next(),
    }),
    ...(hasMany(cache) && {
      getMany: () => cache.getMany(['key']),
      setMany: () => cache.setMany([{ key: 'key', value: 1 }]),
      deleteMany: () => cache.deleteMany(['key']),
    }),
  };
}

/** Timers that keep the process alive. */
function liveTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

export const lifecycle: readonly ConformanceCase[] = [
  {
    facet,
    title: 'shuts down twice as well as once',
    endsShutDown: true,
    run: async ({ cache }) => {
      await cache.set('key', 1);
      await cache.shutdown();
      await cache.shutdown();
    },
  },
  {
    facet,
    title: 'refuses every call after shutdown',
    endsShutDown: true,
    run: async ({ cache }) => {
      await cache.set('key', 1);
      await cache.shutdown();
      for (const [name, call] of Object.entries(everyCall(cache))) {
        await assertRefused('SHUT_DOWN', name, call);
      }
    },
  },
  {
    facet,
    title: 'is shut down by `await using`',
    endsShutDown: true,
    run: async ({ cache }) => {
      await cache[Symbol.asyncDispose]();
      await assertRefused('SHUT_DOWN', 'get', () => cache.get('key'));
    },
  },
  {
    facet,
    title: 'keeps no process alive by its timers',
    notFor: ({ shared }) => (shared ? 'its connection keeps the process alive' : undefined),
    run: async ({ create }) => {
      const before = liveTimers();
      const cache = await create({ clock: systemClock });
      await cache.set('key', 1, { ttl: 60_000 });
      await cache.get('key');
      const after = liveTimers();
      await cache.shutdown();
      assert.equal(after, before, 'a timer would keep the process alive: unref it');
    },
  },
];
