import { systemClock } from '@resync/cache-contract';
import type { WarmUpProgress } from '@resync/cache-migration';
import {
  ControlError,
  DriverOperator,
  FollowedAudit,
  RolloutDriver,
  type AuditRecord,
  type OperatorEvent,
  type RolloutOperator,
  type RolloutPlan,
  type RolloutReport,
} from '@resync/migration-control';
import type { ComponentMigration } from '../component-migration.js';
import { demoPlan } from './demo-plan.js';
import type { Surroundings } from './live-watch.js';
import { MemoryAudit } from './memory-audit.js';
import { WarmedMigration } from './warmed-migration.js';

/** Steps are short; who looks rarely would make them longer. */
const LOOK_EVERY_MS = 1000;

/** What a rollout of the demo is told. */
export interface DemoRolloutOptions {
  readonly migrations: readonly ComponentMigration[];
  readonly surroundings: Surroundings;
  readonly onError: (error: unknown) => void;
  /** Legacy has been copied into next. */
  readonly onWarm: (component: string, progress: WarmUpProgress) => void;
}

/** The rollout that goes on after the rehearsal, by plan and judge, and by whoever steers. */
export class DemoRollout implements RolloutOperator {
  readonly plan: RolloutPlan;
  readonly #options: DemoRolloutOptions;
  readonly #driver: RolloutDriver;
  readonly #operator: DriverOperator;
  #phase: 'not begun' | 'begun' | 'ended' = 'not begun';

  constructor(options: DemoRolloutOptions) {
    const { migrations, onError, onWarm } = options;
    const plan = demoPlan(migrations.map(({ component }) => component));
    const audit = new FollowedAudit(new MemoryAudit());
    const clock = systemClock;
    const components = Object.fromEntries(
      migrations.map((migration) => {
        const { component, watch, emptyNext } = migration;
        const warmed = new WarmedMigration(migration, (progress) => onWarm(component, progress));
        return [component, { migration: warmed, observe: () => watch.take(), emptyNext }];
      }),
    );
    this.plan = plan;
    this.#options = options;
    this.#driver = new RolloutDriver({
      plan,
      components,
      clock,
      everyMs: LOOK_EVERY_MS,
      audit,
      wish: true,
      onError,
    });
    this.#operator = new DriverOperator({ driver: this.#driver, plan, components, audit, clock });
  }

  get hasBegun(): boolean {
    return this.#phase === 'begun';
  }

  /** Takes all components to `off`, wherever they are, and lets the plan take them up again. */
  async begin(): Promise<void> {
    const { migrations, surroundings } = this.#options;
    await Promise.all(migrations.map(takeDown));
    for (const { watch } of migrations) watch.judge(surroundings);
    this.#phase = 'begun';
    await this.#driver.start();
  }

  async end(): Promise<void> {
    if (this.#phase === 'begun') await this.#driver.stop();
    this.#phase = 'ended';
  }

  report(): Promise<RolloutReport> {
    return this.#operator.report();
  }

  async handle(event: OperatorEvent, who: string): Promise<void> {
    if (this.#phase !== 'begun') {
      throw new ControlError(
        'REFUSED_EVENT',
        'expected a rollout that has begun; the rehearsal moves the components now, ask again when it is over',
      );
    }
    return this.#operator.handle(event, who);
  }

  audit(): Promise<readonly AuditRecord[]> {
    return this.#operator.audit();
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    return this.#operator.follow(listener);
  }
}

const WHY = 'once more from the start';

/** One step after the other, as far down as there are steps. */
async function takeDown({ router }: ComponentMigration): Promise<void> {
  if (router.state.stage === 'complete') await router.rollback(WHY, { cold: true });
  const { stage } = router.state;
  if (stage === 'live' || stage === 'rampdown') await router.rollback(WHY);
  for (const lower of ['shadow', 'dualwrite', 'off'] as const) {
    const { stage: at } = router.state;
    if (at !== 'off' && at !== lower) await router.transition({ stage: lower }, WHY);
  }
}
