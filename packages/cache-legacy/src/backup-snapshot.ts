import { describeValue } from '@resync/cache-contract';
import { canonicalKey } from './canonical-key.js';
import { draftEntry, isExpired, type Entry } from './entry.js';
import { SECOND } from './milliseconds.js';
import type { Shard } from './shard.js';
import { judge, ownProperty, reading, type Verdict } from './verdict.js';

/** One entry of a snapshot. */
export interface SnapshotEntry<V = unknown> {
  readonly data: V;
  /** When it was last written or read, in seconds since the epoch. */
  readonly timestamp: number;
  /** Lifetime from `timestamp`, in seconds. */
  readonly ttl: number;
}

/** The live entries of an old cache, shard by shard; JSON where the values are. */
export interface BackupSnapshot<V = unknown> {
  readonly _metadata: {
    /** Seconds since the epoch. */
    readonly created_at: number;
    readonly total_entries: number;
  };
  readonly [shard: `shard_${number}`]: Readonly<Record<string, SnapshotEntry<V>>>;
}

/** What a snapshot is judged against. */
export interface SnapshotLimits {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

const HOUR = 60 * 60 * SECOND;
const SHARD_NAME = /^shard_(0|[1-9]\d*)$/;

/** @param now milliseconds since the epoch */
export function snapshotOf<V>(shards: readonly Shard<V>[], now: number): BackupSnapshot<V> {
  let total = 0;
  const parts = shards.map(({ entries }, index) => {
    // Without a prototype `__proto__` is a key like any other.
    const part = Object.create(null) as Record<string, SnapshotEntry<V>>;
    for (const [key, entry] of entries) {
      if (isExpired(entry, now)) continue;
      part[key] = {
        data: entry.value,
        // A clock that was put back leaves timestamps which a restore would take for forged.
        timestamp: Math.min(entry.timestamp, now) / SECOND,
        ttl: entry.ttlMs / SECOND,
      };
      total += 1;
    }
    return [`shard_${index}`, part] as const;
  });
  return {
    _metadata: { created_at: now / SECOND, total_entries: total },
    ...Object.fromEntries(parts),
  };
}

/**
 * The entries of a snapshot by age, the oldest first; or what is wrong with it. Each part of it is
 * read once, so that what was judged is what gets stored. Its values are taken for `V`s.
 */
export function readSnapshot<V>(
  snapshot: unknown,
  limits: SnapshotLimits,
): Verdict<readonly (readonly [string, Entry<V>])[]> {
  return judge(() => {
    const parts = record('the snapshot', snapshot);
    const declared = readMetadata(ownProperty(parts, '_metadata'), limits);
    const entries = new Map<string, Entry<V>>();
    for (const name of Object.keys(parts)) {
      if (name === '_metadata') continue;
      if (!SHARD_NAME.test(name)) {
        throw new TypeError('expected _metadata, shard_0, shard_1 and so on; got another name');
      }
      readShard(name, ownProperty(parts, name), { entries, limits });
    }
    if (entries.size !== declared) {
      throw new RangeError(`expected ${declared} entries, as declared; got ${entries.size}`);
    }
    return [...entries].sort(([, a], [, b]) => a.timestamp - b.timestamp);
  });
}

/** The declared number of entries. */
function readMetadata(metadata: unknown, { now, maxEntries }: SnapshotLimits): number {
  const fields = record('_metadata', metadata);
  const createdAt = finite('created_at', ownProperty(fields, 'created_at'));
  if (createdAt > now / SECOND) {
    throw new RangeError(`expected a snapshot of the past; got created_at ${createdAt}`);
  }
  if (now - fromSeconds(createdAt) > HOUR) {
    throw new RangeError(`expected a snapshot of the last hour; got created_at ${createdAt}`);
  }
  const total = finite('total_entries', ownProperty(fields, 'total_entries'));
  if (total > maxEntries) refuseMany(maxEntries, total);
  return total;
}

function readShard<V>(
  name: string,
  shard: unknown,
  { entries, limits }: { entries: Map<string, Entry<V>>; limits: SnapshotLimits },
): void {
  const keyed = record(name, shard);
  const keys = Object.keys(keyed);
  const total = entries.size + keys.length;
  if (total > limits.maxEntries) refuseMany(limits.maxEntries, total);
  keys.forEach((key, index) => {
    reading(`entry ${index + 1} of ${name}`, () => {
      if (entries.has(key)) throw new RangeError('expected a key once; got it twice');
      entries.set(canonicalKey(key), readEntry({ key, entry: ownProperty(keyed, key) }, limits));
    });
  });
}

function readEntry<V>(
  { key, entry }: { key: string; entry: unknown },
  { now, maxBytes }: SnapshotLimits,
): Entry<V> {
  const fields = record('an entry', entry);
  const seconds = finite('timestamp', ownProperty(fields, 'timestamp'));
  if (seconds > now / SECOND) {
    throw new RangeError(`expected a timestamp of the past; got ${describeValue(seconds)}`);
  }
  const value = ownProperty(fields, 'data');
  const draft = draftEntry<V>({ key, value, ttlSeconds: ownProperty(fields, 'ttl') }, maxBytes);
  return { ...draft, timestamp: fromSeconds(seconds) };
}

/** Milliseconds, by way of whole microseconds: 1.001 s are 1001 ms, though 1.001 * 1000 is a little less. */
function fromSeconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}

function record(name: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new TypeError(`expected ${name} to be an object; got ${describeValue(value)}`);
}

function finite(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`expected ${name} to be a finite number; got ${describeValue(value)}`);
}

function refuseMany(maxEntries: number, got: number): never {
  throw new RangeError(`expected at most maxEntries (${maxEntries}) entries; got ${got}`);
}
