import { ALL, METRICS, type Figures, type Metric, type PageHistory } from './page-messages.js';

/** Five minutes, one point a second. */
const KEPT = 300;

type Columns = Record<Metric, (number | null)[]>;

/** The figures of the last minutes, in columns. */
export class LiveHistory {
  readonly #at: number[] = [];
  readonly #figures: Record<string, Columns>;

  constructor(components: readonly string[]) {
    const columns = (): Columns =>
      Object.fromEntries(METRICS.map((metric) => [metric, []])) as unknown as Columns;
    this.#figures = Object.fromEntries([...components, ALL].map((name) => [name, columns()]));
  }

  add(at: number, figures: Readonly<Record<string, Figures>>): void {
    this.#at.push(at);
    if (this.#at.length > KEPT) this.#at.shift();
    for (const [name, columns] of Object.entries(this.#figures)) {
      for (const metric of METRICS) {
        columns[metric].push(figures[name]?.[metric] ?? null);
        if (columns[metric].length > KEPT) columns[metric].shift();
      }
    }
  }

  get all(): PageHistory {
    return { at: this.#at, figures: this.#figures };
  }
}
