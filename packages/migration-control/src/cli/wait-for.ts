import type { ComponentReport, RolloutReport } from '../operator/rollout-operator.js';
import { CommandError } from './command-error.js';
import { componentIn } from './request.js';
import type { SharedLook } from './shared-look.js';

/** What is waited for, and for how long. */
export interface Wait {
  readonly component: string;
  readonly isOver: (component: ComponentReport) => boolean;
  readonly withinMs: number;
  /** What is said where it is not over in time. */
  readonly late: string;
}

/**
 * Looks at a component until it is as it is to be.
 *
 * @returns the report that says so
 * @throws CommandError
 */
export async function waitFor(
  look: SharedLook,
  { component, isOver, late, withinMs }: Wait,
): Promise<RolloutReport> {
  const start = look.clock.monotonic();
  for (;;) {
    const report = await look.next();
    if (isOver(componentIn(report, component))) return report;
    if (look.clock.monotonic() - start > withinMs) throw new CommandError('UNREACHABLE', late);
  }
}
