import type { ComponentReport } from '../operator/rollout-operator.js';
import type { CommandCall } from './command.js';
import { CommandError } from './command-error.js';
import type { Connection } from './connection/connection.js';
import { componentIn } from './request.js';

/** What is waited for, and for how long. */
export interface Wait {
  readonly component: string;
  readonly isOver: (component: ComponentReport) => boolean;
  readonly withinMs: number;
  /** What is said where it is not over in time. */
  readonly late: string;
}

/** Milliseconds between two looks. */
const EVERY = 50;

/**
 * Looks at a component until it is as it is to be.
 *
 * @throws CommandError
 */
export async function waitFor(
  { clock, signal }: Pick<CommandCall, 'clock' | 'signal'>,
  connection: Connection,
  { component, isOver, late, withinMs }: Wait,
): Promise<ComponentReport> {
  const start = clock.monotonic();
  for (;;) {
    const found = componentIn(await connection.report(), component);
    if (isOver(found)) return found;
    if (signal.aborted) throw new CommandError('INTERRUPTED', 'interrupted');
    if (clock.monotonic() - start > withinMs) throw new CommandError('UNREACHABLE', late);
    await new Promise<void>((resolve) => clock.schedule(resolve, EVERY));
  }
}
