import type { MigrationTarget } from '@resync/cache-migration';
import type { KpiResult } from '@resync/migration-control';
import type { LoadWindow } from '../load/load-messages.js';

/** One step of one component. */
export interface StepReport {
  readonly component: string;
  readonly target: MigrationTarget;
  /** From the request for the step until it was over, its samples included, in seconds. */
  readonly seconds: number;
  /** Reads during the step, and how many of them next answered. */
  readonly reads: number;
  readonly readsByNext: number;
  readonly fallbacks: number;
}

/** What the injected fault and the rollback did. */
export interface FaultReport {
  readonly component: string;
  readonly percentage: number;
  /** Reads that legacy answered in place of next, and calls to next that failed, while the fault was there. */
  readonly fallbacks: number;
  readonly failures: number;
  /** From the request to roll back until a read was answered by legacy, in seconds. */
  readonly rollbackSeconds: number;
}

/** How a rehearsal went. */
export interface RehearsalReport {
  readonly verdict: 'passed' | 'failed';
  /** Why it failed. */
  readonly reasons: readonly string[];
  readonly seconds: number;
  readonly kpis: readonly KpiResult[];
  readonly steps: readonly StepReport[];
  readonly fault: FaultReport;
  /** All traffic after the warm-up. */
  readonly traffic: Pick<
    LoadWindow,
    'requests' | 'failed' | 'limited' | 'stale' | 'stoodStillSeconds' | 'incidents'
  >;
}

/**
 * Why a rehearsal failed: anything that a user would have noticed, and figures off target. What the
 * speed of the machine moves fails it only at twice the room that its target leaves.
 */
export function reasonsToFail(
  kpis: readonly KpiResult[],
  traffic: RehearsalReport['traffic'],
): readonly string[] {
  const reasons: string[] = [];
  if (traffic.failed > 0) reasons.push(`${traffic.failed} requests failed`);
  if (traffic.stale > 0) reasons.push(`${traffic.stale} reads were stale`);
  for (const { name, title, verdict, usedRoom } of kpis) {
    if (verdict === 'not measured') reasons.push(`${title} was not measured`);
    const room = MOVED_BY_THE_MACHINE.includes(name) ? 2 : 1;
    if (verdict === 'missed' && usedRoom !== undefined && usedRoom >= room) {
      reasons.push(`${title} is off target`);
    }
  }
  return reasons;
}

const MOVED_BY_THE_MACHINE: readonly KpiResult['name'][] = [
  'latency',
  'p95',
  'throughput',
  'memory',
];
