import type { FleetFollower } from '../fleet/fleet-follower.js';
import { MigrationError } from '../migration-error.js';
import type { UnconfirmedPolicy } from '../migration-options.js';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';

/** Sees to it that the fleet knows which side to distrust before an unconfirmed write ends. */
export class Unconfirmed<V> {
  readonly #sides: Sides<V>;
  readonly #follower: FleetFollower<V>;
  readonly #policy: UnconfirmedPolicy;

  constructor(sides: Sides<V>, follower: FleetFollower<V>, policy: UnconfirmedPolicy) {
    this.#sides = sides;
    this.#follower = follower;
    this.#policy = policy;
  }

  /** The sides that a write which begins now need not be confirmed by: all know that they are cold. */
  excused(): readonly Side<V>[] {
    return Object.values(this.#sides).filter(
      ({ name }) => this.#follower.warmthOf(name) === 'cold',
    );
  }

  /**
   * Declares cold the sides that have not confirmed.
   *
   * @param last the call that must not be left behind by a process that cannot declare anything
   * @throws MigrationError `FENCED`, or `WRITE_FAILED` where the policy is to fail
   */
  async settle(sides: readonly Side<V>[], last?: Outcome<unknown>): Promise<void> {
    const declared = await Promise.all(
      sides.map((side) => this.#follower.declareCold(side, 'a write was not confirmed')),
    );
    if (declared.includes(false)) {
      if (last?.kind === 'late') await last.settled;
      throw new MigrationError(
        'FENCED',
        'expected the fleet to learn which side has not confirmed the write; this process is no ' +
          'member of it any longer. The write may or may not have happened',
      );
    }
    if (sides.length === 0 || this.#policy === 'accept') return;
    throw new MigrationError(
      'WRITE_FAILED',
      `expected ${sides.map(({ name }) => name).join(' and ')} to confirm the write, as not every ` +
        "process knows yet that it is cold; set unconfirmed: 'accept' to let such writes end well",
    );
  }
}
