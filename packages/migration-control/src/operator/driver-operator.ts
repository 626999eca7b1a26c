import type { Clock } from '@resync/cache-contract';
import type { AuditRecord } from '../audit/audit-log.js';
import type { FollowedAudit } from '../audit/followed-audit.js';
import { ControlError } from '../control-error.js';
import type { RolloutDriver } from '../plan/rollout-driver.js';
import type { RolloutPlan } from '../plan/rollout-plan.js';
import { describeRung, isBeyondHarbour, type Rung } from '../plan/rung.js';
import type { OperatorEvent, RolloutOperator, RolloutReport } from './rollout-operator.js';
import { rolloutReport, type Whereabouts } from './rollout-report.js';

/** A migration as it is reported; `CacheMigrationManager` is one. */
export interface ReportedMigration {
  readonly state: Rung & {
    readonly epoch: number;
    readonly cold?: Readonly<Record<'legacy' | 'next', boolean>>;
  };
}

/** What an operator over a driver is told: the driver, and what the driver was told. */
export interface DriverOperatorOptions {
  readonly driver: RolloutDriver;
  readonly plan: RolloutPlan;
  /** By the names of the plan. */
  readonly components: Readonly<Record<string, { readonly migration: ReportedMigration }>>;
  readonly audit: FollowedAudit;
  readonly clock: Clock;
}

/** A step is taken at one look, and found to have been at the next; a third is for what came in between. */
const LOOKS = 3;

/** A rollout in one process, as people on call see and steer it. */
export class DriverOperator implements RolloutOperator {
  readonly #options: DriverOperatorOptions;

  constructor(options: DriverOperatorOptions) {
    this.#options = options;
  }

  get plan(): RolloutPlan {
    return this.#options.plan;
  }

  async report(): Promise<RolloutReport> {
    const { clock, components, driver, plan } = this.#options;
    const found = Object.fromEntries(
      Object.entries(components).map(([name, { migration }]) => [name, whereabouts(migration)]),
    );
    return rolloutReport(plan, driver.state, { now: clock.now(), found });
  }

  async handle(event: OperatorEvent, who: string): Promise<void> {
    // A step begins where the component is, which the driver may not have seen yet.
    if (event.kind === 'promote') await this.#options.driver.look();
    await this.#options.driver.handle(event, who);
    switch (event.kind) {
      case 'roll back': {
        this.#checkBack(event.component, event.cold === true ? 'cold' : 'warm');
        return;
      }
      case 'promote':
      case 'set percentage':
        return this.#arrive(event.component);
      case 'approve':
      case 'pause':
      case 'resume':
        return this.#options.driver.look();
    }
  }

  audit(): Promise<readonly AuditRecord[]> {
    return this.#options.audit.read();
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    return this.#options.audit.follow(listener);
  }

  /** The driver tells others of what goes wrong; whoever asks for a rollback has to hear of it too. */
  #checkBack(name: string, how: 'warm' | 'cold'): void {
    const state = this.#options.components[name]?.migration.state;
    if (state === undefined || !isBeyondHarbour(state)) return;
    // From complete there is only the way to the top, above an emptied legacy.
    if (how === 'cold' && state.stage === 'live') return;
    throw new ControlError(
      'REFUSED_EVENT',
      `expected ${name} to be back; it is in ${describeRung(state)}: its rollback failed and is tried again at each look. Ask for it again, and look at the log of the service`,
    );
  }

  async #arrive(name: string): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      await this.#options.driver.look();
      if (this.#stateOf(name)?.since !== null) return;
    }
    throw new ControlError(
      'REFUSED_EVENT',
      `${name} is on its way and not there yet: the step failed and is tried again at each look. Follow it, and look at the log of the service`,
    );
  }

  #stateOf(name: string): RolloutDriver['state']['components'][number] | undefined {
    return this.#options.driver.state.components.find((component) => component.name === name);
  }
}

function whereabouts({ state }: ReportedMigration): Whereabouts {
  const { stage, percentage, epoch, cold } = state;
  const sides = (['legacy', 'next'] as const).filter((side) => cold?.[side] === true);
  return { at: { stage, percentage, epoch }, cold: sides };
}
