import type { Clock } from '@resync/cache-contract';
import type { CacheMetrics } from './cache-metrics.js';
import type { Removal } from './cache-storage.js';
import { LocalLeases } from './leases/local-leases.js';
import { Failures } from './loading/failures.js';
import { LoadedEntries } from './loading/loaded-entries.js';
import type { StaleBounds } from './loading/stale-values.js';
import type { RemovalReports } from './removals/removal-reports.js';
import { RestoreWatches } from './snapshot/restore-watch.js';
import { TaggedKeys } from './tags/tagged-keys.js';

/** What {@link KeyRecords} are made of. */
export interface KeyRecordsParts<V> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: CacheMetrics;
  readonly staleBounds: StaleBounds<V>;
  readonly reports: RemovalReports<V> | undefined;
}

/** All that a cache remembers of keys beside their entries, and what a write or a removal does to it. */
export class KeyRecords<V> {
  readonly leases = new LocalLeases();
  readonly tags = new TaggedKeys();
  readonly restores = new RestoreWatches();
  readonly loaded: LoadedEntries<V>;
  readonly failures: Failures;
  readonly #metrics: CacheMetrics;
  readonly #reports: RemovalReports<V> | undefined;

  constructor({ clock, random, metrics, staleBounds, reports }: KeyRecordsParts<V>) {
    this.loaded = new LoadedEntries(clock, staleBounds);
    this.failures = new Failures(clock, random);
    this.#metrics = metrics;
    this.#reports = reports;
  }

  /** The key was set, deleted or filled: nothing that began before may be stored or served any longer. */
  written(key: string): void {
    this.leases.kill(key);
    this.loaded.written(key);
    this.failures.forget(key);
    this.restores.written(key);
  }

  /** As `written`, for all keys. */
  cleared(): void {
    this.leases.killAll();
    this.loaded.clear();
    this.failures.clear();
    this.restores.cleared();
  }

  /** An entry is gone, for whatever reason. */
  removed(removal: Removal<V>): void {
    this.#metrics.removed(removal);
    this.loaded.removed(removal);
    this.tags.remove(removal.key);
    this.#reports?.add(removal);
  }
}
