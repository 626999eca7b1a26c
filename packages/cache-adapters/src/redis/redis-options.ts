import type { AdapterOptions } from '../adapter/adapter-options.js';
import type { TextCodec } from '../adapter/text-codec.js';

/** How a cache is kept on a Redis or Valkey server. */
export interface RedisCacheOptions<V> extends AdapterOptions, Partial<TextCodec<V>> {
  /** What the keys of this cache begin with on the server, and no other keys. */
  readonly prefix: string;
  /** The lifetime in milliseconds of an entry that is set without one. Default: for ever. */
  readonly defaultTtl?: number;
  /** Milliseconds that a lease is held at most. Default one minute. */
  readonly leaseTtl?: number;
  /** Names leases; never gives the same text twice. Default: random. */
  readonly newName?: () => string;
}
