export { bucketOf } from './stages/bucket.js';
export { CacheMigrationManager, type SideStatus } from './cache-migration-manager.js';
export { formatCertificate } from './format-certificate.js';
export type { Fleet, FleetMember, FleetState, Warmth } from './fleet/fleet.js';
export type { LoadContext, Loader } from './operations/loads.js';
export { MigrationError, type MigrationErrorCode } from './migration-error.js';
export type { FailureKind, FallbackReason } from './observation/migration-counts.js';
export {
  combineObservers,
  type Bound,
  type MigrationObserver,
  type ObservedMigration,
  type Operation,
  type StateChange,
  type Verdict,
} from './observation/migration-observer.js';
export type { MigrationCounts, ReadCounts } from './observation/migration-counts.js';
export type {
  BreakerOptions,
  CacheMigrationOptions,
  MigrationBounds,
  MigrationLimits,
  UnconfirmedPolicy,
} from './migration-options.js';
export type { ManagerCounts, MigrationStats } from './observation/migration-stats.js';
export type { MethodPolicies, MethodPolicy, MigratedService } from './service/method-policy.js';
export { ServiceMigration, type ServiceMigrationState } from './service/service-migration.js';
export type {
  ServiceBounds,
  ServiceLimits,
  ServiceMigrationOptions,
} from './service/service-options.js';
export type { Comparison, Difference, Mismatch } from './observation/mismatch.js';
export type {
  ColdAlternative,
  FreshCertificate,
  RefusedCertificate,
  RollbackCertificate,
  RollbackObstacle,
} from './rollback-certificate.js';
export type { ShadowOptions } from './shadow-options.js';
export { ROUTES, type Route } from './stages/route.js';
export {
  STAGES,
  type MigrationState,
  type MigrationTarget,
  type SideName,
  type Stage,
} from './stages/stage.js';
export type { StopSignal, WarmUp, WarmUpOptions, WarmUpProgress } from './operations/warm-up.js';
