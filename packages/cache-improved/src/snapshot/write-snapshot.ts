import { CacheError, type CacheEntry } from '@resync/cache-contract';
import type { ValueCodec } from '../value-codec.js';
import { Crc32 } from './crc32.js';
import { PART, SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from './snapshot-format.js';

/** What a snapshot is taken of. */
export interface SnapshotSource<V> {
  readonly entries: AsyncIterable<CacheEntry<V>>;
  readonly tagsOf: (key: string) => readonly string[];
  readonly codec: ValueCodec<V>;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
}

/**
 * The entries as bytes, a piece at a time and only when the next is asked for. A value that the codec
 * refuses is left out and counted.
 */
export async function* writeSnapshot<V>(
  source: SnapshotSource<V>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const checksum = new Crc32();
  const { takenAt } = source;
  let text = lineOf({ format: SNAPSHOT_FORMAT, version: SNAPSHOT_VERSION, takenAt });
  let entries = 0;
  let leftOut = 0;
  const encode = (): Uint8Array => {
    const bytes = encoder.encode(text);
    checksum.add(bytes);
    text = '';
    return bytes;
  };
  for await (const entry of source.entries) {
    const encoded = encodedOf(entry.value, source.codec);
    if (encoded === undefined) {
      leftOut += 1;
      continue;
    }
    entries += 1;
    text += entryLine(entry, encoded, source.tagsOf(entry.key));
    if (text.length < PART) continue;
    yield encode();
    text = lineOf({ checksum: checksum.digest() });
  }
  yield encode();
  yield encoder.encode(lineOf({ end: true, entries, leftOut, checksum: checksum.digest() }));
}

function encodedOf<V>(value: V, codec: ValueCodec<V>): string | undefined {
  try {
    return codec.encode(value);
  } catch (error) {
    if (error instanceof CacheError && error.code === 'INVALID_VALUE') return undefined;
    throw error;
  }
}

function entryLine(
  { key, expiresAt = Infinity }: CacheEntry<unknown>,
  encoded: string,
  tags: readonly string[],
): string {
  const end = expiresAt === Infinity ? null : expiresAt;
  return lineOf(tags.length === 0 ? [key, end, encoded] : [key, end, encoded, tags]);
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
