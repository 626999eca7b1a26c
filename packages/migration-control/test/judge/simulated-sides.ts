import { BUCKETS, LEGACY_HIT, NEXT_HIT, type Observation } from '../../src/judge/observation.js';
import { seededRandom } from './random.js';

/** How the two sides of a simulated service differ, and what both live through. */
export interface World {
  readonly seed: number;
  /** Latency of next against legacy; 1 is equal. */
  readonly slowdown?: number;
  /** The first window in which that holds. Default: the first of all. */
  readonly slowFrom?: number;
  /** What multiplies the latencies of both sides in a window. */
  readonly load?: (window: number) => number;
  /** Share of calls of next that go wrong. Default 0.0002. */
  readonly errorRate?: number;
  /** Next begins empty: each read of a key fills it. */
  readonly isCold?: true;
}

const KEYS = 1000;
const ZIPF = 0.99;
const TABLE = 2 ** 16;
const MEDIAN_MS = 2;
/** Of the logarithm: of a key by nature, and of one read. */
const KEY_SPREAD = 0.7;
const READ_SPREAD = 0.4;
/** Reads of callers for each read that is sampled. */
const READS_PER_PAIR = 20;
const CALLS_PER_WINDOW = 1000;

const keyByDraw = zipfTable();
const shareOfKey = sharesOfKeys();
const normalByDraw = normalTable();
const noiseByDraw = normalByDraw.map((normal) => Math.exp(READ_SPREAD * normal));
const bucketOfKey = Uint8Array.from(
  { length: KEYS },
  (_, key) => Math.imul(key + 1, 0x9e3779b1) >>> 26,
);

/** Both sides behind Zipf keys with latencies of their own; window after window, all of it by seed. */
export class SimulatedSides {
  readonly #world: World;
  readonly #random: () => number;
  readonly #keyMs: Float64Array;
  readonly #filledAt: Float64Array;
  readonly #columns: {
    readonly bucket: Uint8Array;
    readonly legacyMs: Float64Array;
    readonly nextMs: Float64Array;
    readonly hits: Uint8Array;
  };
  #window = 0;

  constructor(world: World, pairsPerWindow: number) {
    this.#world = world;
    this.#random = seededRandom(world.seed);
    this.#keyMs = new Float64Array(KEYS).map(
      () => MEDIAN_MS * Math.exp(KEY_SPREAD * this.#normal()),
    );
    const reads = pairsPerWindow * READS_PER_PAIR;
    this.#filledAt = new Float64Array(KEYS).map((_, key) =>
      world.isCold ? -Math.log(1 - this.#random()) / (reads * (shareOfKey[key] ?? 0)) : -1,
    );
    this.#columns = {
      bucket: new Uint8Array(pairsPerWindow),
      legacyMs: new Float64Array(pairsPerWindow),
      nextMs: new Float64Array(pairsPerWindow),
      hits: new Uint8Array(pairsPerWindow),
    };
  }

  /** What is seen in the next window. Its columns are used again for the one after it. */
  observe(): Observation {
    const { slowdown = 1, slowFrom = 0, load = () => 1, errorRate = 0.0002 } = this.#world;
    const { bucket, legacyMs, nextMs, hits } = this.#columns;
    const factor = load(this.#window);
    const nextFactor = factor * (this.#window >= slowFrom ? slowdown : 1);
    for (let pair = 0; pair < bucket.length; pair += 1) {
      const key = keyByDraw[this.#draw()] ?? 0;
      const ms = this.#keyMs[key] ?? 0;
      const isFilled = (this.#filledAt[key] ?? 0) <= this.#window;
      bucket[pair] = bucketOfKey[key] ?? 0;
      legacyMs[pair] = ms * factor * (noiseByDraw[this.#draw()] ?? 0);
      nextMs[pair] = ms * nextFactor * (noiseByDraw[this.#draw()] ?? 0);
      hits[pair] = isFilled ? LEGACY_HIT + NEXT_HIT : LEGACY_HIT;
    }
    this.#window += 1;
    return {
      pairs: this.#columns,
      errors: { count: this.#failures(errorRate), of: CALLS_PER_WINDOW },
      fallbacks: { count: this.#failures(errorRate), of: CALLS_PER_WINDOW },
      mismatches: { count: 0, of: 20 },
      health: 'passing',
      memory: 'within',
    };
  }

  /** What a comparison of callers' own latencies would see: each key is served by one side. */
  unpairedMeans(
    percentage: number,
    reads: number,
  ): { readonly legacy: number; readonly next: number } {
    const totals = { legacy: { ms: 0, of: 0 }, next: { ms: 0, of: 0 } };
    for (let read = 0; read < reads; read += 1) {
      const key = keyByDraw[this.#draw()] ?? 0;
      const side = (bucketOfKey[key] ?? 0) < (BUCKETS * percentage) / 100 ? 'next' : 'legacy';
      totals[side].ms += (this.#keyMs[key] ?? 0) * (noiseByDraw[this.#draw()] ?? 0);
      totals[side].of += 1;
    }
    return { legacy: totals.legacy.ms / totals.legacy.of, next: totals.next.ms / totals.next.of };
  }

  #draw(): number {
    return (this.#random() * TABLE) | 0;
  }

  #normal(): number {
    return normalByDraw[this.#draw()] ?? 0;
  }

  /** A Poisson number. */
  #failures(rate: number): number {
    const end = Math.exp(-rate * CALLS_PER_WINDOW);
    let left = this.#random();
    let count = 0;
    while (left > end) {
      left *= this.#random();
      count += 1;
    }
    return count;
  }
}

function sharesOfKeys(): Float64Array {
  const weights = Float64Array.from({ length: KEYS }, (_, key) => (key + 1) ** -ZIPF);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function zipfTable(): Uint16Array {
  const shares = sharesOfKeys();
  const table = new Uint16Array(TABLE);
  let key = 0;
  let sum = shares[0] ?? 0;
  for (let draw = 0; draw < TABLE; draw += 1) {
    while ((draw + 0.5) / TABLE > sum && key < KEYS - 1) {
      key += 1;
      sum += shares[key] ?? 0;
    }
    table[draw] = key;
  }
  return table;
}

/** Normal numbers in any order, by the method of Box and Muller. */
function normalTable(): Float64Array {
  const random = seededRandom(1);
  return new Float64Array(TABLE).map(
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}
