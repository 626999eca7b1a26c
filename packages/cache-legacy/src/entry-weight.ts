/**
 * The old cache's weight of an entry, in bytes. It is shallow: what lies behind references does not
 * count.
 *
 * @throws TypeError for a value that cannot be looked at, such as a revoked proxy
 */
export function entryWeight(key: string, value: unknown): number {
  let bytes: number;
  try {
    bytes = 2 * key.length + valueWeight(value);
  } catch (cause) {
    throw new TypeError('expected a value that can be weighed; got one that throws', { cause });
  }
  if (bytes >= 0 && bytes < Infinity) return bytes;
  throw new TypeError(`expected a value that can be weighed; got one of ${bytes} bytes`);
}

function valueWeight(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (Array.isArray(value)) return 16 + 8 * value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'object' && value !== null) return 16 + 8 * Object.keys(value).length;
  return 8;
}
