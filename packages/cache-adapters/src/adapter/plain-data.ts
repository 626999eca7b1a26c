import { CacheError } from '@resync/cache-contract';

/**
 * The JSON of a value that JSON gives back as it was: null, booleans, finite numbers, text, lists and
 * plain objects. Members that are `undefined` are left out, which reads the same; prototypes do not
 * come back, and -0 in a list or an object becomes 0.
 *
 * @throws CacheError `INVALID_VALUE` for what would come back as something else, or not at all
 */
export function plainDataToJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value, refuseWhatChanges);
  } catch (cause) {
    if (cause instanceof CacheError) throw cause;
    throw new CacheError('INVALID_VALUE', 'expected plain data; got what JSON cannot write', {
      cause,
    });
  }
  return json;
}

function refuseWhatChanges(this: unknown, name: string, replaced: unknown): unknown {
  // What has a toJSON was replaced by its answer already; the holder still has the original.
  const original = (this as Record<string, unknown>)[name];
  const what = changedByJson(original, Array.isArray(this) ? 'list' : 'object');
  if (what === undefined) return replaced;
  throw new CacheError(
    'INVALID_VALUE',
    `expected plain data, which comes back from JSON as it went; got ${what}`,
  );
}

function changedByJson(value: unknown, holder: 'list' | 'object'): string | undefined {
  if (value === undefined) return holder === 'list' ? 'undefined in a list' : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (['bigint', 'symbol', 'function'].includes(typeof value)) return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return strangeObject(value);
}

function strangeObject(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return 'an instance of a class';
  return 'toJSON' in value && typeof value.toJSON === 'function'
    ? 'an object that writes its own JSON'
    : undefined;
}
