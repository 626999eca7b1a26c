import { CacheError } from '@resync/cache-contract';

/** How values become text and back. */
export interface ValueCodec<V> {
  readonly kind?: 'text';
  /** @throws CacheError `INVALID_VALUE` for what would not come back as it went */
  encode(value: V): string;
  decode(text: string): V;
}

/** Numbers that JSON cannot write; as a whole value they are kept by name. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/**
 * Plain data as JSON: null, booleans, numbers, strings, arrays and plain objects. What JSON would
 * change without saying so (dates, maps, instances, NaN inside an object, ...) is refused, and so is
 * what it cannot write. Members that are `undefined` are left out, which reads the same; prototypes
 * do not come back, and -0 inside an object becomes 0.
 */
export const jsonCodec: ValueCodec<unknown> = {
  encode(value) {
    if (Object.is(value, -0)) return '-0';
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    try {
      return JSON.stringify(value, refuseWhatWouldChange);
    } catch (cause) {
      if (cause instanceof CacheError) throw cause;
      throw new CacheError('INVALID_VALUE', `expected plain data; JSON cannot write it`, { cause });
    }
  },
  decode(text) {
    return NAMED.get(text) ?? (JSON.parse(text) as unknown);
  },
};

function refuseWhatWouldChange(this: unknown, name: string, written: unknown): unknown {
  // JSON.stringify has replaced by toJSON what has one; the original is in the holder.
  const value = (this as Record<string, unknown>)[name];
  const fault = Array.isArray(this) && value === undefined ? 'undefined in a list' : faultOf(value);
  if (fault === undefined) return written;
  throw new CacheError(
    'INVALID_VALUE',
    `expected plain data, which JSON gives back as it was; got ${fault}${name === '' ? '' : ` at ${JSON.stringify(name)}`}`,
  );
}

function faultOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (['function', 'symbol', 'bigint'].includes(typeof value)) return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return `an instance of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`;
  }
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
    ? 'an object with a toJSON of its own'
    : undefined;
}
