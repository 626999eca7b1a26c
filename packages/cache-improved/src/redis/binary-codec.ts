import { CacheError } from '@resync/cache-contract';
import { isAnyArrayBuffer, isProxy } from 'node:util/types';
import { deserialize, serialize } from 'node:v8';

/** How values become bytes and back. */
export interface BinaryCodec<V> {
  readonly kind: 'binary';
  /** @throws CacheError `INVALID_VALUE` for what would not come back as it went */
  encode(value: V): Uint8Array;
  /** Throws what it likes for bytes that are none of its own. */
  decode(bytes: Buffer): V;
}

const KEPT_CLASSES: ReadonlySet<unknown> = new Set([Date, RegExp, Map, Set, ArrayBuffer, Buffer]);
const TYPED_ARRAY: unknown = Object.getPrototypeOf(Uint8Array);

/**
 * The structured clone format of V8: beside plain data dates, maps, sets, bigints, bytes, `undefined`
 * inside, -0, NaN and values that refer to themselves. It has no way to write code, and gives back no
 * prototypes but those of these built-in classes; instances of others are refused. What one version of
 * Node wrote, older ones may not read: they miss.
 */
export const binaryCodec: BinaryCodec<unknown> = {
  kind: 'binary',
  encode(value) {
    try {
      refuseWhatWouldChange(value);
      return serialize(value);
    } catch (cause) {
      if (cause instanceof CacheError) throw cause;
      throw new CacheError('INVALID_VALUE', 'expected data; the value cannot be cloned', { cause });
    }
  },
  decode: (bytes) => deserialize(bytes) as unknown,
};

/** Looks at everything inside once, without recursion: V8's own depth is checked by V8. */
function refuseWhatWouldChange(root: unknown): void {
  const seen = new Set<object>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) {
      if (typeof value === 'function' || typeof value === 'symbol') refuse(`a ${typeof value}`);
      continue;
    }
    if (seen.has(value)) continue;
    seen.add(value);
    refuseForeignClass(value);
    if (value instanceof Map) open.push(...value.keys(), ...value.values());
    else if (value instanceof Set) open.push(...value);
    else if (!ArrayBuffer.isView(value) && !isAnyArrayBuffer(value)) {
      for (const name of Object.keys(value)) open.push((value as Record<string, unknown>)[name]);
    }
  }
}

function refuseForeignClass(value: object): void {
  if (isProxy(value)) refuse('a proxy');
  if (Array.isArray(value)) return;
  if (value instanceof Date && Number.isNaN(value.getTime())) refuse('an invalid date');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return;
  const { constructor } = prototype as { constructor?: { readonly name?: string } };
  if (KEPT_CLASSES.has(constructor) || Object.getPrototypeOf(constructor) === TYPED_ARRAY) return;
  if (value instanceof DataView) return;
  refuse(`an instance of ${constructor?.name ?? 'a class'}`);
}

function refuse(what: string): never {
  throw new CacheError('INVALID_VALUE', `expected data, which comes back as it was; got ${what}`);
}
