import { CacheError } from './cache-error.js';

/**
 * Refuses what `get` could not hand over: `undefined`, which is how it spells a miss, and anything
 * that a promise would not resolve with as it is, because it has a `then` of its own or fails when
 * it is asked for one.
 *
 * @throws CacheError `INVALID_VALUE`
 */
export function assertValue(value: unknown): void {
  if (value === undefined) {
    throw new CacheError(
      'INVALID_VALUE',
      'expected a value; got undefined, which means a miss. Store null for "known to be nothing", or delete the key',
    );
  }
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    assertNoThenable(value);
  }
}

function assertNoThenable(value: object): void {
  let then: unknown;
  try {
    ({ then } = value as { then?: unknown });
  } catch (cause) {
    throw new CacheError(
      'INVALID_VALUE',
      'expected a value that can be handed over; got one that throws when it is read',
      { cause },
    );
  }
  if (typeof then !== 'function') return;
  throw new CacheError(
    'INVALID_VALUE',
    'expected a value; got a promise or something like one. Await it, and store what it gives',
  );
}
