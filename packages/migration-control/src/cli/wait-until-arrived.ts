import type { ComponentReport, RolloutReport } from '../operator/rollout-operator.js';
import type { SharedLook } from './shared-look.js';
import { waitFor } from './wait-for.js';

const WITHIN_MS = 300_000;

/** Resolves once a component is at its step, in every process, or was taken from it in the meantime. */
export function waitUntilArrived(look: SharedLook, name: string): Promise<RolloutReport> {
  return waitFor(look, {
    component: name,
    isOver: ({ since, status }: ComponentReport) =>
      since !== null || status === 'rolled back' || status === 'taken back',
    withinMs: WITHIN_MS,
    late: `${name} is on its way and not there yet. Look with: resync-migrate status ${name}`,
  });
}
