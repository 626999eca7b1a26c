import { MemoryStore } from '@resync/cache-improved';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { hitsOfOptimum } from './optimum.mjs';

/** Beside the repository, where there are any; see their README. */
const FOLDER = new URL('../../../../shared/traces/', import.meta.url);
const SHARES = [0.001, 0.01, 0.05, 0.1, 0.25];
const FEWEST_ENTRIES = 50;

/** In per cent of the way from LRU to the optimum, and points that one cell may be below LRU. */
export const HIT_RATIO_BARS = { gap: 35, gapWithoutLirs: 22, worst: -0.5 };

/** @typedef {{ trace: string, share: number, entries: number, hit: number, lru: number, opt: number }} Cell hit ratios in per cent */

/** The hit ratios of each trace and size; `undefined` where no traces are. @returns {Cell[] | undefined} */
export function hitRatios() {
  if (!existsSync(FOLDER)) return undefined;
  /** @type {{ name: string, file: string, uniqueKeys: number }[]} */
  const traces = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8'));
  return traces.flatMap(({ name, file, uniqueKeys }) => {
    const requests = read(file);
    return SHARES.map((share) => ({ share, entries: Math.round(uniqueKeys * share) }))
      .filter(({ entries }) => entries >= FEWEST_ENTRIES)
      .map(({ share, entries }) => {
        const ratio = (/** @type {number} */ hits) => (100 * hits) / requests.length;
        return {
          trace: name,
          share,
          entries,
          hit: ratio(hitsOf(requests, new MemoryStore({ maxEntries: entries, random: half }))),
          lru: ratio(hitsOf(requests, new MemoryStore({ maxEntries: entries, policy: 'lru' }))),
          opt: ratio(hitsOfOptimum(requests, entries)),
        };
      });
  });
}

/** The share of the way from LRU to the optimum, in per cent, over all cells. @param {readonly Cell[]} cells */
export function gapOf(cells) {
  const sum = (/** @type {(cell: Cell) => number} */ of) =>
    cells.reduce((total, cell) => total + of(cell), 0);
  return (100 * sum(({ hit, lru }) => hit - lru)) / sum(({ opt, lru }) => opt - lru);
}

/** @param {Uint32Array} requests @param {MemoryStore<number>} store */
function hitsOf(requests, store) {
  let hits = 0;
  for (const request of requests) {
    const key = `${request}`;
    if (store.get(key) === undefined) store.set(key, 1);
    else hits += 1;
  }
  return hits;
}

/** @param {string} file */
function read(file) {
  const bytes = gunzipSync(readFileSync(fileURLToPath(new URL(file, FOLDER))));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The seed of the hashes, so that each run says the same. */
function half() {
  return 0.5;
}
