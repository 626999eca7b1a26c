import { numberName, numberNamed } from './number-names.js';
import { plainDataToJson } from './plain-json.js';

/**
 * Plain data as text: JSON, and as a whole value numbers that JSON cannot write by their name.
 *
 * @throws CacheError `INVALID_VALUE`, as {@link plainDataToJson}
 */
export function plainDataToText(value: unknown): string {
  return numberName(value) ?? plainDataToJson(value);
}

/**
 * The value that {@link plainDataToText} was given.
 *
 * @throws SyntaxError for text that is none of its own
 */
export function plainDataFromText(text: string): unknown {
  return numberNamed(text) ?? (JSON.parse(text) as unknown);
}
