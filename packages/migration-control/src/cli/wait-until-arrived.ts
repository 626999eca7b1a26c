import type { ComponentReport, RolloutReport } from '../operator/rollout-operator.js';
import type { CommandCall } from './command.js';
import type { Connection } from './connection/connection.js';
import { waitFor } from './wait-for.js';

const WITHIN_MS = 300_000;

/** Resolves once a component is at its step, in every process, or was taken from it in the meantime. */
export async function waitUntilArrived(
  call: Pick<CommandCall, 'clock' | 'signal'>,
  connection: Connection,
  name: string,
): Promise<RolloutReport> {
  await waitFor(call, connection, {
    component: name,
    isOver: ({ since, status }: ComponentReport) =>
      since !== null || status === 'rolled back' || status === 'taken back',
    withinMs: WITHIN_MS,
    late: `${name} is on its way and not there yet. Look with: resync-migrate status ${name}`,
  });
  return connection.report();
}
