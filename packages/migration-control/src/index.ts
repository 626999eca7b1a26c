export { ControlError, type ControlErrorCode } from './control-error.js';
export {
  evaluateKpis,
  KPIS,
  type Kpi,
  type KpiName,
  type KpiResult,
  type Measurement,
} from './kpis/kpi.js';
export { FLAG_NAMES, flagsFromEnvironment, type MigrationFlags } from './sources/migration-flags.js';
