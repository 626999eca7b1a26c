import { systemClock } from '@resync/cache-contract';
import {
  ControlError,
  RolloutDriver,
  rolloutReport,
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

/** Steps are short; who looks rarely would make them longer. */
const LOOK_EVERY_MS = 1000;

/** What a rollout of the demo is told. */
export interface DemoRolloutOptions {
  readonly migrations: readonly ComponentMigration[];
  readonly surroundings: Surroundings;
  readonly onError: (error: unknown) => void;
}

/** The rollout that goes on after the rehearsal, by plan and judge, and by whoever steers. */
export class DemoRollout implements RolloutOperator {
  readonly plan: RolloutPlan;
  readonly #options: DemoRolloutOptions;
  readonly #audit = new MemoryAudit();
  readonly #driver: RolloutDriver;
  #phase: 'not begun' | 'begun' | 'ended' = 'not begun';

  constructor(options: DemoRolloutOptions) {
    const { migrations } = options;
    this.#options = options;
    this.plan = demoPlan(migrations.map(({ component }) => component));
    this.#driver = new RolloutDriver({
      plan: this.plan,
      components: Object.fromEntries(
        migrations.map(({ component, router, watch, emptyNext }) => [
          component,
          { migration: router, observe: () => watch.take(), emptyNext },
        ]),
      ),
      clock: systemClock,
      everyMs: LOOK_EVERY_MS,
      audit: this.#audit,
      wish: true,
      onError: options.onError,
    });
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

  async report(): Promise<RolloutReport> {
    return this.reportNow();
  }

  reportNow(): RolloutReport {
    const found = Object.fromEntries(
      this.#options.migrations.map(({ component, router }) => {
        const { legacy, next } = router.status;
        const cold = [...(legacy.isCold ? ['legacy' as const] : []), ...(next.isCold ? ['next' as const] : [])];
        return [component, { at: router.state, cold }];
      }),
    );
    return rolloutReport(this.plan, this.#driver.state, { now: systemClock.now(), found });
  }

  async handle(event: OperatorEvent, who: string): Promise<void> {
    if (this.#phase !== 'begun') {
      throw new ControlError(
        'REFUSED_EVENT',
        'expected a rollout that has begun; the rehearsal moves the components, ask again when it is over',
      );
    }
    await this.#driver.handle(event, who);
    // What is asked for is seen at the next look: take it now.
    await this.#driver.look();
  }

  audit(): Promise<readonly AuditRecord[]> {
    return this.#audit.read();
  }

  follow(listener: (record: AuditRecord) => void): () => void {
    return this.#audit.follow(listener);
  }
}

/** One step after the other, as far down as there are steps. */
async function takeDown({ router }: ComponentMigration): Promise<void> {
  if (router.state.stage === 'complete') await router.rollback('once more from the start', { cold: true });
  const { stage } = router.state;
  if (stage === 'live' || stage === 'rampdown') await router.rollback('once more from the start');
  for (const next of ['shadow', 'dualwrite', 'off'] as const) {
    const isThere = router.state.stage === 'off';
    if (!isThere && router.state.stage !== next) await router.transition({ stage: next });
  }
}
