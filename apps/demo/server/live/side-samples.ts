/** Figures of one second. */
interface Second {
  readonly latencies: readonly number[];
  readonly hits: number;
  readonly reads: number;
}

/** So many seconds make one point of a line: fewer would be noise. */
const SECONDS = 5;

/** What one side did in the last seconds. */
export class SideSamples {
  readonly #seconds: Second[] = [];
  #latencies: number[] = [];

  /** A call took so many milliseconds. */
  took(ms: number): void {
    this.#latencies.push(ms);
  }

  /** Ends a second, in which there were so many reads. */
  endSecond({ hits, reads }: { readonly hits: number; readonly reads: number }): void {
    this.#seconds.push({ latencies: this.#latencies, hits, reads });
    if (this.#seconds.length > SECONDS) this.#seconds.shift();
    this.#latencies = [];
  }

  get reads(): number {
    return this.#seconds.reduce((sum, { reads }) => sum + reads, 0);
  }

  get hits(): number {
    return this.#seconds.reduce((sum, { hits }) => sum + hits, 0);
  }

  get latencies(): readonly number[] {
    return this.#seconds.flatMap(({ latencies }) => latencies);
  }
}

/** The part of all, 0 to 100; null where there is nothing. */
export function percentOf(part: number, all: number): number | null {
  return all === 0 ? null : (100 * part) / all;
}

/** The smallest value that 95 % of all do not exceed; null of nothing. */
export function p95Of(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null;
}
