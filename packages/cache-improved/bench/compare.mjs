/** @typedef {{ readonly ratio: number, readonly peerNs: number, readonly ns: number }} Comparison */

/** @typedef {(from: number, count: number) => unknown} Loop `count` operations, from that request on */

/**
 * How long our loop takes as a multiple of the peer's: both run in every round on the same requests, in turn
 * the one or the other first, and the median of the rounds' ratios counts.
 *
 * @param {{ peer: Loop, ours: Loop }} loops
 * @param {{ rounds: number, count: number }} size
 * @returns {Promise<Comparison>}
 */
export async function compare({ peer, ours }, { rounds, count }) {
  const ratios = [];
  const peerTimes = [];
  const times = [];
  for (let round = -2; round < rounds; round += 1) {
    const from = (round + 2) * count;
    const isPeerFirst = round % 2 === 0;
    const first = await nanoseconds(isPeerFirst ? peer : ours, from, count);
    const second = await nanoseconds(isPeerFirst ? ours : peer, from, count);
    // The first two rounds are for the compiler.
    if (round < 0) continue;
    const [peerNs, ns] = isPeerFirst ? [first, second] : [second, first];
    peerTimes.push(peerNs);
    times.push(ns);
    ratios.push(ns / peerNs);
  }
  return { ratio: median(ratios), peerNs: median(peerTimes), ns: median(times) };
}

/** @param {Loop} loop @param {number} from @param {number} count */
async function nanoseconds(loop, from, count) {
  const start = process.hrtime.bigint();
  await loop(from, count);
  return Number(process.hrtime.bigint() - start) / count;
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
