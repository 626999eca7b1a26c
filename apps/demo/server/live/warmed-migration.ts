import type { MigrationState, WarmUpProgress } from '@resync/cache-migration';
import type { DrivenMigration } from '@resync/migration-control';
import type { ComponentMigration } from '../component-migration.js';

type Target = Parameters<DrivenMigration['transition']>[0];

/**
 * A component as the driver moves it: in `dualwrite` legacy is copied into next, because what nobody
 * writes would be missing there, and the judge would find that next does not know it.
 */
export class WarmedMigration implements DrivenMigration {
  readonly #migration: ComponentMigration;
  readonly #onWarm: (progress: WarmUpProgress) => void;

  constructor(migration: ComponentMigration, onWarm: (progress: WarmUpProgress) => void) {
    this.#migration = migration;
    this.#onWarm = onWarm;
  }

  get state(): MigrationState {
    return this.#migration.router.state;
  }

  async transition(target: Target, why?: string): Promise<void> {
    const { router, warmUp } = this.#migration;
    const { stage: before } = router.state;
    await router.transition(target, why);
    if (before === 'off') void warmUp()?.finished.then(this.#onWarm);
  }

  rollback(why: string, options?: { readonly cold?: true }): Promise<void> {
    return this.#migration.router.rollback(why, options);
  }
}
