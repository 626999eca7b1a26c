/** @typedef {{ readonly ratio: number, readonly baseNs: number, readonly ns: number }} Comparison */

/** @typedef {(count: number) => Promise<void>} Loop */

/**
 * How much longer one loop takes than another: both run in every round, in turn the one or the other
 * first, and the median of the rounds' ratios counts.
 *
 * @param {Loop} base
 * @param {Loop} loop
 * @param {{ rounds: number, count: number }} size
 * @returns {Promise<Comparison>}
 */
export async function compare(base, loop, { rounds, count }) {
  const ratios = [];
  const baseTimes = [];
  const times = [];
  await base(count);
  await loop(count);
  for (let round = 0; round < rounds; round += 1) {
    const isBaseFirst = round % 2 === 0;
    const first = await nanoseconds(isBaseFirst ? base : loop, count);
    const second = await nanoseconds(isBaseFirst ? loop : base, count);
    const [baseNs, ns] = isBaseFirst ? [first, second] : [second, first];
    baseTimes.push(baseNs);
    times.push(ns);
    ratios.push(ns / baseNs);
  }
  return { ratio: median(ratios), baseNs: median(baseTimes), ns: median(times) };
}

/** @param {Loop} loop @param {number} count */
async function nanoseconds(loop, count) {
  const begun = process.hrtime.bigint();
  await loop(count);
  return Number(process.hrtime.bigint() - begun) / count;
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
