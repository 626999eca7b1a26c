import { CacheError } from '@resync/cache-contract';

/*
 * A snapshot is text in UTF-8, one JSON value a line:
 *
 *   {"format":"resync-cache-snapshot","version":1,"takenAt":1767225600000}
 *   ["key",1767229200000,"encoded value"]          ends at, in milliseconds since the epoch; null: never
 *   ["key",null,"encoded value",["tag"]]
 *   {"checksum":"89abcdef"}                        now and then, of every byte before this line
 *   {"end":true,"entries":2,"leftOut":0,"checksum":"0f1e2d3c"}      of every byte before this line
 */

export const SNAPSHOT_FORMAT = 'resync-cache-snapshot';
export const SNAPSHOT_VERSION = 1;

/** So many characters of entries, about, come between two checksums, and are written or stored at a time. */
export const PART = 16 * 1024;

/** One entry of a snapshot; the value is still encoded. */
export interface SnapshotEntry {
  readonly key: string;
  /** Milliseconds since the epoch, or `Infinity`. */
  readonly expiresAt: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** The last line of a snapshot. */
export interface SnapshotTrailer {
  readonly entries: number;
  /** Entries that the codec could not write. */
  readonly leftOut: number;
  readonly checksum: string;
}

/** What is no snapshot, or not a whole one. */
export type SnapshotError = CacheError<'INVALID_SNAPSHOT'>;

export function snapshotError(expected: string, cause?: unknown): SnapshotError {
  return new CacheError('INVALID_SNAPSHOT', expected, cause === undefined ? {} : { cause });
}

export function isSnapshotError(error: unknown): error is SnapshotError {
  return error instanceof CacheError && error.code === 'INVALID_SNAPSHOT';
}
