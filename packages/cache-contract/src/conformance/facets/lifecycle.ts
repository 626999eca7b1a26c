import type { Cache } from '../../cache.js';
import type { ConformanceCase } from '../conformance-case.js';
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
  };
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
];
