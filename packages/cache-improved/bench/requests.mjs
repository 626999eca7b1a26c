/** As many entries as the caches hold in the rows on speed. */
export const ENTRIES = 100_000;
const REQUESTS = 1 << 20;
const SKEW = 0.99;

/** Numbers from 0 up to 1, the same in each run: mulberry32 (Ettinger). */
function random() {
  let state = 42;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of one kind, as caches of one thing have them. @param {number} number */
const ofOneKind = (number) => `user:${number}:profile`;

const KINDS = [
  ofOneKind,
  (/** @type {number} */ number) => `GET /api/orders/${number}`,
  (/** @type {number} */ number) => `${number.toString(36)}-session`,
  (/** @type {number} */ number) => `job/${number}/log`,
];

/** Of four kinds, which have nothing in common. @param {number} number */
export const ofManyKinds = (number) => (KINDS[number % KINDS.length] ?? ofOneKind)(number);

/**
 * Keys in the order in which they are asked for: Zipf with exponent 0.99, the frequent ones anywhere among
 * the others.
 *
 * @param {number} keys
 * @param {(number: number) => string} [nameOf]
 * @returns {{ keyAt: (index: number) => string, keys: readonly string[] }}
 */
export function zipfRequests(keys, nameOf = ofOneKind) {
  const next = random();
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank += 1) {
    sum += 1 / (rank + 1) ** SKEW;
    sums[rank] = sum;
  }
  const names = Array.from({ length: keys }, (_, number) => nameOf(number));
  for (let index = keys - 1; index > 0; index -= 1) {
    const other = Math.floor(next() * (index + 1));
    const name = names[index] ?? '';
    names[index] = names[other] ?? '';
    names[other] = name;
  }
  const requests = Array.from({ length: REQUESTS }, () => names[rankOf(next() * sum, sums)] ?? '');
  return { keys: names, keyAt: (index) => requests[index & (REQUESTS - 1)] ?? '' };
}

/** @param {number} wanted @param {Float64Array} sums */
function rankOf(wanted, sums) {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
