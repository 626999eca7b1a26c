export { bucketOf } from './stages/bucket.js';
export { CacheMigrationManager, type SideStatus } from './cache-migration-manager.js';
export type { LoadContext, Loader } from './operations/loads.js';
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
} from './observation/migration-observer.js';
export type {
  CacheMigrationOptions,
  MigrationBounds,
  MigrationLimits,
} from './migration-options.js';
export type { ManagerCounts, MigrationStats } from './observation/migration-stats.js';
export { ROUTES, type Route } from './stages/route.js';
export {
  STAGES,
  type MigrationState,
  type MigrationTarget,
  type SideName,
  type Stage,
} from './stages/stage.js';
