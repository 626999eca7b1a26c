import type { Clock, Timer } from '@resync/cache-contract';
import type { SideName } from '@resync/cache-migration';
import { decide, type Decision } from './decide.js';
import type { FleetChannel } from './fleet-channel.js';
import { withWarmth, type FleetRecord, type FleetSnapshot } from './fleet-record.js';
import type { FleetStore } from './fleet-store.js';
import type { RedisFleet } from './redis-fleet.js';

/** What a controller is told. */
export interface FleetControllerSettings {
  readonly id: string;
  readonly store: FleetStore;
  readonly channel: FleetChannel;
  readonly clock: Clock;
  /** Milliseconds after which another process controls the fleet when nothing was heard of this one. */
  readonly lease: number;
  readonly fleet: Pick<RedisFleet, 'isMember' | 'empty' | 'onJoined'>;
  readonly onDecision: (decision: Decision, state: FleetRecord) => void;
  readonly onError: (error: unknown) => void;
}

/** How often it is looked, in the time of one lease, whether there is something to do. */
const LOOKS = 4;
/** Emptyings of a side that may fail before another process is given the chance. */
const MOST_FAILURES = 3;

/**
 * Takes the steps of a fleet, as long as it holds the lease for that; until then it waits for it. Every
 * process may have one.
 */
export class FleetController {
  readonly #settings: FleetControllerSettings;
  #nextLook: Timer | undefined;
  #isLooking = false;
  #isWoken = false;
  #isLeading = false;
  #emptying: { readonly side: SideName; readonly epoch: number } | undefined;
  #failures = 0;
  /** Until when somebody else is let go first, on the monotonic clock. */
  #standsBackUntil = -Infinity;
  #isClosed = false;

  constructor(settings: FleetControllerSettings) {
    this.#settings = settings;
    settings.channel.onWake((word) => {
      if (this.#isLeading || word === 'free') void this.#look();
    });
    settings.fleet.onJoined(() => void this.#look());
    this.#lookLater();
  }

  /** Whether this process was the controller when it last looked. */
  get isLeading(): boolean {
    return this.#isLeading;
  }

  /** Gives the lease back, where it is held. */
  async close(): Promise<void> {
    const { id, store } = this.#settings;
    this.#isClosed = true;
    this.#nextLook?.cancel();
    if (this.#isLeading) await store.resign(id).catch(() => undefined);
    this.#isLeading = false;
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) {
      this.#isWoken = true;
      return;
    }
    this.#isLooking = true;
    this.#nextLook?.cancel();
    try {
      do {
        this.#isWoken = false;
        await this.#control();
      } while (this.#isAskedAgain);
    } catch (error) {
      this.#isLeading = false;
      this.#settings.onError(error);
    } finally {
      this.#isLooking = false;
      this.#lookLater();
    }
  }

  get #isAskedAgain(): boolean {
    return this.#isWoken && !this.#isClosed;
  }

  #lookLater(): void {
    const { clock, lease } = this.#settings;
    if (this.#isClosed) return;
    this.#nextLook = clock.schedule(() => void this.#look(), lease / LOOKS);
  }

  /** Decides and does, until there is nothing that could be done now. */
  async #control(): Promise<void> {
    const { clock, fleet, id, lease, store } = this.#settings;
    for (;;) {
      // Who is no member cannot empty a side.
      const isAble = fleet.isMember && clock.monotonic() >= this.#standsBackUntil;
      if (!isAble) this.#isLeading = false;
      if (!isAble || this.#isClosed) return;
      const snapshot = await store.lead(id, lease);
      this.#isLeading = snapshot !== undefined;
      if (snapshot === undefined) return;
      const decision = decide(snapshot);
      if (!(await this.#carryOut(decision, snapshot))) return;
    }
  }

  /** Whether there may be more to do. */
  async #carryOut(decision: Decision, snapshot: FleetSnapshot): Promise<boolean> {
    const { id, onDecision, store } = this.#settings;
    const { state } = snapshot;
    if (decision.kind !== 'empty') onDecision(decision, state);
    switch (decision.kind) {
      case 'strike out':
        await store.strike(id);
        return true;
      case 'change':
        // Where it was refused, something else has happened, which wakes whoever controls.
        return (await store.change(id, state.epoch, decision)) !== undefined;
      case 'empty':
        void this.#empty(decision.side, snapshot).catch(this.#settings.onError);
        return false;
      case 'wait':
      case 'rest':
        return false;
    }
  }

  /** In the background: the lease is renewed meanwhile. */
  async #empty(side: SideName, { state }: FleetSnapshot): Promise<void> {
    const { fleet, id, onDecision, store } = this.#settings;
    if (this.#emptying !== undefined) return;
    this.#emptying = { side, epoch: state.epoch };
    onDecision({ kind: 'empty', side }, state);
    try {
      const isEmpty = await fleet.empty(side);
      if (isEmpty) {
        this.#failures = 0;
        const change = { to: withWarmth(state, side, 'warm'), why: `${side} was emptied` };
        await store.change(id, state.epoch, change);
      } else {
        await this.#letOthersTry();
      }
    } finally {
      this.#emptying = undefined;
    }
    void this.#look();
  }

  async #letOthersTry(): Promise<void> {
    const { clock, id, lease, store } = this.#settings;
    this.#failures += 1;
    this.#standsBackUntil = clock.monotonic() + lease / LOOKS;
    if (this.#failures < MOST_FAILURES) return;
    this.#failures = 0;
    this.#standsBackUntil = clock.monotonic() + lease * 2;
    this.#isLeading = false;
    await store.resign(id);
  }
}
