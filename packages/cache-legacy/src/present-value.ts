/** @throws TypeError for null and undefined: the old cache says a miss with null, and stores none */
export function assertPresent(value: unknown): void {
  if (value === null || value === undefined) {
    throw new TypeError(`expected a value; got ${String(value)}`);
  }
}
