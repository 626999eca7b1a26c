import { numberName, numberNamed } from '@resync/cache-contract/plain-data';

const LABEL = '@resync/number';

/** A number that JSON cannot write, as an object that it can; every other value as it is. */
export function boxNumber(value: unknown): unknown {
  const name = numberName(value);
  return name === undefined ? value : { [LABEL]: name };
}

/** What {@link boxNumber} was given. */
export function unboxNumber(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !(LABEL in stored)) return stored;
  return numberNamed(stored[LABEL]) ?? stored;
}
