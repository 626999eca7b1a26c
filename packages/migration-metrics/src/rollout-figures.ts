import { LABEL_VALUES, METRICS } from './metric-names.js';
import { PlainHistogram } from './plain-histogram.js';

/** A decision, as far as it is counted; `DecisionRecord` of migration-control is one. */
export interface CountedDecision {
  /** `all` where it concerns the whole rollout. */
  readonly component: string;
  readonly verdict: string;
}

/** A fleet, as far as it is shown; `FleetSnapshot` of migration-control is one. */
export interface FleetFigures {
  readonly state: { readonly epoch: number };
  readonly members: readonly {
    readonly acknowledged?: { readonly epoch: number } | undefined;
  }[];
}

/** A verdict of a rollout, as far as it is known. */
type DecisionVerdict = (typeof LABEL_VALUES.decision)[number];

/** What concerns the whole rollout. */
const ALL = 'all';
/** In place of components that nobody observes, so that there are never more of them. */
const OTHER = 'other';

/** What was decided, and how long rollbacks took. */
export class RolloutFigures {
  readonly #isObserved: (component: string) => boolean;
  readonly #decisions = new Map<string, Record<DecisionVerdict, number>>();
  readonly #rollbacks = new Map<string, PlainHistogram>();

  constructor(isObserved: (component: string) => boolean) {
    this.#isObserved = isObserved;
    this.begin(ALL);
  }

  /** The component has series from now on. */
  begin(component: string): void {
    this.#decisionsOf(component);
    if (component !== ALL) this.#rollbacksOf(component);
  }

  decided({ component, verdict }: CountedDecision): void {
    const decisions = this.#decisionsOf(component === ALL ? ALL : this.#labelOf(component));
    decisions[isVerdict(verdict) ? verdict : 'other'] += 1;
  }

  rolledBack(component: string, seconds: number): void {
    this.#rollbacksOf(this.#labelOf(component)).observe(seconds);
  }

  get decisions(): ReadonlyMap<string, Readonly<Record<DecisionVerdict, number>>> {
    return this.#decisions;
  }

  get rollbacks(): ReadonlyMap<string, PlainHistogram> {
    return this.#rollbacks;
  }

  #labelOf(component: string): string {
    return this.#isObserved(component) ? component : OTHER;
  }

  #decisionsOf(label: string): Record<DecisionVerdict, number> {
    const known = this.#decisions.get(label);
    if (known !== undefined) return known;
    const none = Object.fromEntries(LABEL_VALUES.decision.map((verdict) => [verdict, 0]));
    this.#decisions.set(label, none as Record<DecisionVerdict, number>);
    return none as Record<DecisionVerdict, number>;
  }

  #rollbacksOf(label: string): PlainHistogram {
    const known = this.#rollbacks.get(label);
    if (known !== undefined) return known;
    const none = new PlainHistogram(METRICS.rollbacks.buckets);
    this.#rollbacks.set(label, none);
    return none;
  }
}

function isVerdict(verdict: string): verdict is DecisionVerdict {
  return LABEL_VALUES.decision.includes(verdict as DecisionVerdict);
}
