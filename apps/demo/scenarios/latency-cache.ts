import type { Cache } from '@resync/cache-contract';

const CALLS: readonly (string | symbol)[] = [
  'get',
  'lookup',
  'lookupOrLease',
  'fill',
  'set',
  'add',
  'delete',
];

/** The cache as it is, but that each call for a key takes so long. */
export function withLatency<V>(cache: Cache<V>, latency: () => Promise<void>): Cache<V> {
  return new Proxy(cache, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      if (!CALLS.includes(name)) return call;
      return async (...args: unknown[]) => {
        await latency();
        return call(...args);
      };
    },
  });
}
