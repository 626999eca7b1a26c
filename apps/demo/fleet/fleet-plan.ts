import type { RolloutPlan } from '@resync/migration-control';
import { demoPlan } from '../server/live/demo-plan.js';
import { COMPONENTS } from '../server/resync.js';

/** What migrates in a fleet; first what all processes write, and the load generator checks. */
export const FLEET_COMPONENTS: readonly string[] = [
  'hierarchy',
  ...COMPONENTS.filter((name) => name !== 'hierarchy'),
];

/** The same in every process. */
export function fleetPlan(): RolloutPlan {
  return demoPlan(FLEET_COMPONENTS, 'shared');
}
