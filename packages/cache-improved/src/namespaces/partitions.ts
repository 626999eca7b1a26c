import { CacheError } from '@resync/cache-contract';
import type { CacheStorage, Removal } from '../cache-storage.js';
import { OwnPartition } from './own-partition.js';
import { Partition, PREFIX_MARK, type PartitionableStorage } from './partition.js';

const NEEDED_BY_PARTS = ['add', 'entries', 'observeRemovals', 'removeExpired'] as const;

/** The parts of a storage, by name, and what is beside them. */
export class Partitions<V> {
  /** The entries that are in no part. */
  readonly own: Partition<V>;
  readonly #whole: PartitionableStorage<V>;
  readonly #parts = new Map<string, Partition<V>>();

  /** @throws CacheError `INVALID_OPTION` for a storage that cannot be divided */
  constructor(whole: CacheStorage<V>) {
    if (!isPartitionable(whole)) {
      throw new CacheError(
        'INVALID_OPTION',
        'expected a storage in the process that tells of removals; give each namespace of a remote one a storage of its own',
      );
    }
    this.#whole = whole;
    this.own = new OwnPartition(whole, whole.getKeys() as string[]);
  }

  /** The part of that name, which comes into being when it is asked for. */
  part(name: string): Partition<V> {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const part = new Partition(this.#whole, prefixOf(name));
    this.#parts.set(name, part);
    return part;
  }

  /** Tells the part that an entry belonged to of its end. */
  removed(removal: Removal<V>): void {
    const { key } = removal;
    const part = key.startsWith(PREFIX_MARK)
      ? this.#parts.get(key.slice(1, key.indexOf(PREFIX_MARK, 1)))
      : this.own;
    part?.removed(removal);
  }
}

/** The key as its caller wrote it, whatever parts it is in. */
export function keyWithoutPrefix(key: string): string {
  return key.startsWith(PREFIX_MARK) ? key.slice(key.lastIndexOf(PREFIX_MARK) + 1) : key;
}

function prefixOf(name: string): string {
  return PREFIX_MARK + name + PREFIX_MARK;
}

function isPartitionable<V>(storage: CacheStorage<V>): storage is PartitionableStorage<V> {
  return storage.traits.local && NEEDED_BY_PARTS.every((method) => storage[method] !== undefined);
}
