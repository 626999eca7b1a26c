export type { Decision } from './decide.js';
export type { FleetSubscriber } from './fleet-channel.js';
export type {
  Acknowledged,
  FleetRecord,
  FleetSnapshot,
  FleetTarget,
  MemberRecord,
  Reason,
} from './fleet-record.js';
export { FleetRemote } from './fleet-remote.js';
export { followFlag } from './follow-flag.js';
export {
  openFleetRemote,
  openRedisFleet,
  type FleetRemoteOptions,
  type OpenFleet,
  type RedisFleetOptions,
} from './open-redis-fleet.js';
export type { FleetClient } from './redis-script.js';
export type { FleetComponent } from './rollout/fleet-component.js';
export type { OpenFleetRollout } from './rollout/fleet-rollout.js';
export { openFleetRollout, type FleetRolloutOptions } from './rollout/open-fleet-rollout.js';
