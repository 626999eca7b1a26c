/**
 * The old cache's idea of a key: whatever it is given, as text.
 *
 * @throws TypeError for null and undefined; RangeError for text that is empty, over 1000 characters
 *   or has NUL, CR or LF
 */
export function canonicalKey(key: unknown): string {
  if (key === null || key === undefined) throw new TypeError(`expected a key; got ${String(key)}`);
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- the old cache takes any object by its text
  const name = String(key);
  if (name.length === 0 || name.length > 1000) {
    throw new RangeError(`expected a key of 1 to 1000 characters; got ${name.length}`);
  }
  if (name.includes('\0') || name.includes('\r') || name.includes('\n')) {
    throw new RangeError('expected a key without NUL, CR and LF');
  }
  return name;
}
