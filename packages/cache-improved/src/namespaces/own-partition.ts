import type { Awaitable, CacheStorage } from '../cache-storage.js';
import { Partition, PREFIX_MARK, type PartitionableStorage } from './partition.js';

/** What is in a storage beside its parts. */
export class OwnPartition<V> extends Partition<V> {
  /** @param keys of the entries that are there already */
  constructor(whole: PartitionableStorage<V>, keys: readonly string[]) {
    super(whole, '');
    for (const key of keys) this.keys.add(key);
  }

  /** Of the parts too. */
  bytes(): number | undefined {
    return this.whole.bytes?.();
  }

  /** The bounds of the whole; left out where that has none. */
  get resize(): CacheStorage<V>['resize'] {
    const { whole } = this;
    return whole.resize === undefined ? undefined : (bounds) => whole.resize?.(bounds);
  }

  /** The parts end with it. */
  override close(): Awaitable<void> {
    return this.whole.close();
  }

  protected override owns(key: string): boolean {
    return !key.startsWith(PREFIX_MARK);
  }
}
