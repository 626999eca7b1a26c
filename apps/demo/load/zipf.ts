/**
 * Ranks by Zipf's law: rank 0 is the most frequent, rank k comes with a probability in proportion to
 * 1 / (k + 1) ^ exponent.
 *
 * @param uniform gives numbers from 0 up to 1
 */
export function zipf(ranks: number, exponent: number, uniform: () => number): () => number {
  const cumulative = new Float64Array(ranks);
  let sum = 0;
  for (let rank = 0; rank < ranks; rank += 1) {
    sum += 1 / (rank + 1) ** exponent;
    cumulative[rank] = sum;
  }
  return () => {
    const point = uniform() * sum;
    let [low, high] = [0, ranks - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? sum) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
