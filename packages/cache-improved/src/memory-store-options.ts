import type { Clock } from '@resync/cache-contract';
import type { Removal } from './cache-storage.js';
import type { PolicyName } from './engine/policies.js';

/** Bounds of the synchronous engine. */
export interface MemoryBounds {
  /** At most so many entries. Default 100 000. */
  readonly maxEntries?: number;
  /** At most so many bytes, as `sizeOf` weighs them. Default: no such bound. */
  readonly maxBytes?: number;
}

/** Options of the synchronous engine. */
export interface MemoryStoreOptions<V> extends MemoryBounds {
  /** The weight of an entry in bytes, 0 or more. Default with `maxBytes`: a cheap estimate of its memory. */
  readonly sizeOf?: (value: V, key: string) => number;
  /** Lifetime of an entry that is set without one, in milliseconds. Default: for ever. */
  readonly ttl?: number;
  /**
   * Which entry makes room. `s3-fifo`, the default, keeps what is used again rather than what was used
   * last, and never does much worse than `lru`, the least recently used entry.
   */
  readonly policy?: PolicyName;
  /** `sliding`: a read starts the lifetime anew. Default `absolute`. */
  readonly expiry?: 'absolute' | 'sliding';
  /**
   * Told of each entry that is gone, once the call that removed it is done. What it throws reaches the
   * caller, after all were told. Default: nobody is told.
   */
  readonly onRemoval?: (removal: Removal<V>) => void;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** 0 up to 1, for the seed of the keys' hashes. Default: the machine's. */
  readonly random?: () => number;
}
