import type { Clock } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { InFlight } from '../sides/in-flight.js';
import { isSettledWithin } from '../sides/outcome.js';
import { epochAt, type Epoch } from '../stages/epoch.js';
import { assertLegalStep, describeStep } from '../stages/ladder.js';
import type { MigrationState, Stage, Step } from '../stages/stage.js';
import type { GuardedNext } from './guarded-next.js';
import type { ServiceLimits } from './service-options.js';

/** What the stages of a service move. */
export interface ServiceStagesSettings {
  readonly component: string;
  readonly clock: Clock;
  readonly limits: ServiceLimits;
  readonly observer: GuardedObserver;
  readonly inFlight: InFlight;
  readonly next: GuardedNext;
}

const SAFE_HARBOUR: Step = { stage: 'live', percentage: 0 };

/** A rollback from each stage, step by step. */
const WAY_BACK = {
  off: [],
  dualwrite: [{ stage: 'off', percentage: 0 }],
  shadow: [
    { stage: 'dualwrite', percentage: 0 },
    { stage: 'off', percentage: 0 },
  ],
  live: [SAFE_HARBOUR],
  rampdown: [SAFE_HARBOUR],
  complete: [SAFE_HARBOUR],
} as const satisfies Record<Stage, readonly Step[]>;

/**
 * The state of a service's migration and its changes. A new epoch takes effect for new calls at once;
 * a change is over when the calls before it have settled. Changes queue up; a rollback overtakes them.
 */
export class ServiceStages {
  readonly #settings: ServiceStagesSettings;
  #epoch: Epoch = epochAt(1, { stage: 'off', percentage: 0 });
  #drained: Promise<void> = Promise.resolve();
  #lastChange: Promise<unknown> = Promise.resolve();
  #rollbacks = 0;
  #isClosed = false;

  constructor(settings: ServiceStagesSettings) {
    this.#settings = settings;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** As an observer sees it. */
  get state(): MigrationState {
    return stateAt(this.#epoch);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Goes to a neighbour. Rejects with the legal steps where it is none. */
  async transition(to: Step, why: string): Promise<void> {
    const { stage } = this.#epoch;
    if (isSafeHarbour(to) && (stage === 'live' || stage === 'rampdown')) {
      this.#goBack(why);
      return;
    }
    const rollbacks = this.#rollbacks;
    const change = this.#lastChange.then(() => this.#change(to, why, rollbacks));
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  /** Goes back at once, as far as {@link WAY_BACK} says; waits for nothing above `shadow`. */
  async rollback(why: string, how: 'warm' | 'cold'): Promise<void> {
    const { stage } = this.#epoch;
    if (stage === 'complete' && how === 'warm') assertLegal(this.#epoch, SAFE_HARBOUR);
    this.#goBack(why);
    if (stage === 'shadow' || stage === 'dualwrite') await this.#drained;
  }

  /** Resolves when the calls under way have settled, or the limit has passed. */
  async close(): Promise<void> {
    const { inFlight, limits, next } = this.#settings;
    this.#isClosed = true;
    this.#rollbacks += 1;
    next.suspendBreaker();
    inFlight.nextEpoch();
    await this.#areCallsSettledWithin(limits.shutdown);
  }

  #goBack(why: string): void {
    this.#rollbacks += 1;
    for (const step of WAY_BACK[this.#epoch.stage]) {
      if (!isSafeHarbour(this.#epoch)) this.#enter(step, why);
    }
  }

  async #change(to: Step, why: string, rollbacks: number): Promise<void> {
    const refuseIfOvertaken = (): void => {
      if (rollbacks === this.#rollbacks) return;
      const words = `a rollback, or the shutdown, overtook the step to ${describeStep(to)}`;
      throw new MigrationError('SUPERSEDED', words);
    };
    refuseIfOvertaken();
    assertLegal(this.#epoch, to);
    await this.#drained;
    refuseIfOvertaken();
    this.#enter(to, why);
    await this.#drained;
    refuseIfOvertaken();
  }

  #enter(to: Step, why: string): void {
    const { component, inFlight, limits, next, observer } = this.#settings;
    const previous = stateAt(this.#epoch);
    this.#epoch = epochAt(this.#epoch.number + 1, to);
    inFlight.nextEpoch();
    if (to.stage === 'shadow' || to.stage === 'live') next.resumeBreaker();
    else next.suspendBreaker();
    this.#drained = this.#drain(limits.drain, this.#epoch);
    observer.stateChanged({ component, previous, current: stateAt(this.#epoch), why });
  }

  async #drain(limitMs: number, epoch: Epoch): Promise<void> {
    const isDrained = await this.#areCallsSettledWithin(limitMs);
    // A later change waits for the same calls, and longer.
    if (!isDrained && epoch === this.#epoch) this.#settings.inFlight.declareOverdue();
  }

  #areCallsSettledWithin(ms: number): Promise<boolean> {
    const { clock, inFlight } = this.#settings;
    return isSettledWithin({ clock, ms, name: 'the end of earlier calls' }, inFlight.drained());
  }
}

/** A service is never cold: it holds no entries. */
function stateAt({ stage, percentage, number }: Epoch): MigrationState {
  return { stage, percentage, epoch: number, cold: { legacy: false, next: false } };
}

function isSafeHarbour({ stage, percentage }: Step): boolean {
  return stage === 'live' && percentage === 0;
}

function assertLegal(from: Step, to: Step): void {
  if (from.stage !== 'complete') {
    assertLegalStep(from, to);
    return;
  }
  throw new MigrationError(
    'ILLEGAL_STEP',
    'complete is final: legacy has seen no calls since. rollback(why, { cold: true }) goes back to live 0 %',
  );
}
