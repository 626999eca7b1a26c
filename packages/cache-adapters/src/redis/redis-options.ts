import { CacheError, describeValue } from '@resync/cache-contract';
import type { AdapterOptions } from '../adapter/adapter-options.js';
import type { TextCodec } from '../adapter/text-codec.js';

/** How a cache is kept on a Redis or Valkey server. */
export interface RedisCacheOptions<V> extends AdapterOptions, Partial<TextCodec<V>> {
  /** What the keys of this cache begin with on the server, and no other keys. */
  readonly prefix: string;
  /** The lifetime in milliseconds of an entry that is set without one. Default: for ever. */
  readonly defaultTtl?: number;
  /**
   * Milliseconds after which a write fails, of a batch or a lease too; the server does nothing for it
   * afterwards. Default 1000.
   */
  readonly timeout?: number;
  /** Milliseconds that a lease is held at most. Default one minute. */
  readonly leaseTtl?: number;
  /** Names leases; never gives the same text twice. Default: random. */
  readonly newName?: () => string;
}

/** @throws CacheError `INVALID_OPTION` */
export function timeoutOf({ timeout = 1000 }: Pick<RedisCacheOptions<never>, 'timeout'>): number {
  if (Number.isFinite(timeout) && timeout > 0) return timeout;
  throw new CacheError(
    'INVALID_OPTION',
    `expected timeout in milliseconds, over 0; got ${describeValue(timeout)}`,
  );
}
