import type { AsyncTTLCache, LegacyEntry } from '../src/index.js';

/** What the cache would answer, by key, with neither count nor prolongation. */
export function liveEntries<V>(cache: AsyncTTLCache<V>): Map<string, LegacyEntry<V>> {
  const live = new Map<string, LegacyEntry<V>>();
  for (const key of [...cache.liveKeys()].sort()) {
    const entry = cache.peek(key);
    if (entry !== undefined) live.set(key, entry);
  }
  return live;
}
