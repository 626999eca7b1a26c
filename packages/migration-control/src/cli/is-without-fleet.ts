import type { ComponentReport } from '../operator/rollout-operator.js';

/** Whether it is a component of a fleet that no process has ever joined under this name. */
export function isWithoutFleet({ at, members }: Pick<ComponentReport, 'at' | 'members'>): boolean {
  return members !== undefined && at.epoch === 0;
}
