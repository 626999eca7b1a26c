import type { PreflightReport } from '@resync/cache-contract';
import type { Measurements } from '../../admin/admin-options.js';
import type { AdminOutcome } from '../../admin/admin-routes.js';
import type { AuditRecord } from '../../audit/audit-log.js';
import type { Figures } from '../../kpis/baseline.js';
import type { OperatorEvent, RolloutReport } from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';

/** What happens, as it happens. */
export type RolloutNews =
  | { readonly kind: 'record'; readonly record: AuditRecord }
  | { readonly kind: 'state'; readonly report: RolloutReport }
  /** Nothing is heard until it is `back`; it is asked for again and again. */
  | { readonly kind: 'cut'; readonly why: string }
  | { readonly kind: 'back' };

/** A rollout somewhere else, as commands see and steer it. Every call may fail with a `CommandError`. */
export interface Connection {
  /** Where it leads, for people; without secrets. */
  readonly name: string;
  plan(): Promise<RolloutPlan>;
  report(): Promise<RolloutReport>;
  /** Resolves once it holds. */
  request(event: OperatorEvent): Promise<AdminOutcome>;
  /** The newest records, the oldest of them first. */
  audit(query: { readonly limit: number; readonly component?: string | undefined }): Promise<{
    readonly total: number;
    readonly records: readonly AuditRecord[];
  }>;
  preflight(component: string): Promise<PreflightReport>;
  figures(component: string): Promise<{
    readonly figures: Figures;
    readonly measurements: Measurements;
  }>;
  /** The state, and then everything that happens, until the signal ends it; where it is cut off it goes on by itself. */
  follow(signal: AbortSignal): AsyncIterable<RolloutNews>;
  close(): Promise<void>;
}
