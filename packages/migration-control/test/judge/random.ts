import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers from 0 up to 1 that repeat by seed. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
  return () => (generator.next() >>> 0) / 2 ** 32;
}
