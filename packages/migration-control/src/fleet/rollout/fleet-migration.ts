import { ControlError } from '../../control-error.js';
import type { DrivenMigration } from '../../plan/rollout-driver.js';
import type { Rung } from '../../plan/rung.js';
import { laggardsOf, type FleetSnapshot } from '../fleet-record.js';
import type { FleetRemote } from '../fleet-remote.js';

/** Written down as who asks. */
const BY = 'rollout';

/** The migration of a whole fleet, as a driver moves it. It is where it was found when it was looked at last. */
export class FleetMigration implements DrivenMigration {
  /** Members that do not report what they see. */
  silent: readonly string[] = [];
  readonly #remote: FleetRemote;
  #snapshot: FleetSnapshot | undefined;

  constructor(remote: FleetRemote) {
    this.#remote = remote;
  }

  /** Asks the control store where the fleet is. */
  async look(): Promise<FleetSnapshot> {
    this.#snapshot = await this.#remote.status();
    return this.#snapshot;
  }

  /** @throws ControlError `CONTROL_STORE` before anybody has looked */
  get state(): Rung {
    return this.#found.state;
  }

  /** Everybody has acknowledged the state, and every side that is written to is warm. */
  get isSettled(): boolean {
    const { cold, stage } = this.#found.state;
    return (
      laggardsOf(this.#found).length === 0 &&
      (cold.legacy === 'warm' || stage === 'complete') &&
      (cold.next === 'warm' || stage === 'off')
    );
  }

  /** Asked for where nobody else has asked for anything since the look. */
  async transition(target: Rung, why: string): Promise<void> {
    await this.#remote.continueTransition(target, { why, by: BY }, this.#found.target);
  }

  async rollback(why: string, options: { readonly cold?: true } = {}): Promise<void> {
    const reason = { why, by: BY };
    // Asked for twice, a cold one would go on to live 0, which reads a legacy that was emptied.
    const { target } = this.#found;
    if (options.cold === true) await this.#remote.rollback(reason, { cold: true, after: target });
    else await this.#remote.rollback(reason);
  }

  get #found(): FleetSnapshot {
    if (this.#snapshot !== undefined) return this.#snapshot;
    throw new ControlError(
      'CONTROL_STORE',
      'expected the state of a fleet; got none yet: the control store has not answered',
    );
  }
}
