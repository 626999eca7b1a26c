import type { MigrationTarget, ServiceMigrationState } from '@resync/cache-migration';
import type { Tally } from './component-tally.js';

/** Something that migrates and is no cache. */
export interface ServiceComponent {
  readonly component: string;
  readonly migration: MovedService;
  readonly tally: { readonly now: Tally };
}

/** What moves it: `TWSMigrationManager`, `RateLimitMigrationManager`. */
export interface MovedService {
  readonly state: ServiceMigrationState;
  transition(target: MigrationTarget, why?: string): Promise<void>;
  rollback(why: string, options?: { readonly cold?: true }): Promise<void>;
}
