import { CacheError, describeValue, type IterableCache } from '@resync/cache-contract';
import { AdaptedCache } from '../adapter/adapted-cache.js';
import { backendFailure } from '../adapter/backend-failure.js';
import { KeyvBackend, type KeyvCacheOptions } from '../keyv/keyv-backend.js';
import type { KeyvInstance, KeyvRaw } from '../keyv/keyv-instance.js';

/** The part of a `Cacheable` of cacheable 2 that the adapter uses. */
export interface CacheableInstance {
  readonly primary: KeyvInstance;
  readonly secondary?: KeyvInstance | undefined;
  readonly nonBlocking: boolean;
  readonly ttl?: number | string | undefined;
  readonly maxTtl?: number | string | undefined;
  getRaw(key: string): Promise<KeyvRaw | undefined>;
  set(key: string, value: unknown, options: { ttl?: number }): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

/**
 * A cacheable behind the contract.
 *
 * @throws CacheError `INVALID_OPTION` for one that does not wait for its writes, or whose `maxTtl` is no number
 */
export function cacheableCache<V = unknown>(
  cacheable: CacheableInstance,
  options: KeyvCacheOptions = {},
): IterableCache<V> {
  const { primary, secondary, ttl, maxTtl } = cacheable;
  if (cacheable.nonBlocking) {
    throw new CacheError(
      'INVALID_OPTION',
      'expected a cacheable without nonBlocking, which answers before it has written; got one with',
    );
  }
  if (maxTtl !== undefined && typeof maxTtl !== 'number') {
    throw new CacheError(
      'INVALID_OPTION',
      `expected maxTtl in milliseconds; got ${describeValue(maxTtl)}`,
    );
  }
  const backend = new KeyvBackend<V>(
    {
      name: 'cacheable',
      tiers: secondary === undefined ? [primary] : [primary, secondary],
      ...(ttl === undefined && secondary === undefined && { defaultTtl: primary.ttl ?? Infinity }),
      ...(maxTtl !== undefined && { maxTtl }),
      normalises: [
        { behaviour: 'end', beneath: 'disconnect() closes the stores' },
        { behaviour: 'default ttl', beneath: 'lifetimes may be words, such as "1h"' },
      ],
      read: (key) => cacheable.getRaw(key),
      write: (key, value, written) =>
        hearing(cacheable, () =>
          cacheable.set(key, value, written === undefined ? {} : { ttl: written }),
        ),
      remove: (key) => cacheable.delete(key),
      clear: () => cacheable.clear(),
      disconnect: () => cacheable.disconnect(),
    },
    options,
  );
  return new AdaptedCache<V>(backend, options.clock);
}

/**
 * Rejects where a set failed, which cacheable says in an event only. The event names no key: of two
 * sets at once that both fail, each may hear the other's reason.
 */
async function hearing(cacheable: CacheableInstance, set: () => Promise<boolean>): Promise<void> {
  const heard: unknown[] = [];
  const hear = (error: unknown): void => {
    heard.push(error);
  };
  cacheable.on('error', hear);
  try {
    if (!(await set())) throw backendFailure('cacheable', heard[0] ?? 'set answered false');
  } finally {
    cacheable.off('error', hear);
  }
}
