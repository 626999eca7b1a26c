import { systemClock, type Clock } from '@resync/cache-contract';
import { ControlError } from '../../control-error.js';
import { guarded } from '../../guarded.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import type { Wish } from '../../sources/wish.js';
import { refuseQueue, timeoutFor, type GivenClient } from '../control-client.js';
import type { FleetSubscriber } from '../fleet-channel.js';
import { systemProcessId } from '../system-process-id.js';
import type { FleetComponent } from './fleet-component.js';
import { FleetRollout, type OpenFleetRollout } from './fleet-rollout.js';
import { FleetRolloutStore } from './fleet-rollout-store.js';

/** Options of {@link openFleetRollout}. */
export interface FleetRolloutOptions {
  /** A connected client of the `redis` package, made with `disableOfflineQueue: true`. It stays the caller's. */
  readonly client: GivenClient;
  /** A connection that does nothing but listen, as for `openRedisFleet`. Without it everything new is seen at the next look. */
  readonly subscriber?: Pick<FleetSubscriber, 'subscribe' | 'unsubscribe'>;
  /** Names the rollout on the server: letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  readonly plan: RolloutPlan;
  /** Every component of the plan, by its name. Each has a fleet of its own. */
  readonly components: Readonly<Record<string, FleetComponent>>;
  /** Milliseconds between two looks, and between two reports of a process. Default 5000. */
  readonly everyMs?: number;
  /** Milliseconds after which another process drives when nothing was heard of the one that did. Default 10 000. */
  readonly lease?: number;
  /** Whether this process may drive, once it was started. Default `candidate`. */
  readonly drive?: 'candidate' | 'never';
  /** What counts until a source of some process says something: `true` where there are none. Default: nothing begins. */
  readonly wish?: Wish;
  /** Milliseconds that `handle` waits for others. Default 30 000. */
  readonly patience?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Told of what goes wrong; it is tried again at the next look. Default: dropped. */
  readonly onError?: (error: unknown) => void;
}

const LEASE = 10_000;
const EVERY = 5000;
const PATIENCE = 30_000;

/**
 * The rollout of a fleet, or of several that climb one after the other. Every process opens it; one of
 * those that were started, whichever, takes it through its plan, and when that one is gone another carries
 * on where it was. Where the rollout stands, what was decided and what is asked is kept in the control
 * store.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function openFleetRollout(options: FleetRolloutOptions): OpenFleetRollout {
  const { client, namespace, plan, components, subscriber } = options;
  const { clock = systemClock, everyMs = EVERY, lease = LEASE } = options;
  refuseQueue(client);
  for (const [name, value] of Object.entries({ everyMs, lease })) {
    if (value >= 10 && value <= 3_600_000) continue;
    throw new ControlError(
      'INVALID_OPTION',
      `expected ${name} from 10 milliseconds to an hour; got ${value}`,
    );
  }
  const missing = plan.components.filter(({ name }) => !Object.hasOwn(components, name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new ControlError(
      'INVALID_OPTION',
      `expected every component of the plan: whoever drives takes all of them; got none of ${names}`,
    );
  }
  const store = new FleetRolloutStore({ client, namespace, clock, timeout: timeoutFor(lease) });
  return new FleetRollout({
    id: systemProcessId(),
    store,
    subscriber,
    plan,
    components,
    clock,
    everyMs,
    lease,
    drive: options.drive ?? 'candidate',
    wish: options.wish,
    patience: options.patience ?? PATIENCE,
    onError: guarded(options.onError),
  });
}
