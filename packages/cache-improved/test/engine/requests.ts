/** Numbers from 0 up to 1 that are the same in each run: mulberry32 (Ettinger). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Independent requests, the n-th key as often as `1 / n ** skew`. */
export function zipf(options: { keys: number; skew: number; count: number }): number[] {
  const random = randomFrom(1);
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= options.keys; rank += 1) sums.push((sum += 1 / rank ** options.skew));
  return Array.from({ length: options.count }, () => {
    const wanted = random() * sum;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** All keys in turn, again and again. */
export function looping({ keys, count }: { keys: number; count: number }): number[] {
  return Array.from({ length: count }, (_, index) => index % keys);
}

/** Keys near a point that moves on; none comes back once it is passed. */
export function drifting({ window, count }: { window: number; count: number }): number[] {
  const random = randomFrom(2);
  return Array.from({ length: count }, (_, index) =>
    Math.floor(index / 20 - Math.log(1 - random()) * window),
  );
}

/** Each key is asked for twice, with so many new ones in between. */
export function twice({ distance, count }: { distance: number; count: number }): number[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? index / 2 : (index - 1) / 2 - distance,
  );
}

/** As {@link zipf}; after every 5000 requests other keys are the frequent ones. */
export function stepping({ count }: { count: number }): number[] {
  return zipf({ keys: 3000, skew: 0.9, count }).map(
    (key, index) => (key + Math.floor(index / 5000) * 700) % 30_000,
  );
}
