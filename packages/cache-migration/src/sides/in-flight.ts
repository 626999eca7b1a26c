/** The operations that began in one epoch and have not settled. */
export interface Cohort {
  count: number;
}

/** Counts what is under way on one side, epoch by epoch, so that a change can wait for what was before it. */
export class InFlight {
  #current: Cohort = { count: 0 };
  /** Earlier cohorts that somebody may still wait for. */
  #earlier: Cohort[] = [];
  /** Earlier cohorts that nobody waits for any longer. */
  #overdue: Cohort[] = [];
  #onDrained: (() => void) | undefined;
  readonly #onSettled: () => void;

  /** @param onSettled called when the last operation of earlier epochs settles, overdue or not */
  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
  }

  /** What is under way, of every epoch. */
  get count(): number {
    const cohorts = [this.#current, ...this.#earlier, ...this.#overdue];
    return cohorts.reduce((sum, { count }) => sum + count, 0);
  }

  /** Whether operations that were declared overdue have still not settled. */
  get hasOverdue(): boolean {
    return this.#overdue.length > 0;
  }

  /** Whether everything of earlier epochs has settled, overdue or not. */
  get isSettled(): boolean {
    return this.#earlier.length === 0 && this.#overdue.length === 0;
  }

  /** An operation begins; give the cohort back to `end`. */
  begin(): Cohort {
    this.#current.count += 1;
    return this.#current;
  }

  end(cohort: Cohort): void {
    cohort.count -= 1;
    if (cohort.count > 0 || cohort === this.#current) return;
    this.#earlier = this.#earlier.filter((other) => other !== cohort);
    this.#overdue = this.#overdue.filter((other) => other !== cohort);
    if (this.#earlier.length === 0) this.#onDrained?.();
    if (this.isSettled) this.#onSettled();
  }

  /** A new epoch begins. */
  nextEpoch(): void {
    if (this.#current.count > 0) this.#earlier.push(this.#current);
    this.#current = { count: 0 };
  }

  /** Resolves when what began in earlier epochs has settled or was declared overdue. */
  drained(): Promise<void> {
    if (this.#earlier.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const previous = this.#onDrained;
      this.#onDrained = () => {
        this.#onDrained = undefined;
        previous?.();
        resolve();
      };
    });
  }

  /** Gives up waiting for what began in earlier epochs. */
  declareOverdue(): void {
    this.#overdue.push(...this.#earlier);
    this.#earlier = [];
    this.#onDrained?.();
  }
}
