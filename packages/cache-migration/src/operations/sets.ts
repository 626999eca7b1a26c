import { assertKey, assertValue, type Cache, type Clock } from '@resync/cache-contract';
import { shutDownError } from '../migration-error.js';
import type { Manner } from '../keys/key-order.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import { untimed, type Stopwatch } from '../observation/stopwatch.js';
import type { Sides } from '../sides/sides.js';
import type { StageMachine } from '../stage-machine.js';
import { settingInTurn, type Setting } from './lifetime.js';
import type { QuickWrites } from './quick-writes.js';
import type { SharedWrites } from './shared-writes.js';
import type { WritePath } from './write-path.js';

/** What sets need. */
export interface SetsSettings<V> {
  readonly sides: Sides<V>;
  readonly stages: StageMachine<V>;
  readonly quick: QuickWrites<V>;
  readonly inFull: WritePath<V>;
  /** Where other processes write to a side as well. */
  readonly shared: SharedWrites<V> | undefined;
  readonly counter: MigrationCounter;
  readonly stopwatch: Stopwatch | undefined;
  readonly clock: Clock;
}

/** Decides how a key is set: on the side that stands alone or on both, quickly or in full, timed or not. */
export class Sets<V> {
  readonly #settings: SetsSettings<V>;
  readonly #stages: StageMachine<V>;
  readonly #quick: QuickWrites<V>;
  readonly #counter: MigrationCounter;
  readonly #stopwatch: Stopwatch | undefined;
  readonly #isShared: boolean;
  #isClosed = false;

  constructor(settings: SetsSettings<V>) {
    this.#settings = settings;
    this.#stages = settings.stages;
    this.#quick = settings.quick;
    this.#counter = settings.counter;
    this.#stopwatch = settings.stopwatch;
    this.#isShared = settings.shared !== undefined;
  }

  /**
   * Sets a key that nobody has looked at yet. On a side that stands alone sets run as they come, and
   * it refuses by itself what is no key and no value.
   */
  set(setting: Setting<V>): Promise<void> {
    const stopwatch = this.#stopwatch;
    return stopwatch?.isDue() === true
      ? this.#setTimed(setting, stopwatch)
      : this.#setUntimed(setting);
  }

  /** As `set`, and nothing newer overtakes it. */
  async setInOrder(setting: Setting<V>): Promise<void> {
    if (this.#isClosed) throw shutDownError();
    return this.#setInFull(setting, 'ordered');
  }

  /** No key is set any longer. */
  close(): void {
    this.#isClosed = true;
  }

  #setUntimed(setting: Setting<V>): Promise<void> {
    const alone = this.#isShared ? undefined : this.#stages.alone;
    if (alone !== undefined) return this.#quick.setAlone(alone, setting);
    this.#check(setting);
    if (this.#isShared) return this.setInOrder(setting);
    this.#counter.set();
    return this.#quick.set(this.#stages.epoch, setting);
  }

  // What is rare is async, which keeps it from being compiled into what is frequent.
  async #setTimed(setting: Setting<V>, stopwatch: Stopwatch): Promise<void> {
    const { alone } = this.#stages;
    const again = (): Promise<void> => this.#setUntimed(setting);
    if (alone !== undefined) return stopwatch.timeAlone('set', alone.name, again);
    if (!stopwatch.isThorough()) return stopwatch.timeAround('set', again);
    this.#check(setting);
    return stopwatch.time('set', (timing) => this.#setInFull(setting, 'concurrent', timing));
  }

  #check({ key, value }: Setting<V>): void {
    if (this.#isClosed) throw shutDownError();
    assertKey(key);
    assertValue(value);
  }

  #setInFull(setting: Setting<V>, manner: Manner, timing = untimed): Promise<void> {
    const { stages, inFull, shared, clock, sides } = this.#settings;
    this.#counter.set();
    if (shared !== undefined) {
      return shared.set(setting, stages.epoch);
    }
    const set = settingInTurn(setting, clock);
    const call = (cache: Cache<V>): Promise<void> =>
      timing(cache === sides.legacy.cache ? 'legacy' : 'next', () => set(cache));
    const { alone } = stages;
    if (alone !== undefined) return inFull.direct(alone, setting.key, { manner, call });
    return inFull.set(setting.key, stages.epoch, call);
  }
}
