import { plainDataFromText, plainDataToText } from '@resync/cache-contract/plain-data';

/** How values become the text that a server keeps, and back. */
export interface TextCodec<V> {
  /** @throws CacheError `INVALID_VALUE` for a value that would not come back as it went */
  readonly serialize: (value: V) => string;
  /** @throws anything, for text that is none of its own: the entry is a miss then */
  readonly deserialize: (text: string) => V;
}

/** The codec that was given; what was left out of it is JSON of plain data. */
export function textCodec<V>({ serialize, deserialize }: Partial<TextCodec<V>>): TextCodec<V> {
  return {
    serialize: serialize ?? plainDataToText,
    deserialize: deserialize ?? (plainDataFromText as (text: string) => V),
  };
}
