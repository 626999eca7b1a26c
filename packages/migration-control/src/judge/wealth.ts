/** How many windows have passed, and the logarithm of the wealth of each stake; null: nothing yet. */
export type WealthState = readonly (number | null)[];

/**
 * Evidence against a hypothesis, as the wealth of somebody who bets against it at fair odds. While the
 * hypothesis holds, the chance that the wealth ever reaches `1 / alpha` is at most `alpha`, however
 * often one looks (Ville's inequality): Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 2024; Shekhar and Ramdas, "Nonparametric Two-Sample Testing by
 * Betting", IEEE Transactions on Information Theory 2024.
 *
 * The stake is not chosen but spread over several of them: a mean of fair bets is a fair bet.
 */
export class Wealth {
  readonly #stakes: number;
  readonly #begins: 'at any window' | 'at the first window';
  readonly #logs: number[];
  #windows: number;

  /**
   * @param begins `at any window`: a share of the money is kept for a gambler who begins at each later
   *   window, so that what begins late is found as soon as what was there from the start. A mean over
   *   the beginnings is a fair bet as well.
   */
  constructor(
    stakes: number,
    begins: 'at any window' | 'at the first window',
    saved: WealthState = [],
  ) {
    this.#stakes = stakes;
    this.#begins = begins;
    const [windows, ...logs] = saved;
    this.#windows = windows ?? 0;
    this.#logs = Array.from({ length: stakes }, (_, stake) => logs[stake] ?? -Infinity);
  }

  /** A window has passed, in which each stake has gained so much, as a natural logarithm. */
  grow(logGains: ArrayLike<number>): void {
    this.#windows += 1;
    const fresh = this.#fresh();
    for (let stake = 0; stake < this.#stakes; stake += 1) {
      const kept = this.#logs[stake] ?? -Infinity;
      this.#logs[stake] = logAdd(kept, fresh) + (logGains[stake] ?? 0);
    }
  }

  /** The natural logarithm of the wealth; 0 at the start. */
  get log(): number {
    const staked = this.#logs.reduce(logAdd, -Infinity) - Math.log(this.#stakes);
    if (this.#windows === 0) return 0;
    return this.#begins === 'at any window' ? logAdd(staked, -Math.log(this.#windows + 1)) : staked;
  }

  toJSON(): WealthState {
    return [this.#windows, ...this.#logs.map((log) => (log === -Infinity ? null : log))];
  }

  /** What goes to those who begin now: 1 / (n (n + 1)) of the money, which sums to all of it. */
  #fresh(): number {
    const n = this.#windows;
    if (this.#begins === 'at any window') return -Math.log(n * (n + 1));
    return n === 1 ? 0 : -Infinity;
  }
}

function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
