import { STAKES, WindowBets } from './bets.js';
import { Wealth, type WealthState } from './wealth.js';

/** What a test of pairs keeps between windows. */
export interface PairTestState {
  readonly samples: number;
  readonly harm: WealthState;
  readonly proof: WealthState;
}

/** Two bets on the same pairs: that next is beyond its rollback limit, and that it is within another one. */
export class PairTest {
  readonly harmBets: WindowBets;
  readonly proofBets: WindowBets;
  readonly #harm: Wealth;
  readonly #proof: Wealth;
  samples: number;

  constructor(
    payoffs: { readonly harm: readonly number[]; readonly proof: readonly number[] },
    saved?: PairTestState,
  ) {
    this.harmBets = new WindowBets(payoffs.harm);
    this.proofBets = new WindowBets(payoffs.proof);
    this.#harm = new Wealth(STAKES.length, 'at any window', saved?.harm);
    this.#proof = new Wealth(STAKES.length, 'at the first window', saved?.proof);
    this.samples = saved?.samples ?? 0;
  }

  /** The window has ended. */
  settle(weights: Float64Array): void {
    this.#harm.grow(this.harmBets.settle(weights));
    this.#proof.grow(this.proofBets.settle(weights));
  }

  get harmLog(): number {
    return this.#harm.log;
  }

  get proofLog(): number {
    return this.#proof.log;
  }

  toJSON(): PairTestState {
    return { samples: this.samples, harm: this.#harm.toJSON(), proof: this.#proof.toJSON() };
  }
}
