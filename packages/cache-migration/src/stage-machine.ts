import { epochAt, type Epoch } from './stages/epoch.js';
import { assertLegalStep, describeStep } from './stages/ladder.js';
import type { Leases } from './keys/leases.js';
import { MigrationError } from './migration-error.js';
import type { MigrationLimits } from './migration-options.js';
import type { MigrationCounter } from './observation/migration-counter.js';
import type { GuardedObserver } from './observation/migration-observer.js';
import type { Nursery } from './sides/nursery.js';
import type { Repair } from './sides/repair.js';
import type { Side } from './sides/side.js';
import type { Sides } from './sides/sides.js';
import type { MigrationState, SideName, Step } from './stages/stage.js';

/** What the stage machine moves. */
export interface StageMachineSettings<V> {
  readonly component: string;
  readonly limits: MigrationLimits;
  readonly observer: GuardedObserver;
  readonly counter: MigrationCounter;
  readonly leases: Leases;
  readonly nursery: Nursery;
  readonly repairs: Readonly<Record<SideName, Repair<V>>>;
  readonly isSoleProcess: boolean;
}

const OFF: Step = { stage: 'off', percentage: 0 };
const SAFE_HARBOUR: Step = { stage: 'live', percentage: 0 };
const RAMPDOWN: Step = { stage: 'rampdown', percentage: 100 };

/**
 * The state of a migration and its changes. A new epoch takes effect for new operations at once; a
 * change is over when what began before it has settled. Changes queue up; a rollback to `live 0`
 * waits for nothing and overtakes those that wait.
 */
export class StageMachine<V> {
  readonly #sides: Sides<V>;
  readonly #settings: StageMachineSettings<V>;
  #epoch: Epoch = epochAt(1, OFF);
  #alone: Side<V> | undefined;
  #drained: Promise<void> = Promise.resolve();
  #lastChange: Promise<unknown> = Promise.resolve();
  #rollbacks = 0;
  #isClosed = false;
  #onEpoch: (epoch: Epoch) => void = () => undefined;

  constructor(sides: Sides<V>, settings: StageMachineSettings<V>) {
    this.#sides = sides;
    this.#settings = settings;
    sides.next.distrust('not written in off');
    settings.leases.beginEpoch(this.#epoch.number);
    settings.counter.passThrough(sides.legacy);
    this.#alone = sides.legacy;
    for (const side of Object.values(sides)) side.changes.on(() => this.#letStandAlone());
  }

  /** Calls back when a new epoch begins, before anything else is done in it. */
  onEpoch(listener: (epoch: Epoch) => void): void {
    this.#onEpoch = listener;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** The side that can be called without further ado: the only one, with nothing open. */
  get alone(): Side<V> | undefined {
    return this.#alone;
  }

  get state(): MigrationState {
    const { stage, percentage, number } = this.#epoch;
    const { legacy, next } = this.#sides;
    return { stage, percentage, epoch: number, cold: { legacy: legacy.isCold, next: next.isCold } };
  }

  /** Goes to a neighbour. Rejects with the legal steps where it is none. */
  transition(to: Step, why: string): Promise<void> {
    if (isSafeHarbour(to) && isBeyondHarbour(this.#epoch)) return this.#flee(why);
    const rollbacks = this.#rollbacks;
    return this.#enqueue(() => this.#change(to, why, rollbacks));
  }

  /** Enters what a fleet has decided, from wherever; resolves when what began before has settled, or is late. */
  follow({ epoch, ...step }: Step & { readonly epoch: number }): Promise<unknown> {
    this.#enter(step, 'the fleet decided', epoch);
    return this.#drained;
  }

  /** Goes back, as far as is safe: see the protocol's "Rollback". */
  async rollback(why: string, how: 'warm' | 'cold'): Promise<void> {
    const { stage } = this.#epoch;
    if (stage === 'off') return;
    if (isBeyondHarbour(this.#epoch)) return this.#flee(why);
    if (stage === 'complete') return this.#rollbackCold(why, how);
    this.#rollbacks += 1;
    const rollbacks = this.#rollbacks;
    return this.#enqueue(async () => {
      if (this.#epoch.stage === 'shadow') {
        this.#refuseIfOvertaken(rollbacks, OFF);
        // What is late behind the first step would leave legacy cold half-way.
        await this.#untilTrustedAlone(OFF);
        await this.#change({ stage: 'dualwrite', percentage: 0 }, why, rollbacks);
      }
      await this.#change(OFF, why, rollbacks);
    });
  }

  /** No side stands alone any longer; resolves when what is under way has settled, or the limit has passed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#rollbacks += 1;
    this.#alone = undefined;
    this.#settings.nursery.close();
    for (const repair of Object.values(this.#settings.repairs)) repair.end();
    const limitMs = this.#settings.limits.shutdown;
    for (const side of Object.values(this.#sides)) {
      side.endTrials();
      side.nextEpoch();
    }
    await Promise.all(Object.values(this.#sides).map((side) => side.drain(limitMs)));
  }

  #rollbackCold(why: string, how: 'warm' | 'cold'): Promise<void> {
    if (how === 'warm') assertLegalStep(this.#epoch, SAFE_HARBOUR);
    this.#rollbacks += 1;
    const rollbacks = this.#rollbacks;
    return this.#enqueue(async () => {
      this.#refuseIfOvertaken(rollbacks, RAMPDOWN);
      this.#enter(RAMPDOWN, why);
      await this.#drained;
      await this.#untilWarm('legacy', this.#settings.limits.drain);
      await this.#change({ stage: 'live', percentage: 100 }, why, rollbacks);
    });
  }

  async #flee(why: string): Promise<void> {
    this.#rollbacks += 1;
    if (!isSafeHarbour(this.#epoch)) this.#enter(SAFE_HARBOUR, why);
  }

  #enqueue<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(change);
    this.#lastChange = result.catch(() => undefined);
    return result;
  }

  async #change(to: Step, why: string, rollbacks: number): Promise<void> {
    this.#refuseIfOvertaken(rollbacks, to);
    assertLegalStep(this.#epoch, to);
    this.#refuseSharedSides(to);
    await this.#drained;
    await this.#untilTrustedAlone(to);
    this.#refuseIfOvertaken(rollbacks, to);
    this.#enter(to, why);
    await this.#drained;
    if (to.stage === 'dualwrite') await this.#untilWarm('next', this.#settings.limits.clear);
    this.#refuseIfOvertaken(rollbacks, to);
  }

  #refuseIfOvertaken(rollbacks: number, to: Step): void {
    if (rollbacks === this.#rollbacks) return;
    throw new MigrationError('SUPERSEDED', `a rollback overtook the step to ${describeStep(to)}`);
  }

  #enter(to: Step, why: string, number = this.#epoch.number + 1): void {
    const previous = this.state;
    const { legacy, next } = this.#sides;
    const { leases, limits, observer, component, counter, nursery } = this.#settings;
    this.#alone = undefined;
    nursery.meetAll();
    this.#epoch = epochAt(number, to);
    for (const side of Object.values(this.#sides)) side.nextEpoch();
    leases.beginEpoch(this.#epoch.number);
    const { passes, limited } = this.#epoch.route;
    counter.passThrough(passes && this.#sides[passes]);
    for (const side of Object.values(this.#sides)) {
      if (!limited.includes(side.name)) side.resetBreaker();
    }
    // First, or the side that is left alone would be emptied now instead of when it is taken up again.
    this.#repairWritten();
    if (to.stage === 'off') next.distrust('not written in off');
    if (to.stage === 'complete') legacy.distrust('not written in complete');
    this.#drained = Promise.all([legacy.drain(limits.drain), next.drain(limits.drain)]).then(() =>
      this.#letStandAlone(),
    );
    this.#onEpoch(this.#epoch);
    observer.stateChanged({ component, previous, current: this.state, why });
  }

  /** Only a side that is written to can be made trustworthy. */
  #repairWritten(): void {
    const { writes } = this.#epoch.route;
    for (const [name, repair] of Object.entries(this.#settings.repairs)) {
      if (writes === 'both' || writes === name) repair.resume();
      else repair.suspend();
    }
  }

  #letStandAlone(): void {
    const { writes } = this.#epoch.route;
    if (this.#isClosed || this.#alone !== undefined || writes === 'both') return;
    const side = this.#sides[writes];
    if (side.isTrusted && side.isSettled) this.#alone = side;
  }

  /**
   * Before a side stands alone it has to have confirmed everything, and every write has to have ended
   * that began before: one that is late behind the step would leave it cold, with nothing beside it.
   */
  async #untilTrustedAlone(to: Step): Promise<void> {
    const name = to.stage === 'off' ? 'legacy' : to.stage === 'complete' ? 'next' : undefined;
    if (name === undefined) return;
    const side = this.#sides[name];
    this.#settings.nursery.meetAll();
    side.nextEpoch();
    const isReady = (): boolean => side.isTrusted && side.isSettled;
    if (await side.until(isReady, this.#settings.limits.drain)) return;
    throw new MigrationError(
      'NOT_TRUSTED',
      `expected ${name} to have confirmed everything before ${to.stage}; ${obstacleOf(side)}. ` +
        `The stage is still ${describeStep(this.#epoch)}`,
    );
  }

  async #untilWarm(name: SideName, limitMs: number): Promise<void> {
    const side = this.#sides[name];
    await side.until(() => !side.isCold, limitMs);
  }

  #refuseSharedSides(to: Step): void {
    if (this.#settings.isSoleProcess || to.stage === 'off' || to.stage === 'dualwrite') return;
    const shared = Object.values(this.#sides).find(({ cache }) => cache.capabilities.shared);
    if (shared === undefined) return;
    throw new MigrationError(
      'SHARED_SIDE',
      `${shared.name} is shared between processes, whose stages nobody holds together: it is not ` +
        `taken to ${describeStep(to)}. Set soleProcess: true if this is the only process that uses it`,
    );
  }
}

/** Why a side cannot stand alone. */
function obstacleOf({ isCold, isTrusted, ledger }: Side<unknown>): string {
  if (isCold) return 'it is cold, and emptying it was not confirmed';
  if (isTrusted) return 'an earlier write has not ended there: try again when it has';
  return `${ledger.dirtyCount} of its keys are dirty, ${ledger.unsettledCount} calls are unsettled`;
}

function isSafeHarbour({ stage, percentage }: Step): boolean {
  return stage === 'live' && percentage === 0;
}

function isBeyondHarbour({ stage }: Step): boolean {
  return stage === 'live' || stage === 'rampdown';
}
