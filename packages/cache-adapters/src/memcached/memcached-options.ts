import type { AdapterOptions } from '../adapter/adapter-options.js';
import type { TextCodec } from '../adapter/text-codec.js';

/** How a cache is kept on a memcached. */
export interface MemcachedCacheOptions<V> extends AdapterOptions, Partial<TextCodec<V>> {
  /** What the keys of this cache begin with on the server, and no other keys: letters, digits, `.`, `:`, `_` and `-`. */
  readonly prefix: string;
  /** The keys of everything on the server, for `size`, `getKeys`, `getStats` and `entries`: see `listMemcachedKeys`. */
  readonly listKeys: () => AsyncIterable<string>;
  /** The lifetime in milliseconds of an entry that is set without one. Default: for ever. */
  readonly defaultTtl?: number;
  /** Milliseconds that a lease is held at most, at least a second. Default one minute. */
  readonly leaseTtl?: number;
  /** The most that an entry may weigh, in bytes, with what the adapter adds. Default 1 000 000, for a server with its default of 1 MiB. */
  readonly maxItemBytes?: number;
  /** Names generations and leases; never gives the same text twice. Default: random. */
  readonly newName?: () => string;
}
