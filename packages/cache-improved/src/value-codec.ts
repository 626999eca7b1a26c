import { plainDataFromText, plainDataToText } from '@resync/cache-contract/plain-data';

/** How values become text and back. */
export interface ValueCodec<V> {
  /** Left out: text. */
  readonly kind?: 'text';
  /** @throws CacheError `INVALID_VALUE` for what would not come back as it went */
  encode(value: V): string;
  decode(text: string): V;
}

/**
 * Plain data as JSON: null, booleans, numbers, strings, arrays and plain objects. What JSON would
 * change without saying so (dates, maps, instances, NaN inside an object, ...) is refused, and so is
 * what it cannot write. Members that are `undefined` are left out, which reads the same; prototypes
 * do not come back, and -0 inside an object becomes 0.
 */
export const jsonCodec: ValueCodec<unknown> = {
  encode: plainDataToText,
  decode: plainDataFromText,
};
