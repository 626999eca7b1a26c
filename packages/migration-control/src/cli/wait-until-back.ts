import type { ComponentReport } from '../operator/rollout-operator.js';
import { isBeyondHarbour, type Rung } from '../plan/rung.js';
import type { CommandCall } from './command.js';
import { CommandError } from './command-error.js';
import type { Connection } from './connection/connection.js';
import { componentIn } from './request.js';

/** Milliseconds between two looks. */
const EVERY = 100;

/** Resolves once every process reads legacy, as far as the control store knows. */
export async function waitUntilBack(
  { clock, signal }: Pick<CommandCall, 'clock' | 'signal'>,
  connection: Connection,
  { name, withinMs }: { readonly name: string; readonly withinMs: number },
): Promise<void> {
  const start = clock.monotonic();
  while (!isBack(componentIn(await connection.report(), name))) {
    if (signal.aborted) throw new CommandError('INTERRUPTED', 'interrupted');
    if (clock.monotonic() - start > withinMs) {
      throw new CommandError(
        'UNREACHABLE',
        `${name} was rolled back, and not every process has said so within ${withinMs / 1000} s; one that cannot be reached answers no reads once its lease is over. Look with: resync-migrate status`,
      );
    }
    await new Promise<void>((resolve) => clock.schedule(resolve, EVERY));
  }
}

/** Whether nobody reads next. */
export function isBack({ at, members }: Pick<ComponentReport, 'at' | 'members'>): boolean {
  const reads = (rung: Rung): boolean => isBeyondHarbour(rung);
  if (reads(at)) return false;
  return (members ?? []).every(
    ({ acknowledged }) => acknowledged === undefined || !reads(acknowledged),
  );
}
