import { CacheError } from '@resync/cache-contract';

/** How values become text and back. */
export interface ValueCodec<V> {
  /** @throws CacheError `INVALID_VALUE` for what would not come back as it went */
  encode(value: V): string;
  decode(text: string): V;
}

/** Numbers that JSON cannot write; as a whole value they are kept by name. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/**
 * Plain data as JSON: null, booleans, numbers, strings, arrays and plain objects. What JSON would
 * change without saying so (dates, maps, instances, NaN inside an object, ...) is refused.
 */
export const jsonCodec: ValueCodec<unknown> = {
  encode(value) {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return JSON.stringify(value, refuseWhatWouldChange);
  },
  decode(text) {
    return NAMED.get(text) ?? (JSON.parse(text) as unknown);
  },
};

function refuseWhatWouldChange(this: unknown, name: string, written: unknown): unknown {
  // JSON.stringify has replaced by toJSON what has one; the original is in the holder.
  const value = (this as Record<string, unknown>)[name];
  const fault = faultOf(value);
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
  if (prototype === null || prototype === Object.prototype) return undefined;
  return `an instance of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`;
}
