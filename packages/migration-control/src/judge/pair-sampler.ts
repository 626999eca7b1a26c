import type { Cache, Clock } from '@resync/cache-contract';
import { bucketOf } from '@resync/cache-migration';
import { BUCKETS, LEGACY_HIT, NEXT_HIT, type Pairs } from './observation.js';

/** What a sampler is told. */
export interface PairSamplerOptions {
  /** The two sides, as the migration has them. Reading a legacy that slides prolongs the entry, as the caller's read did. */
  readonly legacy: Pick<Cache, 'lookup'>;
  readonly next: Pick<Cache, 'lookup'>;
  readonly clock: Clock;
  /** From 0 up to 1: `Math.random`, or a seeded one. */
  readonly random: () => number;
  /** The share of the reads that are sampled. Default 0.01. */
  readonly rate?: number;
  /** Samples that are under way at once, at most; others are skipped. Default 16. */
  readonly bound?: number;
  /** Pairs that are kept until they are taken, at most. Default 5000. */
  readonly keep?: number;
  /** Milliseconds after which a sample is given up: it makes no pair, and counts no longer as under way. Default 10 000. */
  readonly timeoutMs?: number;
}

interface Read {
  readonly ms: number;
  readonly isHit: boolean;
}

interface Pair {
  readonly ofLegacy: Read;
  readonly ofNext: Read;
}

/**
 * Reads a sample of the keys that are read from both sides, one after the other, in the background.
 * Who is first is drawn, so that neither side is helped by the other. A pair in which a side fails, or
 * never answers, is no pair: failures are counted where they happen.
 */
export class PairSampler {
  readonly #options: PairSamplerOptions;
  readonly #rate: number;
  #underWay = 0;
  #columns = emptyColumns();

  constructor(options: PairSamplerOptions) {
    this.#options = options;
    this.#rate = options.rate ?? 0.01;
  }

  /** A caller reads this key. Returns at once. */
  saw(key: string): void {
    const { clock, random, bound = 16, keep = 5000, timeoutMs = 10_000 } = this.#options;
    if (random() >= this.#rate || this.#underWay >= bound) return;
    if (this.#columns.hits.length >= keep) return;
    this.#underWay += 1;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      late.cancel();
      this.#underWay -= 1;
    };
    const late = clock.schedule(end, timeoutMs);
    this.#sample(key).then((pair) => {
      if (!isOver) this.#keep(key, pair);
      end();
    }, end);
  }

  /** The pairs since they were taken last. */
  take(): Pairs {
    const taken = this.#columns;
    this.#columns = emptyColumns();
    return taken;
  }

  async #sample(key: string): Promise<Pair> {
    const { legacy, next, random } = this.#options;
    if (random() < 0.5) {
      const ofLegacy = await this.#read(legacy, key);
      return { ofLegacy, ofNext: await this.#read(next, key) };
    }
    const ofNext = await this.#read(next, key);
    return { ofLegacy: await this.#read(legacy, key), ofNext };
  }

  #keep(key: string, { ofLegacy, ofNext }: Pair): void {
    const { bucket, legacyMs, nextMs, hits } = this.#columns;
    // bucketOf is 0 to 9999.
    bucket.push(bucketOf(key) % BUCKETS);
    legacyMs.push(ofLegacy.ms);
    nextMs.push(ofNext.ms);
    hits.push((ofLegacy.isHit ? LEGACY_HIT : 0) + (ofNext.isHit ? NEXT_HIT : 0));
  }

  async #read(cache: Pick<Cache, 'lookup'>, key: string): Promise<Read> {
    const { clock } = this.#options;
    const begun = clock.monotonic();
    const { kind } = await cache.lookup(key);
    return { ms: clock.monotonic() - begun, isHit: kind === 'hit' };
  }
}

function emptyColumns(): Record<keyof Pairs, number[]> {
  return { bucket: [], legacyMs: [], nextMs: [], hits: [] };
}
