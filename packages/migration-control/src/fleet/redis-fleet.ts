import type { Clock, Timer } from '@resync/cache-contract';
import type { Fleet, FleetMember, FleetState, SideName } from '@resync/cache-migration';
import { BackOff } from './back-off.js';
import type { FleetChannel } from './fleet-channel.js';
import type { FleetRecord } from './fleet-record.js';
import type { FleetStore, Membership } from './fleet-store.js';

/** What a process of a fleet is told. */
export interface RedisFleetSettings {
  readonly id: string;
  readonly store: FleetStore;
  readonly channel: FleetChannel;
  readonly clock: Clock;
  /** Milliseconds that a membership lasts, counted here from sending, on the server from arrival. */
  readonly lease: number;
  readonly onError: (error: unknown) => void;
}

interface Renewal {
  readonly isMember: boolean;
  readonly state: FleetRecord;
  /** When it was asked for, on the monotonic clock. */
  readonly sent: number;
}

/** Renewals in the time of one membership. */
const RENEWALS = 4;

/** The server waits that much longer for a process than the process counts on it: clocks drift. */
const GRACE = 1.1;

/** The fleet as one process sees it, over a control store on Redis. */
export class RedisFleet implements Fleet {
  readonly #settings: RedisFleetSettings;
  readonly #retries: BackOff;
  #memberUntil = -Infinity;
  #member: FleetMember | undefined;
  #session = 0;
  #acknowledged = 0;
  #known: FleetState | undefined;
  #renewal: Timer | undefined;
  #isRenewing = false;
  #isClosed = false;
  #onJoined: () => void = () => undefined;

  constructor(settings: RedisFleetSettings) {
    this.#settings = settings;
    this.#retries = new BackOff(settings.clock, settings.lease / RENEWALS);
    settings.channel.onState((state) => this.hear(state));
    settings.channel.onReady(() => void this.#renew());
  }

  get memberUntil(): number {
    return this.#memberUntil;
  }

  /** Whether this process may act for the fleet now. */
  get isMember(): boolean {
    return !this.#hasRunOut;
  }

  get #hasRunOut(): boolean {
    return this.#settings.clock.monotonic() >= this.#memberUntil;
  }

  /** Calls back each time that this process has become a member. */
  onJoined(listener: () => void): void {
    this.#onJoined = listener;
  }

  async join(member: FleetMember): Promise<FleetState> {
    const { channel, clock, lease, store } = this.#settings;
    this.#stopRenewing();
    this.#session += 1;
    this.#acknowledged = 0;
    const session = this.#session;
    channel.listen();
    const sent = clock.monotonic();
    const state = await this.#told(store.join(this.#membership()));
    this.#member = member;
    this.hear(state);
    if (session === this.#session && !this.#isClosed) {
      this.#memberUntil = sent + lease;
      this.#renewLater();
      this.#onJoined();
    }
    return state;
  }

  acknowledge(epoch: number): void {
    this.#acknowledged = epoch;
    this.#acknowledgeAgain();
  }

  async declareCold(side: SideName): Promise<FleetState> {
    const { id, store } = this.#settings;
    const state = await this.#told(store.declare(side, id));
    this.hear(state);
    return state;
  }

  /** Never rejects: who could not say that it leaves is struck out later. */
  async leave(): Promise<void> {
    const { id, store } = this.#settings;
    const session = this.#session;
    this.close();
    await this.#told(store.leave({ id, session })).catch(() => undefined);
  }

  /** Empties a side on behalf of all; false where it was not confirmed. */
  async empty(side: SideName): Promise<boolean> {
    if (!this.isMember || this.#member === undefined) return false;
    return this.#member.empty(side).catch(() => false);
  }

  /** Renews no longer, and leaves the rest to time. */
  close(): void {
    this.#isClosed = true;
    this.#stopRenewing();
    this.#memberUntil = -Infinity;
  }

  #membership(): Membership {
    const { id, lease } = this.#settings;
    return { id, session: this.#session, lease: lease * GRACE, known: this.#known };
  }

  /** What is announced comes in any order, and more than once. */
  hear(state: FleetRecord): void {
    if (this.#known === undefined || state.epoch > this.#known.epoch) this.#known = state;
    this.#member?.announce(state);
  }

  #renewLater(): void {
    const { clock, lease } = this.#settings;
    this.#renewal = clock.schedule(() => void this.#renew(), lease / RENEWALS);
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing || !this.isMember) return;
    this.#isRenewing = true;
    this.#stopRenewing();
    const session = this.#session;
    const renewal = await this.#askForRenewal().catch(() => undefined);
    this.#isRenewing = false;
    // Once it has run out it does not come back without joining.
    if (session !== this.#session || this.#isClosed || this.#hasRunOut) return;
    if (renewal === undefined) this.#retries.schedule(() => void this.#renew());
    else this.#renewed(renewal);
  }

  async #askForRenewal(): Promise<Renewal> {
    const sent = this.#settings.clock.monotonic();
    return { ...(await this.#told(this.#settings.store.renew(this.#membership()))), sent };
  }

  #renewed({ isMember, sent, state }: Renewal): void {
    const { channel, lease } = this.#settings;
    this.#retries.reset();
    this.#memberUntil = isMember ? sent + lease : -Infinity;
    this.hear(state);
    if (!isMember) return;
    channel.listen();
    if (this.#acknowledged === state.epoch) this.#acknowledgeAgain();
    this.#renewLater();
  }

  #acknowledgeAgain(): void {
    const { id, store } = this.#settings;
    const said = store.acknowledge({ id, session: this.#session }, this.#acknowledged);
    this.#told(said).catch(() => undefined);
  }

  #stopRenewing(): void {
    this.#renewal?.cancel();
    this.#retries.cancel();
  }

  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.#settings.onError(error);
      throw error;
    }
  }
}
