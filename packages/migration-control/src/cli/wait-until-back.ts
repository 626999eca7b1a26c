import type { ComponentReport, RolloutReport } from '../operator/rollout-operator.js';
import { isBeyondHarbour } from '../plan/rung.js';
import type { SharedLook } from './shared-look.js';
import { waitFor } from './wait-for.js';

/** Resolves once every process reads legacy, as far as the control store knows. */
export function waitUntilBack(
  look: SharedLook,
  { name, withinMs }: { readonly name: string; readonly withinMs: number },
): Promise<RolloutReport> {
  return waitFor(look, {
    component: name,
    isOver: isBack,
    withinMs,
    late: `${name} was rolled back, and not every process has said so within ${withinMs / 1000} s; one that cannot be reached answers no reads once its lease is over. Look with: resync-migrate status`,
  });
}

/** Whether nobody reads next. */
function isBack({ at, members }: Pick<ComponentReport, 'at' | 'members'>): boolean {
  if (isBeyondHarbour(at)) return false;
  return (members ?? []).every(
    ({ acknowledged }) => acknowledged === undefined || !isBeyondHarbour(acknowledged),
  );
}
