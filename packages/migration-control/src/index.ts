export type { AuditLog, AuditRecord, ChangeRecord } from './audit/audit-log.js';
export { auditObserver, type AuditObserverOptions } from './audit/audit-observer.js';
export { FollowedAudit } from './audit/followed-audit.js';
export { FileAudit } from './audit/file-audit.js';
export { ControlError, type ControlErrorCode } from './control-error.js';
export {
  describeFinding,
  isHarmful,
  isProven,
  METRICS,
  type Finding,
  type Metric,
} from './judge/finding.js';
export { Judge, type JudgeState, type SavedJudge } from './judge/judge.js';
export {
  DEFAULT_LIMITS,
  type JudgeLimits,
  type JudgeSettings,
  type Limit,
} from './judge/judge-limits.js';
export {
  ObservationCollector,
  type ObservationCollectorOptions,
} from './judge/observation-collector.js';
export {
  BUCKETS,
  LEGACY_HIT,
  mergeObservations,
  NEXT_HIT,
  NOTHING_SEEN,
  type Observation,
  type Pairs,
  type Share,
} from './judge/observation.js';
export { PairSampler, type PairSamplerOptions } from './judge/pair-sampler.js';
export {
  compareWithBaseline,
  readBaseline,
  type Baseline,
  type BaselineComparison,
  type BaselineRow,
  type Figures,
} from './kpis/baseline.js';
export { loadBaseline, saveBaseline } from './kpis/baseline-file.js';
export {
  evaluateKpis,
  KPIS,
  type Kpi,
  type KpiName,
  type KpiResult,
  type Measurement,
} from './kpis/kpi.js';
export {
  DriverOperator,
  type DriverOperatorOptions,
  type ReportedMigration,
} from './operator/driver-operator.js';
export type {
  ComponentReport,
  MemberStatus,
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from './operator/rollout-operator.js';
export { rolloutReport, type ReportSettings, type Whereabouts } from './operator/rollout-report.js';
export type { DecisionRecord, RolloutAction } from './plan/decision.js';
export { GATE_METRICS, GATES, type Gate } from './plan/gate.js';
export { checkPlan, defaultPlan, parsePlan } from './plan/parse-plan.js';
export type { PlanStep, RolloutPlan } from './plan/rollout-plan.js';
export {
  RolloutDriver,
  type DrivenComponent,
  type DrivenMigration,
  type RolloutDriverOptions,
} from './plan/rollout-driver.js';
export {
  applyEvent,
  type Request,
  type RolloutEvent,
  type RolloutOutcome,
} from './plan/rollout-event.js';
export {
  beginRollout,
  resumeRollout,
  rungAt,
  type ComponentState,
  type ComponentStatus,
  type RolloutState,
} from './plan/rollout-state.js';
export { FileRolloutStore, type RolloutStore } from './plan/rollout-store.js';
export { describeRung, isBeyondHarbour, stepToward, type Rung } from './plan/rung.js';
export { tick, type Look, type Sighting } from './plan/tick.js';
export {
  environmentSource,
  type ComponentFlag,
  type EnvironmentSourceOptions,
} from './sources/environment-source.js';
export { fileSource, type FileSourceOptions, type SignalSource } from './sources/file-source.js';
export { mergeWishes } from './sources/merge-wishes.js';
export {
  FLAG_NAMES,
  flagsFromEnvironment,
  type MigrationFlags,
} from './sources/migration-flags.js';
export type { SourceListener, StateSource, Watch } from './sources/state-source.js';
export { StateSources, type SourceHealth, type SourceObserver } from './sources/state-sources.js';
export { readWish, readWishes, type Wish, type WishedTarget, type Wishes } from './sources/wish.js';
