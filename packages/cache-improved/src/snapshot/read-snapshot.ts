import { assertKey, describeValue } from '@resync/cache-contract';
import { checkedTags } from '../tags/tags.js';
import { Crc32 } from './crc32.js';
import {
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  snapshotError,
  type SnapshotEntry,
  type SnapshotError,
  type SnapshotTrailer,
} from './snapshot-format.js';
import { snapshotLines, type SnapshotInput, type SnapshotLimits } from './snapshot-lines.js';

const LINE_END = Uint8Array.of(0x0a);

/**
 * The entries of a snapshot, as many at a time as a checksum stands behind, then what its last line says
 * of them. The first list is empty, and tells that it is a snapshot.
 *
 * @throws CacheError `INVALID_SNAPSHOT` for what is none, was cut or was changed
 */
export async function* readSnapshot(
  input: SnapshotInput,
  limits: SnapshotLimits,
): AsyncGenerator<readonly SnapshotEntry[], SnapshotTrailer, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const checksum = new Crc32();
  let number = 0;
  let entries = 0;
  let part: SnapshotEntry[] = [];
  let trailer: SnapshotTrailer | undefined;
  for await (const bytes of snapshotLines(input, limits)) {
    number += 1;
    if (trailer !== undefined) throw snapshotError('expected nothing after the end; got more');
    const line = parsed(bytes, decoder, number);
    if (Array.isArray(line) && number > 1) {
      part.push(entryOf(line, number));
      entries += 1;
    } else {
      if (number === 1) checkHeader(line);
      else if (isCheckpoint(line)) checkEqual(line.checksum, checksum.digest());
      else trailer = trailerOf(line, { entries, checksum: checksum.digest() });
      yield part;
      part = [];
    }
    checksum.add(bytes);
    checksum.add(LINE_END);
  }
  if (trailer === undefined) {
    throw snapshotError(`expected a whole snapshot; got one that is cut after line ${number}`);
  }
  return trailer;
}

function parsed(
  bytes: Uint8Array,
  decoder: InstanceType<typeof TextDecoder>,
  number: number,
): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch (cause) {
    throw snapshotError(`expected JSON in line ${number}; got something else, or it is cut`, cause);
  }
}

function checkHeader(line: unknown): void {
  const { format, version } = recordOf(line);
  if (format !== SNAPSHOT_FORMAT) {
    throw snapshotError(`expected a snapshot of a cache; got ${describeValue(line)}`);
  }
  if (version !== SNAPSHOT_VERSION) {
    throw snapshotError(`expected version ${SNAPSHOT_VERSION}; got ${describeValue(version)}`);
  }
}

function entryOf(line: readonly unknown[], number: number): SnapshotEntry {
  const [key, end, text, tags] = line;
  if (typeof text !== 'string' || !(end === null || Number.isFinite(end)) || line.length > 4) {
    throw snapshotError(`expected an entry in line ${number}: a key, an end and a value`);
  }
  try {
    assertKey(key);
    const expiresAt = end === null ? Infinity : (end as number);
    return { key, expiresAt, text, tags: checkedTags(tags as readonly string[] | undefined) };
  } catch (cause) {
    throw snapshotError(`expected an entry in line ${number}; ${String(cause)}`, cause);
  }
}

function isCheckpoint(line: unknown): line is { readonly checksum: unknown } {
  const { checksum, end } = recordOf(line);
  return checksum !== undefined && end === undefined;
}

function checkEqual(written: unknown, read: string): void {
  if (written !== read) throw changed();
}

function changed(): SnapshotError {
  return snapshotError('expected entries as they were written; their number or checksum differs');
}

function trailerOf(
  line: unknown,
  read: Pick<SnapshotTrailer, 'entries' | 'checksum'>,
): SnapshotTrailer {
  const { end, entries, leftOut, checksum } = recordOf(line);
  if (end !== true || entries !== read.entries) throw changed();
  checkEqual(checksum, read.checksum);
  return { ...read, leftOut: typeof leftOut === 'number' ? leftOut : 0 };
}

function recordOf(line: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof line === 'object' && line !== null ? (line as Record<string, unknown>) : {};
}
