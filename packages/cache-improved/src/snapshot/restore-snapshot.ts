import { assertValue, CacheError, MAX_TTL, type Clock } from '@resync/cache-contract';
import { wholeBound } from '../cache-options.js';
import type { Awaitable } from '../cache-storage.js';
import { NewEntry } from '../new-entry.js';
import { systemPause } from '../system-pause.js';
import type { ValueCodec } from '../value-codec.js';
import { readSnapshot } from './read-snapshot.js';
import type { RestoreWatch } from './restore-watch.js';
import { isSnapshotError, snapshotError, type SnapshotEntry } from './snapshot-format.js';
import type { SnapshotInput } from './snapshot-lines.js';

/** How entries become text and back. */
export interface SnapshotOptions<V> {
  /** Default: JSON of plain data. */
  readonly codec?: ValueCodec<V>;
}

/** Options of a restore. */
export interface RestoreOptions<V> extends SnapshotOptions<V> {
  /**
   * A snapshot that is cut or was changed: `refuse` it whole, which holds all of it in memory until its
   * end was seen, or `keep` what came before the fault. Default `refuse`.
   */
  readonly partial?: 'refuse' | 'keep';
  /** A snapshot of more bytes is refused. Default 1 GiB. */
  readonly maxBytes?: number;
  /** A snapshot with an entry of more bytes is refused. Default 64 MiB. */
  readonly maxEntryBytes?: number;
}

/** What became of the entries of a snapshot. */
export interface RestoreReport {
  readonly restored: number;
  /** Their time was over. */
  readonly expired: number;
  /** Something newer was there, or was written or removed since the restore began. */
  readonly overtaken: number;
  /** The storage refused them. */
  readonly refused: number;
  /** Those that the snapshot left out when it was taken, because their value could not be written. */
  readonly leftOut: number;
  /** False where the snapshot was cut or changed, and what came before was kept. */
  readonly isWhole: boolean;
}

/** Where entries are restored to. */
export interface RestoreTarget<V> {
  readonly clock: Clock;
  readonly codec: ValueCodec<V>;
  readonly watch: RestoreWatch;
  /** False where a live entry is there. */
  readonly add: (entry: NewEntry<V>) => Awaitable<boolean>;
}

type Decoded<V> = readonly [SnapshotEntry, V];

const GIBIBYTE = 2 ** 30;

/** @throws CacheError `INVALID_SNAPSHOT`, or `INVALID_OPTION` */
export async function restoreSnapshot<V>(
  input: SnapshotInput,
  target: RestoreTarget<V>,
  options: RestoreOptions<V>,
): Promise<RestoreReport> {
  const limits = {
    maxBytes: wholeBound('maxBytes', options.maxBytes ?? GIBIBYTE),
    maxEntryBytes: wholeBound('maxEntryBytes', options.maxEntryBytes ?? GIBIBYTE / 16),
  };
  const { partial = 'refuse' } = options as { partial?: string };
  if (partial !== 'refuse' && partial !== 'keep') {
    throw new CacheError('INVALID_OPTION', `expected partial to be "refuse" or "keep"`);
  }
  const counts = { restored: 0, expired: 0, overtaken: 0, refused: 0 };
  const held: (readonly Decoded<V>[])[] = [];
  const restore = async (part: readonly Decoded<V>[]): Promise<void> => {
    for (const [entry, value] of part) counts[await store(entry, value, target)] += 1;
    await systemPause();
  };
  const lines = readSnapshot(input, limits);
  let hasHeader = false;
  try {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) {
        for (const part of held) await restore(part);
        return { ...counts, leftOut: next.value.leftOut, isWhole: true };
      }
      hasHeader = true;
      const part = next.value.map((entry) => decoded(entry, target.codec));
      if (partial === 'refuse') held.push(part);
      else await restore(part);
    }
  } catch (error) {
    if (partial === 'keep' && hasHeader && isSnapshotError(error)) {
      return { ...counts, leftOut: 0, isWhole: false };
    }
    throw error;
  } finally {
    await lines.return({ entries: 0, leftOut: 0, checksum: '' });
  }
}

async function store<V>(
  entry: SnapshotEntry,
  value: V,
  { clock, watch, add }: RestoreTarget<V>,
): Promise<'restored' | 'expired' | 'overtaken' | 'refused'> {
  const ttl = entry.expiresAt - clock.now();
  if (!(ttl > 0)) return 'expired';
  if (ttl > MAX_TTL && ttl !== Infinity) return 'refused';
  if (!watch.allows(entry.key, entry.tags)) return 'overtaken';
  try {
    const { key, tags, expiresAt } = entry;
    const added = add(new NewEntry(key, value, { tags, lifetime: { ttl, expiresAt } }));
    const isStored = added instanceof Promise ? await added : added;
    return isStored ? 'restored' : 'overtaken';
  } catch (error) {
    if (error instanceof CacheError && error.code === 'SHUT_DOWN') throw error;
    return 'refused';
  }
}

function decoded<V>(entry: SnapshotEntry, codec: ValueCodec<V>): Decoded<V> {
  const { key, text } = entry;
  try {
    const value = codec.decode(text);
    assertValue(value);
    return [entry, value];
  } catch (cause) {
    throw snapshotError(`expected a value for ${JSON.stringify(key)}; it cannot be read`, cause);
  }
}
