import { assertKey, CacheError, describeValue } from '@resync/cache-contract';

/** The most tags of one entry. */
const MAX_TAGS = 100;

/** No tags. */
export const UNTAGGED: readonly string[] = [];

/**
 * A copy of the tags that a caller gave, each once. A tag is what a key may be.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function checkedTags(tags: readonly string[] | undefined): readonly string[] {
  if (tags === undefined) return UNTAGGED;
  if (!Array.isArray(tags) || tags.length > MAX_TAGS) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected tags: at most ${MAX_TAGS} strings; got ${Array.isArray(tags) ? tags.length : describeValue(tags)}`,
    );
  }
  const checked = new Set<string>();
  for (const tag of tags as readonly string[]) {
    assertTag(tag);
    checked.add(tag);
  }
  return [...checked];
}

/** @throws CacheError `INVALID_OPTION` */
function assertTag(tag: unknown): void {
  try {
    assertKey(tag);
  } catch (cause) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected a tag, which is what a key may be; got ${describeValue(tag)}`,
      { cause },
    );
  }
}
