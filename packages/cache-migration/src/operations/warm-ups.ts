import type { Clock } from '@resync/cache-contract';
import { EntryCopier, type EntryCopierSettings } from './entry-copier.js';
import type { Fills } from './fills.js';
import { WarmUpRun } from './warm-up-run.js';
import type { WarmUp, WarmUpOptions } from './warm-up.js';
import { MigrationError } from '../migration-error.js';
import { refuseOption } from '../option-checks.js';
import type { Sides } from '../sides/sides.js';
import { describeStep } from '../stages/ladder.js';
import type { Stage, Step } from '../stages/stage.js';

/** What warm-ups need. */
export interface WarmUpsSettings<V> extends EntryCopierSettings {
  readonly fills: Fills<V>;
  readonly clock: Clock;
  readonly isSoleProcess: boolean;
}

/** Where both sides are written to and legacy is asked: next is to become what legacy is. */
const STAGES: readonly Stage[] = ['dualwrite', 'shadow', 'live'];

/** Starts warm-ups, one at a time, where nothing speaks against it, and stops them where something does. */
export class WarmUps<V> {
  readonly #sides: Sides<V>;
  readonly #settings: WarmUpsSettings<V>;
  readonly #copier: EntryCopier<V>;
  #latest: WarmUp | undefined;

  constructor(sides: Sides<V>, settings: WarmUpsSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    this.#copier = new EntryCopier(sides, settings.fills, settings);
  }

  /** @throws MigrationError `WARM_UP_REFUSED`, `INVALID_OPTION` */
  start(at: Step, options: WarmUpOptions): WarmUp {
    const obstacle = this.#obstacle(at);
    if (obstacle !== undefined) {
      throw new MigrationError('WARM_UP_REFUSED', `a warm-up is not possible: ${obstacle}`);
    }
    const { entriesPerSecond = 1000, concurrency = 8 } = options;
    if (!(entriesPerSecond > 0 && entriesPerSecond < Infinity)) {
      refuseOption('entriesPerSecond', 'a finite number over 0', entriesPerSecond);
    }
    if (!Number.isInteger(concurrency) || concurrency <= 0) {
      refuseOption('concurrency', 'a whole number over 0', concurrency);
    }
    this.#latest = new WarmUpRun({
      ...options,
      entriesPerSecond,
      concurrency,
      sides: this.#sides,
      copier: this.#copier,
      clock: this.#settings.clock,
      limitMs: this.#settings.limits.clear,
    });
    return this.#latest;
  }

  /** The state has changed. */
  moved(to: Step): void {
    if (!STAGES.includes(to.stage)) {
      this.#latest?.stop(`the migration has gone to ${describeStep(to)}`);
    }
  }

  /** The migration ends. */
  end(): void {
    this.#latest?.stop('the migration manager was shut down');
  }

  #obstacle(at: Step): string | undefined {
    if (!STAGES.includes(at.stage)) {
      return `expected a stage of ${STAGES.join(', ')}; it is ${describeStep(at)}`;
    }
    const state = this.#latest?.progress.state;
    if (state === 'running' || state === 'paused') {
      return `another one is ${state}; stop it, or wait for it to finish`;
    }
    return this.#obstacleInSides();
  }

  #obstacleInSides(): string | undefined {
    const { legacy, next } = this.#sides;
    const isShared = [legacy, next].some(({ cache }) => cache.capabilities.shared);
    if (isShared && !this.#settings.isSoleProcess) {
      return (
        'one side is shared between processes, whose legacies differ or are written by all of them. ' +
        'Set soleProcess: true if this is the only process'
      );
    }
    if (!this.#settings.fills.isExpiryKept) {
      return 'legacy slides its expiry and next does not, so that entries would end early or late';
    }
    if (!legacy.cache.capabilities.entries && typeof legacy.cache.getKeys !== 'function') {
      return 'legacy has neither entries nor getKeys, so that nobody can tell what it holds';
    }
    return undefined;
  }
}
