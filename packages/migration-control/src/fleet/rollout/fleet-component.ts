import type { Observation } from '../../judge/observation.js';
import type { FleetRemote } from '../fleet-remote.js';

/** One component of a fleet's rollout, as one process has it. */
export interface FleetComponent {
  /** Asks the fleet of the component: `openRedisFleet(…).remote`, or `openFleetRemote(…)` of the same namespace. */
  readonly remote: FleetRemote;
  /** What this process is called in that fleet: `openRedisFleet(…).id`. Default: it is no member. */
  readonly id?: string;
  /** What was seen here since it was last asked. Default: nothing, so that no gate but an empty one opens. */
  readonly observe?: () => Observation | Promise<Observation>;
  /** Empties next, usually `() => next.clear()`. Every process that has this does it: more than once does no harm. */
  readonly emptyNext?: () => Promise<void>;
}
