import { CacheError } from '../cache-error.js';

/**
 * The JSON of a value that JSON gives back as it was: null, booleans, finite numbers, text, lists and
 * plain objects. Members that are `undefined` are left out, which reads the same; prototypes do not
 * come back, and -0 in a list or an object becomes 0.
 *
 * @throws CacheError `INVALID_VALUE` for what would come back as something else, or not at all
 */
export function plainDataToJson(value: unknown): string {
  if (value === undefined) refuse('undefined');
  try {
    return JSON.stringify(value, refuseWhatChanges);
  } catch (cause) {
    if (cause instanceof CacheError) throw cause;
    throw new CacheError('INVALID_VALUE', 'expected plain data; got what JSON cannot write', {
      cause,
    });
  }
}

function refuseWhatChanges(this: unknown, name: string, replaced: unknown): unknown {
  // What has a toJSON was replaced by its answer already; the holder still has the original.
  const original = (this as Record<string, unknown>)[name];
  const isLostItem = Array.isArray(this) && original === undefined;
  const what = isLostItem ? 'undefined in a list' : changedByJson(original);
  if (what === undefined) return replaced;
  return refuse(name === '' ? what : `${what} at ${JSON.stringify(name)}`);
}

function changedByJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (['bigint', 'symbol', 'function'].includes(typeof value)) return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return `an instance of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`;
  }
  return 'toJSON' in value && typeof value.toJSON === 'function'
    ? 'an object with a toJSON of its own'
    : undefined;
}

function refuse(what: string): never {
  throw new CacheError(
    'INVALID_VALUE',
    `expected plain data, which JSON gives back as it was; got ${what}`,
  );
}
