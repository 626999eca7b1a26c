import type { Cache, CacheCapabilities } from '@resync/cache-contract';
import type { MigrationSettings } from './migration-options.js';

/** What a migration can do, whatever its sides can, and how the one that lists its entries keeps them. */
export function capabilitiesOf<V>(
  { legacy, next, defaultTtl, maxTtl }: MigrationSettings<V>,
  listing: Cache<V>,
): CacheCapabilities {
  const { expiry, maxEntries, maxBytes } = listing.capabilities;
  return {
    leases: true,
    expiry,
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxBytes }),
    shared: legacy.capabilities.shared || next.capabilities.shared,
    defaultTtl,
    ...(maxTtl !== Infinity && { maxTtl }),
    normalises: [],
  };
}
