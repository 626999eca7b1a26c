import type { Clock } from '@resync/cache-contract';
import type { AuditRecord } from '../../audit/audit-log.js';
import { ControlError } from '../../control-error.js';
import type {
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import { rolloutReport, type Whereabouts } from '../../operator/rollout-report.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import type { RolloutEvent } from '../../plan/rollout-event.js';
import { beginRollout, resumeRollout } from '../../plan/rollout-state.js';
import { livingOf, SIDES, type FleetRecord, type FleetSnapshot } from '../fleet-record.js';
import type { FleetRemote } from '../fleet-remote.js';
import { systemProcessId } from '../system-process-id.js';
import type { FleetComponent } from './fleet-component.js';
import type { Asked, FleetRolloutStore } from './fleet-rollout-store.js';
import type { RecordFollower } from './record-follower.js';

/** What an operator is told. */
export interface FleetOperatorSettings {
  readonly store: FleetRolloutStore;
  readonly follower: RecordFollower;
  readonly plan: RolloutPlan;
  readonly components: Readonly<Record<string, FleetComponent>>;
  readonly clock: Clock;
  /** Milliseconds after which it is given up to wait for others. */
  readonly patience: number;
}

const POLL_MS = 10;

/**
 * A rollout over a fleet as each process may see and steer it, a member or not. Somebody has to drive it for
 * what is asked to be carried out; a rollback that is not cold needs nobody.
 */
export class FleetOperator implements RolloutOperator {
  readonly #settings: FleetOperatorSettings;

  constructor(settings: FleetOperatorSettings) {
    this.#settings = settings;
  }

  get plan(): RolloutPlan {
    return this.#settings.plan;
  }

  async report(): Promise<RolloutReport> {
    const { clock, components, plan, store } = this.#settings;
    const asked = Object.entries(components).map(
      async ([name, { remote }]) => [name, whereaboutsOf(await remote.status())] as const,
    );
    const [text, found] = await Promise.all([store.load(), Promise.all(asked)]);
    const state = text === undefined ? beginRollout(plan) : resumeRollout(plan, text);
    return rolloutReport(plan, state, { now: clock.now(), found: Object.fromEntries(found) });
  }

  /**
   * A rollback from `complete`, and everything but a rollback, is put in the store for who drives. Where
   * every process of the fleet is gone, a rollback that is not cold is done once the store holds it:
   * whoever joins next reads legacy. A cold one needs a process that empties legacy.
   *
   * @throws ControlError `REFUSED_EVENT`; `CONTROL_STORE` where the store does not answer, no process has
   *   ever joined the fleet, nobody drives (nothing will come of the event then), or a process does not
   *   acknowledge a rollback
   */
  async handle(event: OperatorEvent, who: string): Promise<void> {
    if (event.kind !== 'roll back') {
      const component = 'component' in event ? event.component : undefined;
      if (component !== undefined) await this.#stateOf(component);
      return this.#ask(event, who);
    }
    const remote = this.#remoteOf(event.component);
    const state = await this.#stateOf(event.component);
    if (state.stage === 'complete') {
      await this.#ask(event, who);
      await this.#until(remote, ({ state: now }) => now.stage === 'live');
      return;
    }
    const { component, why } = event;
    await remote.rollback({ why, by: who });
    const from = { stage: state.stage, percentage: state.percentage };
    await this.#put({ kind: 'rolled back', component, from, why }, who);
    const { epoch } = (await remote.status()).state;
    await this.#until(remote, (now) => isKnownToAll(now, epoch));
  }

  async audit(): Promise<readonly AuditRecord[]> {
    return (await this.#settings.store.history()).map(([, record]) => record);
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    return this.#settings.follower.follow(listener);
  }

  async #put(event: RolloutEvent, who: string): Promise<Asked> {
    const asked = { id: systemProcessId(), event, who };
    await this.#settings.store.ask(asked);
    return asked;
  }

  /** Resolves when it was carried out. */
  async #ask(event: RolloutEvent, who: string): Promise<void> {
    const { store } = this.#settings;
    const asked = await this.#put(event, who);
    const answer = await this.#patiently(() => store.answer(asked));
    if (answer?.refusal !== undefined) throw new ControlError('REFUSED_EVENT', answer.refusal);
    if (answer !== undefined || !(await store.withdraw(asked))) return;
    throw new ControlError(
      'CONTROL_STORE',
      `expected a process that drives the rollout; got none that answers, and ${event.kind} is not carried out`,
    );
  }

  async #until(
    remote: FleetRemote,
    condition: (snapshot: FleetSnapshot) => boolean,
  ): Promise<void> {
    let last: FleetSnapshot | undefined;
    const isMet = await this.#patiently(async () => {
      last = await remote.status();
      return condition(last) || undefined;
    });
    if (isMet === true || last === undefined) return;
    const { epoch } = last.state;
    const living = livingOf(last);
    const late = living.filter(({ acknowledged }) => acknowledged?.epoch !== epoch);
    throw new ControlError(
      'CONTROL_STORE',
      living.length === 0
        ? `expected a process in the fleet ${remote.namespace}; got none: what was asked for is carried out once one has joined`
        : `expected every process to acknowledge epoch ${epoch}; got nothing from ${late.map(({ id }) => id).join(', ')}`,
    );
  }

  /** Asks until there is something; undefined where there was nothing for too long. */
  async #patiently<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const { clock, patience } = this.#settings;
    const end = clock.monotonic() + patience;
    for (;;) {
      const found = await ask();
      if (found !== undefined || clock.monotonic() >= end) return found;
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, POLL_MS);
      });
    }
  }

  /** Where the fleet of a component is; one that no process has ever joined is the wrong one, or too early. */
  async #stateOf(component: string): Promise<FleetRecord> {
    const remote = this.#remoteOf(component);
    const { state } = await remote.status();
    if (state.epoch > 0) return state;
    throw new ControlError(
      'CONTROL_STORE',
      `expected a fleet of ${component} called ${remote.namespace}; got none of this name: no process has joined. Start the service, or give the namespace that its openRedisFleet has`,
    );
  }

  #remoteOf(name: string): FleetRemote {
    const { components } = this.#settings;
    const component = Object.hasOwn(components, name) ? components[name] : undefined;
    if (component !== undefined) return component.remote;
    const names = Object.keys(components).join(', ');
    throw new ControlError('REFUSED_EVENT', `expected a component of ${names}; got ${name}`);
  }
}

/** Every process that lives has acknowledged the epoch, or a later one. */
function isKnownToAll(snapshot: FleetSnapshot, epoch: number): boolean {
  return livingOf(snapshot).every(({ acknowledged }) => (acknowledged?.epoch ?? 0) >= epoch);
}

function whereaboutsOf(snapshot: FleetSnapshot): Whereabouts {
  const { state, controller } = snapshot;
  const { stage, percentage, epoch, cold } = state;
  return {
    at: { stage, percentage, epoch },
    cold: SIDES.filter((side) => cold[side] !== 'warm'),
    members: livingOf(snapshot).map(({ id, acknowledged }) => ({
      id,
      isController: id === controller,
      acknowledged,
    })),
  };
}
