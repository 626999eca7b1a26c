/**
 * 32 bits of a string: FNV-1a (Fowler, Noll, Vo) over its code units from a seed, mixed as MurmurHash3
 * (Appleby) ends. Not for security: whoever finds collisions makes the eviction policy take one key for
 * another, and nothing slower.
 */
export function hashOfKey(key: string, seed: number): number {
  let hash = seed ^ 0x811c_9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
