import type { ManualClock } from '@resync/cache-contract/testing';
import type { Fleet, FleetMember, FleetState, SideName } from '../../src/index.js';

/** Milliseconds that a membership lasts. */
export const MEMBERSHIP_MS = 120;

/** Carries a message now, later or never. */
export type Post = (what: string, arrive: () => void) => void;

interface Membership {
  /** By the clock of the store, which counts from when a renewal arrived. */
  until: number;
  /** The last state that was acknowledged. */
  acknowledged: FleetState | undefined;
}

const SIDES = ['legacy', 'next'] as const;

/** The control store of a fleet, in memory and driven by hand. */
export class ControlStore {
  state: FleetState = {
    stage: 'off',
    percentage: 0,
    epoch: 1,
    cold: { legacy: 'warm', next: 'cold' },
  };
  readonly ports: FleetPort[] = [];
  readonly clock: ManualClock;
  /** Whether a side is emptied before it is warm. */
  isEmptying = true;
  readonly #onChange: (state: FleetState) => void;
  readonly #memberships = new Map<FleetPort, Membership>();

  constructor(clock: ManualClock, onChange: (state: FleetState) => void = () => undefined) {
    this.clock = clock;
    this.#onChange = onChange;
  }

  /** The fleet as one more process sees it. */
  port(name: string, post: Post = (_what, arrive) => arrive()): FleetPort {
    const port = new FleetPort(name, this, post);
    this.ports.push(port);
    return port;
  }

  get members(): readonly FleetPort[] {
    return [...this.#memberships.keys()];
  }

  /** Every live process has acknowledged the state. */
  get isAcknowledged(): boolean {
    return [...this.#memberships.values()].every(
      ({ acknowledged }) => acknowledged?.epoch === this.state.epoch,
    );
  }

  /** Changes the state, whether it was acknowledged or not, and tells everybody. */
  change(change: Partial<Omit<FleetState, 'epoch'>>): FleetState {
    this.state = { ...this.state, ...change, epoch: this.state.epoch + 1 };
    this.#onChange(this.state);
    for (const port of this.ports) port.hear(this.state);
    return this.state;
  }

  /** The same for the cold of one side. */
  setCold(side: SideName, warmth: FleetState['cold'][SideName]): FleetState {
    return this.change({ cold: { ...this.state.cold, [side]: warmth } });
  }

  admit(port: FleetPort): void {
    const until = this.clock.now() + MEMBERSHIP_MS;
    this.#memberships.set(port, { until, acknowledged: undefined });
  }

  /** False where the membership has run out. */
  renew(port: FleetPort): boolean {
    const membership = this.#memberships.get(port);
    if (membership === undefined) return false;
    membership.until = this.clock.now() + MEMBERSHIP_MS;
    return true;
  }

  acknowledge(port: FleetPort, epoch: number): void {
    const membership = this.#memberships.get(port);
    if (membership && epoch === this.state.epoch) membership.acknowledged = this.state;
  }

  declareCold(side: SideName): FleetState {
    const isKnown = ['declared', 'cold'].includes(this.state.cold[side]);
    return isKnown ? this.state : this.setCold(side, 'declared');
  }

  dismiss(port: FleetPort): void {
    this.#memberships.delete(port);
  }

  /** Strikes out who has vanished: what it wrote before next was read may have missed next. */
  strikeOut(): void {
    for (const [port, { until, acknowledged }] of this.#memberships) {
      if (until >= this.clock.now()) continue;
      this.dismiss(port);
      if (acknowledged === undefined || !isNextRead(acknowledged)) this.declareCold('next');
    }
  }

  /**
   * What a controller does next with sides that are not warm, when all have acknowledged; resolves with
   * false where there is nothing to do.
   */
  async warmUp(): Promise<boolean> {
    const side = this.#coldSide;
    if (side !== undefined) await this.#warmUp(side);
    return side !== undefined;
  }

  /** Whether a side that is written to is not warm. */
  get needsWarmth(): boolean {
    return this.#coldSide !== undefined;
  }

  get #coldSide(): SideName | undefined {
    const { stage, cold } = this.state;
    const unwritten = stage === 'off' ? 'next' : stage === 'complete' ? 'legacy' : undefined;
    return SIDES.find((side) => side !== unwritten && cold[side] !== 'warm');
  }

  async #warmUp(side: SideName): Promise<void> {
    const { epoch, cold } = this.state;
    if (cold[side] === 'declared') this.setCold(side, 'cold');
    else if (cold[side] === 'cold') this.setCold(side, 'confirming');
    else {
      const isEmpty = !this.isEmptying || (await this.members[0]?.member?.empty(side));
      if (isEmpty && this.state.epoch === epoch) this.setCold(side, 'warm');
    }
  }
}

/** What `live` above 0 and later stages have in common. */
function isNextRead({ stage, percentage }: FleetState): boolean {
  return percentage > 0 || stage === 'rampdown';
}

/** One process's line to the control store. */
export class FleetPort implements Fleet {
  readonly name: string;
  memberUntil = -Infinity;
  member: FleetMember | undefined;
  /** While it is not, whatever is asked is refused, and nothing is heard. */
  isReachable = true;
  /** Whether it acknowledges what it hears at once. */
  isHasty = false;
  #acknowledged = 0;
  readonly #store: ControlStore;
  readonly #post: Post;

  constructor(name: string, store: ControlStore, post: Post) {
    this.name = name;
    this.#store = store;
    this.#post = post;
  }

  join(member: FleetMember): Promise<FleetState> {
    this.member = member;
    this.#acknowledged = 0;
    const sent = this.#store.clock.monotonic();
    return this.#ask('join', () => {
      this.#store.admit(this);
      return this.#store.state;
    }).then((state) => {
      this.memberUntil = sent + MEMBERSHIP_MS;
      return state;
    });
  }

  /**
   * Renews the membership, which does not come back once it has run out; says again what was
   * acknowledged, and hears again of the state.
   */
  async renew(): Promise<void> {
    const sent = this.#store.clock.monotonic();
    const state = await this.#ask('renewal', () => {
      this.#store.acknowledge(this, this.#acknowledged);
      return this.#store.renew(this) ? this.#store.state : undefined;
    }).catch(() => undefined);
    const isOver = this.#store.clock.monotonic() >= this.memberUntil;
    if (state === undefined || isOver) return;
    this.memberUntil = sent + MEMBERSHIP_MS;
    this.member?.announce(state);
  }

  acknowledge(epoch: number): void {
    this.#acknowledged = epoch;
    const what = `acknowledgement of ${epoch}`;
    this.#ask(what, () => this.#store.acknowledge(this, epoch)).catch(() => undefined);
  }

  declareCold(side: SideName): Promise<FleetState> {
    return this.#ask(`declaration of ${side}`, () => this.#store.declareCold(side));
  }

  async leave(): Promise<void> {
    this.#store.dismiss(this);
  }

  /** The process is gone, and says nothing. */
  vanish(): void {
    this.isReachable = false;
    this.member = undefined;
  }

  hear(state: FleetState): void {
    this.#post(`${this.name} hears of ${state.epoch}`, () => {
      if (!this.isReachable) return;
      if (this.isHasty) this.acknowledge(state.epoch);
      this.member?.announce(state);
    });
  }

  #ask<T>(what: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#post(`${this.name}: ${what}`, () => {
        if (!this.isReachable) {
          reject(new Error('the control store does not answer'));
          return;
        }
        const answer = effect();
        this.#post(`${this.name}: answer to ${what}`, () => resolve(answer));
      });
    });
  }
}
