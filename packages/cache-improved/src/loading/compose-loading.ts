import type { Clock, LeasedLookup } from '@resync/cache-contract';
import type { CacheMetrics } from '../cache-metrics.js';
import type { Awaitable } from '../cache-storage.js';
import type { CacheTTLManager } from '../cache-ttl-manager.js';
import type { EntryWrites } from '../entry-writes.js';
import type { KeyRecords } from '../key-records.js';
import type { Lifetime } from '../lifetime.js';
import { NewEntry } from '../new-entry.js';
import type { Flight } from './flight.js';
import { loadPolicy, PLAIN_LOADS, type LoadDefaults } from './load-options.js';
import { Loads } from './loads.js';
import type { MissedKey } from './missed-key.js';
import { ReadThrough } from './read-through.js';

/** What loading needs of a cache. */
export interface LoadingParts<V> {
  readonly clock: Clock;
  readonly ttl: CacheTTLManager;
  readonly metrics: CacheMetrics;
  readonly records: KeyRecords<V>;
  readonly writes: EntryWrites<V>;
  readonly defaults: LoadDefaults | undefined;
}

/** The loads of a cache, and the reads that begin them. */
export interface Loading<V> {
  readonly loads: Loads<V>;
  readonly reads: ReadThrough<V>;
}

/** @throws CacheError `INVALID_OPTION` for defaults that cannot be */
export function composeLoading<V>(parts: LoadingParts<V>): Loading<V> {
  const { clock, ttl, metrics, records, writes } = parts;
  const { leases, loaded, failures } = records;
  const { local, expiry } = writes.storage.traits;
  const keep = ({ key, policy }: Flight<V>, lifetime: Lifetime): void => {
    const { grace, tags, eagerRefresh } = policy;
    const hasEnd = lifetime.ttl > 0 && lifetime.ttl !== Infinity;
    const isKept = grace > 0 || eagerRefresh !== undefined;
    if (isKept && hasEnd && writes.storage.has(key) === true) {
      loaded.add(key, { ...lifetime, grace, tags });
    }
  };
  const store = (flight: Flight<V>, value: V, given = flight.policy.ttl): Awaitable<boolean> => {
    const { key, policy, fillLease } = flight;
    const lifetime = ttl.lifetime(given);
    const entry = new NewEntry(key, value, { lifetime, tags: policy.tags });
    const stored = writes.storeLoaded(entry, fillLease);
    if (!(stored instanceof Promise)) {
      keep(flight, lifetime);
      return stored;
    }
    return stored.then((isStored) => {
      keep(flight, lifetime);
      return isStored;
    });
  };
  const giveBack = ({ key, fillLease }: Pick<MissedKey, 'key' | 'fillLease'>): void =>
    writes.release(key, fillLease);
  const loads = new Loads({ clock, leases, loaded, failures, store, giveBack });
  const reads = new ReadThrough({
    loads,
    loaded,
    failures,
    leases,
    clock,
    metrics,
    giveBack,
    defaults: loadPolicy(parts.defaults, PLAIN_LOADS),
    isLocal: local,
    grantsLeases: writes.storage.lookupOrLease !== undefined,
    hasFixedEnds: local && expiry === 'absolute' && writes.storage.observeRemovals !== undefined,
    isOneRight: (one, other) => writes.storage.isOneRight?.(one, other) ?? true,
    lookup: (key): Awaitable<LeasedLookup<V>> =>
      writes.storage.lookupOrLease?.(key) ?? writes.storage.lookup(key),
  });
  return { loads, reads };
}
