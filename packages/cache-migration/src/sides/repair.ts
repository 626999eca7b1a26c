import type { Clock, Timer } from '@resync/cache-contract';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { Side } from './side.js';

/** How a repair goes about it. */
export interface RepairSettings {
  readonly clock: Clock;
  /** Milliseconds that the side may take for one delete. */
  readonly limitMs: number;
  readonly observer: GuardedObserver;
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
  readonly #unsubscribe: readonly (() => void)[];
  #isOn = false;
  #isWorking = false;
  #pause = FIRST_PAUSE;
  #timer: Timer | undefined;

  constructor(side: Side<V>, settings: RepairSettings) {
    this.#side = side;
    this.#settings = settings;
    this.#unsubscribe = [
      side.changes.on(() => this.#wake()),
      side.recoveries.on(() => this.#tryNow()),
    ];
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
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #wake(): void {
    if (!this.#isOn || this.#isWorking || this.#timer !== undefined || !this.#hasWork()) return;
    this.#isWorking = true;
    void this.#work();
  }

  #tryNow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pause = FIRST_PAUSE;
    this.#wake();
  }

  /** While the side is not called, there is nothing that could be done. */
  #hasWork(): boolean {
    if (!this.#side.isCalled) return false;
    if (this.#side.isCold) return this.#side.emptiesItself;
    return this.#side.ledger.repairable.size > 0;
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
    const repaired = await Promise.all(batch.map((key) => this.#delete(key)));
    return repaired.includes(true);
  }

  async #delete(key: string): Promise<boolean> {
    const { limitMs, observer } = this.#settings;
    const outcome = await this.#side.write(key, { limitMs }, (cache) => cache.delete(key))
      .concluded;
    if (outcome.kind === 'answered') observer.repaired(this.#side.name);
    return outcome.kind === 'answered';
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
