import type { Limit } from './judge-limits.js';
import type { Share } from './observation.js';
import { Wealth, type WealthState } from './wealth.js';

/** What a share test keeps between windows. */
export interface ShareTestState {
  readonly count: number;
  readonly of: number;
  readonly harm: WealthState;
  readonly proof: WealthState;
}

/** Shares that are bet on, as multiples of the limit. */
const WORSE = [1.5, 3, 10, 50, 400] as const;
const BETTER = [0.02, 0.15, 0.4, 0.7] as const;

const MOST = 0.9;

/**
 * Whether a share of what goes wrong is above a limit: the likelihood ratio against a few larger
 * shares, and in favour against a few smaller ones (Wald's test, made valid at every look by the mean
 * over the alternatives; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", Annals of Statistics 2021).
 */
export class ShareTest {
  readonly #limit: Limit;
  readonly #harm: Wealth;
  readonly #proof: Wealth;
  #count: number;
  #of: number;

  constructor(limit: Limit, saved?: ShareTestState) {
    this.#limit = limit;
    this.#harm = new Wealth(WORSE.length, 'at any window', saved?.harm);
    this.#proof = new Wealth(BETTER.length, 'at the first window', saved?.proof);
    this.#count = saved?.count ?? 0;
    this.#of = saved?.of ?? 0;
  }

  observe(share: Share): void {
    this.#count += share.count;
    this.#of += share.of;
    const { hold, rollback } = this.#limit;
    this.#harm.grow(WORSE.map((times) => logRatio(share, rollback, rollback * times)));
    this.#proof.grow(BETTER.map((times) => logRatio(share, hold, hold * times)));
  }

  get samples(): number {
    return this.#of;
  }

  get harmLog(): number {
    return this.#harm.log;
  }

  get proofLog(): number {
    return this.#proof.log;
  }

  get rate(): number | undefined {
    return this.#of === 0 ? undefined : this.#count / this.#of;
  }

  toJSON(): ShareTestState {
    return {
      count: this.#count,
      of: this.#of,
      harm: this.#harm.toJSON(),
      proof: this.#proof.toJSON(),
    };
  }
}

function logRatio({ count, of }: Share, limit: number, other: number): number {
  const supposed = Math.min(other, limit + (1 - limit) * MOST);
  const wrong = count === 0 ? 0 : count * Math.log(supposed / limit);
  return wrong + (of - count) * Math.log((1 - supposed) / (1 - limit));
}
