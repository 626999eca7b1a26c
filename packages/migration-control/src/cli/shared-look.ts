import type { RolloutReport } from '../operator/rollout-operator.js';
import type { CommandCall } from './command.js';
import { CommandError } from './command-error.js';
import type { Connection } from './connection/connection.js';
import { delay } from './delay.js';

/** Milliseconds between two looks: half of what the admin surface answers by default. */
const EVERY = 100;

/** Where a rollout stands, asked for once at a time for all who wait for something of it. */
export class SharedLook {
  readonly clock: CommandCall['clock'];
  readonly #signal: AbortSignal;
  readonly #connection: Connection;
  #next: Promise<RolloutReport> | undefined;
  #lastAt = -Infinity;

  constructor({ clock, signal }: Pick<CommandCall, 'clock' | 'signal'>, connection: Connection) {
    this.clock = clock;
    this.#signal = signal;
    this.#connection = connection;
  }

  /**
   * The next report, which may be under way already.
   *
   * @throws CommandError `INTERRUPTED`, and those of the connection
   */
  next(): Promise<RolloutReport> {
    this.#next ??= this.#look().finally(() => {
      this.#next = undefined;
    });
    return this.#next;
  }

  async #look(): Promise<RolloutReport> {
    const wait = this.#lastAt + EVERY - this.clock.monotonic();
    if (wait > 0) await delay(this.clock, wait, this.#signal);
    if (this.#signal.aborted) throw new CommandError('INTERRUPTED', 'interrupted');
    const report = await this.#connection.report();
    this.#lastAt = this.clock.monotonic();
    return report;
  }
}
