import type { Clock, Timer } from '@resync/cache-contract';
import type { Side } from './side.js';

/** How a repair goes about it. */
export interface RepairSettings {
  readonly clock: Clock;
  /** Milliseconds that the side may take for one delete. */
  readonly limitMs: number;
}

/** Deletes that are under way at once. */
const BATCH = 32;
/** Milliseconds between attempts: doubled from the first to the last while they fail. */
const FIRST_PAUSE = 50;
const LAST_PAUSE = 5000;

/**
 * Makes one side trustworthy again, in the background: a cold side is emptied, a dirty key is deleted
 * there, until the side confirms it. A repair that overtakes a newer set only makes a miss.
 */
export class Repair<V> {
  readonly #side: Side<V>;
  readonly #settings: RepairSettings;
  readonly #unsubscribe: () => void;
  #isOn = false;
  #isWorking = false;
  #pause = FIRST_PAUSE;
  #timer: Timer | undefined;

  constructor(side: Side<V>, settings: RepairSettings) {
    this.#side = side;
    this.#settings = settings;
    this.#unsubscribe = side.onChange(() => this.#wake());
  }

  /** The side takes part in the migration. */
  resume(): void {
    this.#isOn = true;
    this.#wake();
  }

  /** The side is left alone. */
  suspend(): void {
    this.#isOn = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** For ever. */
  end(): void {
    this.suspend();
    this.#unsubscribe();
  }

  #wake(): void {
    if (!this.#isOn || this.#isWorking || this.#timer !== undefined || !this.#hasWork()) return;
    this.#isWorking = true;
    void this.#work();
  }

  #hasWork(): boolean {
    return this.#side.isCold || this.#side.ledger.repairable.size > 0;
  }

  async #work(): Promise<void> {
    let hasProgress = true;
    while (hasProgress && this.#isOn && this.#hasWork()) {
      hasProgress = this.#side.isCold ? await this.#side.empty() : await this.#deleteBatch();
    }
    this.#isWorking = false;
    if (hasProgress) this.#pause = FIRST_PAUSE;
    else this.#tryAgainLater();
  }

  /** Whether at least one delete was confirmed: a key that never is must not hold up the others. */
  async #deleteBatch(): Promise<boolean> {
    const batch = [...this.#side.ledger.repairable].slice(0, BATCH);
    const { limitMs } = this.#settings;
    const outcomes = await Promise.all(
      batch.map(
        (key) => this.#side.write(key, { limitMs }, (cache) => cache.delete(key)).concluded,
      ),
    );
    return outcomes.some(({ kind }) => kind === 'answered');
  }

  #tryAgainLater(): void {
    if (!this.#isOn) return;
    this.#timer = this.#settings.clock.schedule(() => {
      this.#timer = undefined;
      this.#wake();
    }, this.#pause);
    this.#pause = Math.min(2 * this.#pause, LAST_PAUSE);
  }
}
