import { plainDataToJson } from './plain-data.js';
import { numberName, numberNamed } from './number-names.js';

/** How values become the text that a server keeps, and back. */
export interface TextCodec<V> {
  /** @throws CacheError `INVALID_VALUE` for a value that would not come back as it went */
  readonly serialize: (value: V) => string;
  /** @throws anything, for text that is none of its own: the entry is a miss then */
  readonly deserialize: (text: string) => V;
}

/** JSON of plain data; as a whole value, numbers that JSON cannot write stand there by name. */
export const jsonText: TextCodec<unknown> = {
  serialize: (value) => numberName(value) ?? plainDataToJson(value),
  deserialize: (text) => numberNamed(text) ?? (JSON.parse(text) as unknown),
};
