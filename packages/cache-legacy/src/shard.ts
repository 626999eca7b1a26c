import type { Entry } from './entry.js';

/** The entries of the keys with one hash. */
export interface Shard<V> {
  /** In order of timestamp: whatever is read or written moves to the end. */
  readonly entries: Map<string, Entry<V>>;
  /** No entry of the shard expires before this. */
  nextExpiry: number;
}

/** An entry with the place where it is. */
export interface PlacedEntry<V> {
  readonly shard: Shard<V>;
  readonly key: string;
  readonly timestamp: number;
}

export function emptyShard<V>(): Shard<V> {
  return { entries: new Map(), nextExpiry: Infinity };
}

/** 32 bits, unsigned, of the key's code units. */
export function hashOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) {
    hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  }
  return hash >>> 0;
}

/** The entry of the oldest timestamp, one key apart. */
export function oldestIn<V>(
  shards: readonly Shard<V>[],
  except: string | undefined,
): PlacedEntry<V> | undefined {
  let oldest: PlacedEntry<V> | undefined;
  for (const shard of shards) {
    const candidate = oldestOfShard(shard, except);
    if (candidate === undefined) continue;
    if (oldest === undefined || candidate.timestamp < oldest.timestamp) oldest = candidate;
  }
  return oldest;
}

function oldestOfShard<V>(shard: Shard<V>, except: string | undefined): PlacedEntry<V> | undefined {
  for (const [key, { timestamp }] of shard.entries) {
    if (key !== except) return { shard, key, timestamp };
  }
  return undefined;
}
