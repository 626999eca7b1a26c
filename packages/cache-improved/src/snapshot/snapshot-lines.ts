import { snapshotError } from './snapshot-format.js';

/** Bytes as they come, or text. */
export type SnapshotInput = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** How much is read of what may be anything. */
export interface SnapshotLimits {
  /** The most bytes of a snapshot. */
  readonly maxBytes: number;
  /** The most bytes of one entry. */
  readonly maxEntryBytes: number;
}

const LINE_END = 0x0a;

/**
 * The lines of a snapshot, each without its end. What comes after the last line end is a line too.
 *
 * @throws CacheError `INVALID_SNAPSHOT` for one over the limits, or chunks that are neither bytes nor text
 */
export async function* snapshotLines(
  input: SnapshotInput,
  { maxBytes, maxEntryBytes }: SnapshotLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let total = 0;
  const add = (part: Uint8Array): void => {
    begun.push(part);
    begunBytes += part.length;
    if (begunBytes <= maxEntryBytes) return;
    throw snapshotError(`expected entries of at most ${maxEntryBytes} bytes; got a longer one`);
  };
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : (chunk as unknown);
    if (!(bytes instanceof Uint8Array)) throw snapshotError('expected chunks of bytes or text');
    total += bytes.length;
    if (total > maxBytes) throw snapshotError(`expected at most ${maxBytes} bytes; got more`);
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      add(bytes.subarray(start, end));
      yield joined(begun, begunBytes);
      begun = [];
      begunBytes = 0;
      start = end + 1;
    }
    if (start < bytes.length) add(bytes.slice(start));
  }
  if (begunBytes > 0) yield joined(begun, begunBytes);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
