import { systemClock, type Cache } from '@resync/cache-contract';
import { combineObservers, type MigrationObserver } from '@resync/cache-migration';
import { ObservationCollector, PairSampler, type Observation } from '@resync/migration-control';
import { ComponentRecorder } from './component-recorder.js';

/** What the judge cannot see in the component itself. */
export interface Surroundings {
  readonly health: () => Observation['health'];
  readonly memory: () => Observation['memory'];
}

/** Reads of a small demo are few: all of them are compared. */
const PAIR_RATE = 1;

/** What the page and the judge know of one component. */
export class LiveWatch {
  readonly recorder = new ComponentRecorder();
  readonly observer: MigrationObserver;
  readonly #pairs: PairSampler;
  readonly #collector: ObservationCollector;
  #surroundings: Surroundings | undefined;

  constructor(sides: { readonly legacy: Cache; readonly next: Cache }) {
    this.#pairs = new PairSampler({
      ...sides,
      clock: systemClock,
      random: () => Math.random(),
      rate: PAIR_RATE,
    });
    this.#collector = new ObservationCollector({
      pairs: this.#pairs,
      health: () => this.#surroundings?.health() ?? 'unknown',
      memory: () => this.#surroundings?.memory() ?? 'unknown',
    });
    this.observer = combineObservers(this.recorder.observer, this.#collector.observer);
  }

  /** From now on a judge wants to know: both sides are read for each key that is. */
  judge(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
  }

  /** A caller reads this key. */
  saw(key: string): void {
    if (this.#surroundings !== undefined) this.#pairs.saw(key);
  }

  /** What was seen since this was asked last. */
  take(): Observation {
    return this.#collector.take();
  }
}
