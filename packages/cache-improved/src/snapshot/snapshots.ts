import type { CacheEntry, Clock } from '@resync/cache-contract';
import type { Awaitable } from '../cache-storage.js';
import type { EntryWrites } from '../entry-writes.js';
import type { KeyRecords } from '../key-records.js';
import type { NewEntry } from '../new-entry.js';
import { jsonCodec, type ValueCodec } from '../value-codec.js';
import {
  restoreSnapshot,
  type RestoreOptions,
  type RestoreReport,
  type SnapshotOptions,
} from './restore-snapshot.js';
import type { SnapshotInput } from './snapshot-lines.js';
import { writeSnapshot } from './write-snapshot.js';

/** The cache whose entries are written down and restored. */
export interface SnapshotSubject<V> {
  readonly clock: Clock;
  readonly records: KeyRecords<V>;
  readonly writes: EntryWrites<V>;
  /** @throws CacheError `SHUT_DOWN` */
  readonly checkOpen: () => void;
}

/** Snapshots of one cache. */
export class Snapshots<V> {
  readonly #subject: SnapshotSubject<V>;

  constructor(subject: SnapshotSubject<V>) {
    this.#subject = subject;
  }

  take(
    entries: AsyncIterable<CacheEntry<V>>,
    { codec = jsonCodec as ValueCodec<V> }: SnapshotOptions<V>,
  ): AsyncIterableIterator<Uint8Array> {
    const { clock, records } = this.#subject;
    const tagsOf = (key: string): readonly string[] => records.tags.tagsOf(key);
    return writeSnapshot({ entries, tagsOf, codec, takenAt: clock.now() });
  }

  async restore(input: SnapshotInput, options: RestoreOptions<V>): Promise<RestoreReport> {
    const { clock, records, writes, checkOpen } = this.#subject;
    checkOpen();
    const watch = records.restores.begin();
    const add = (entry: NewEntry<V>): Awaitable<boolean> => {
      checkOpen();
      return writes.restore(entry);
    };
    const codec = options.codec ?? (jsonCodec as ValueCodec<V>);
    try {
      return await restoreSnapshot(input, { clock, codec, watch, add }, options);
    } finally {
      records.restores.end(watch);
    }
  }
}
