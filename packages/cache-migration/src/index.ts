export { bucketOf } from './bucket.js';
export { CacheMigrationManager, type SideStatus } from './cache-migration-manager.js';
export type { LoadContext, Loader } from './loads.js';
export { MigrationError, type MigrationErrorCode } from './migration-error.js';
export {
  combineObservers,
  type Bound,
  type FailureKind,
  type FallbackReason,
  type MigrationObserver,
  type Operation,
  type StateChange,
  type Verdict,
} from './migration-observer.js';
export type {
  CacheMigrationOptions,
  MigrationBounds,
  MigrationLimits,
} from './migration-options.js';
export type { ManagerCounts, MigrationStats } from './migration-stats.js';
export { ROUTES, type Route } from './route.js';
export {
  STAGES,
  type MigrationState,
  type MigrationTarget,
  type SideName,
  type Stage,
} from './stage.js';
