import type { CacheCapabilities } from '@resync/cache-contract';
import type { CacheStorage } from './cache-storage.js';

/** What a cache over the storage can do. */
export function capabilitiesOf<V>(storage: CacheStorage<V>, defaultTtl: number): CacheCapabilities {
  const { local, ...traits } = storage.traits;
  return {
    ...traits,
    leases: local || storage.lookupOrLease !== undefined,
    add: storage.add !== undefined,
    entries: storage.entries !== undefined,
    many: true,
    statsNow: local,
    defaultTtl,
    normalises: [],
  };
}
