/** How many buckets the keys fall into: a percentage has two decimals. */
const BUCKETS = 10_000;

/**
 * Whether next answers for the key at this percentage. The same in every process, and a key changes
 * sides once while the percentage rises.
 */
export function isBelow(key: string, percentage: number): boolean {
  if (percentage <= 0) return false;
  if (percentage >= 100) return true;
  return bucketOf(key) < percentage * (BUCKETS / 100);
}

/**
 * The bucket of a key, 0 to 9999: FNV-1a over its UTF-16 code units (Fowler, Noll, Vo;
 * RFC draft eastlake-fnv), finished with the mixer of MurmurHash3 (Appleby), because FNV-1a alone
 * leaves short keys clustered.
 */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) % BUCKETS;
}
