import type { ComponentReport, RolloutOperator, RolloutReport } from '@resync/migration-control';

/** Where the rollout stands; while the control store does not answer, where it stood last. */
export class FleetReports {
  readonly #operator: Pick<RolloutOperator, 'report'>;
  readonly #note: (sentence: string) => void;
  #last: RolloutReport | undefined;
  #isKnown = true;

  constructor(operator: Pick<RolloutOperator, 'report'>, note: (sentence: string) => void) {
    this.#operator = operator;
    this.#note = note;
  }

  /** Never rejects but where nothing was ever known. */
  async report(): Promise<RolloutReport> {
    try {
      this.#last = await this.#operator.report();
      if (!this.#isKnown) this.#note('the control store answers again');
      this.#isKnown = true;
      return this.#last;
    } catch (error) {
      if (this.#last === undefined) throw error;
      if (this.#isKnown) this.#note(`the control store does not answer: ${reasonOf(error)}`);
      this.#isKnown = false;
      return this.#last;
    }
  }

  of(component: string): ComponentReport | undefined {
    return this.#last?.components.find(({ name }) => name === component);
  }
}

/** What lies beneath, without the names of errors. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
