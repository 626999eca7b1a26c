/** A histogram in plain numbers. */
export class PlainHistogram {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: the last is for what is above them all. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds upper bounds, inclusive and rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = [...bounds.map(() => 0), 0];
  }

  get bounds(): readonly number[] {
    return this.#bounds;
  }

  get sum(): number {
    return this.#sum;
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > (this.#bounds[index] ?? Infinity)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  /** How many were at most each bound, and last how many there were. */
  cumulated(): readonly number[] {
    let total = 0;
    return this.#counts.map((count) => (total += count));
  }
}
