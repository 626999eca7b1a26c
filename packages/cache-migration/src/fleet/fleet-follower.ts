import type { Clock, Timer } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';
import type { MigrationLimits } from '../migration-options.js';
import { InFlight, type Cohort } from '../sides/in-flight.js';
import { isSettledWithin } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';
import type { SideName } from '../stages/stage.js';
import type { Fleet, FleetMember, FleetState, Warmth } from './fleet.js';
import type { Sharing } from './sharing.js';

/** What a follower is told. */
export interface FleetFollowerSettings {
  readonly fleet: Fleet;
  readonly sharing: Sharing;
  readonly clock: Clock;
  readonly limits: MigrationLimits;
  /** Enters the state as an epoch; resolves when the calls of earlier ones have settled, or are late. */
  readonly enter: (state: FleetState) => Promise<unknown>;
}

/** Milliseconds until a store that did not answer is asked again. */
const PAUSE = 100;

/**
 * Follows the state of a fleet, and tells it when this process has followed. As long as the process is
 * not a member it is *fenced*: it knows nothing of the others, and they do not wait for it.
 */
export class FleetFollower<V> implements FleetMember {
  readonly #settings: FleetFollowerSettings;
  readonly #sides: Sides<V>;
  readonly #shared: readonly Side<V>[];
  readonly #operations = new InFlight(() => this.#changed());
  readonly #declarations = new Map<SideName, Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #state: FleetState | undefined;
  /** The last that was announced while the process was no member. */
  #news: FleetState | undefined;
  #isEntering = false;
  #hasJoined = false;
  #isDrained = false;
  #acknowledged = 0;
  #isClosed = false;
  #watch: Timer | undefined;

  constructor(sides: Sides<V>, settings: FleetFollowerSettings) {
    const { legacy, next } = sides;
    this.#sides = sides;
    this.#settings = settings;
    this.#shared = { own: [], mixed: [next], shared: [legacy, next] }[settings.sharing];
    for (const side of [legacy, next]) side.changes.on(() => this.#changed());
    for (const side of this.#shared) {
      // What is entered says itself which side it leaves behind.
      side.onDistrust(() => this.#isEntering || void this.#declare(side));
    }
    void this.#join();
  }

  /** The process may not act as a member. Asked each time, never remembered. */
  get isFenced(): boolean {
    if (this.#shared.length === 0) return false;
    return !this.#hasJoined || this.#hasRunOut;
  }

  /** What the fleet says of a side. */
  warmthOf(side: SideName): Warmth {
    return this.#state?.cold[side] ?? 'confirming';
  }

  /** A write begins; give the cohort back to `end`. */
  begin(): Cohort {
    return this.#operations.begin();
  }

  end(cohort: Cohort): void {
    this.#operations.end(cohort);
    this.#changed();
  }

  /** @throws MigrationError `FLEET_DECIDES`, always */
  refuseStep(): never {
    throw new MigrationError(
      'FLEET_DECIDES',
      'expected a migration without a fleet; this one takes its steps together with other ' +
        'processes. Ask the controller of the fleet',
    );
  }

  announce(state: FleetState): void {
    if (this.#isClosed) return;
    if (this.#hasJoined && !this.#hasRunOut) this.#enter(state);
    else this.#news = state;
  }

  async empty(side: SideName): Promise<boolean> {
    if (this.isFenced || this.warmthOf(side) !== 'confirming') return false;
    return this.#sides[side].empty();
  }

  /** Resolves when the state says that the side is cold; false where the fence fell before. */
  async declareCold(side: Side<V>, why: string): Promise<boolean> {
    side.distrust(why);
    let isDeclared = false;
    const declared = this.#declare(side).then(() => {
      isDeclared = true;
      this.#changed();
    });
    await Promise.race([declared, this.#until(() => isDeclared || this.isFenced)]);
    return isDeclared;
  }

  /** Follows no longer; where everything has ended, the fleet is told so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.cancel();
    this.#beginCohorts();
    if (this.#isAllEnded()) await this.#settings.fleet.leave();
  }

  get #hasRunOut(): boolean {
    const { clock, fleet } = this.#settings;
    return clock.monotonic() >= fleet.memberUntil;
  }

  /** Joins when all that was begun before has ended, until it has succeeded. */
  async #join(): Promise<void> {
    this.#beginCohorts();
    await this.#until(() => this.#isAllEnded());
    while (!this.#isClosed) {
      const state = await this.#settings.fleet.join(this).catch(() => undefined);
      if (state !== undefined && !this.#hasRunOut) {
        this.#acknowledged = 0;
        this.#enter(state);
        if (this.#news !== undefined) this.#enter(this.#news);
        this.#hasJoined = true;
        this.#changed();
        this.#watchMembership();
        return;
      }
      await this.#pause();
    }
  }

  #watchMembership(): void {
    const { clock, fleet } = this.#settings;
    if (this.#isClosed) return;
    if (!this.#hasRunOut) {
      const left = fleet.memberUntil - clock.monotonic();
      this.#watch = clock.schedule(() => this.#watchMembership(), left);
      return;
    }
    this.#hasJoined = false;
    this.#changed();
    void this.#join();
  }

  #enter(state: FleetState): void {
    if (this.#state !== undefined && state.epoch <= this.#state.epoch) return;
    this.#state = state;
    this.#isDrained = false;
    this.#operations.nextEpoch();
    for (const side of this.#shared) this.#followWarmth(side);
    this.#isEntering = true;
    const entered = this.#settings.enter(state);
    this.#isEntering = false;
    const isOver = Promise.all([entered, this.#operationsEnd(state)]);
    void isOver.then(() => {
      if (this.#state !== state) return;
      this.#isDrained = true;
      this.#changed();
    });
  }

  #followWarmth(side: Side<V>): void {
    if (this.warmthOf(side.name) !== 'warm') side.cool('the fleet says so');
    else if (!this.#declarations.has(side.name)) side.warm('the fleet says so');
  }

  /** What passes the limit leaves the sides cold that it may still write to. */
  async #operationsEnd(state: FleetState): Promise<void> {
    const { clock, limits } = this.#settings;
    const limit = { clock, ms: limits.drain, name: 'the end of earlier operations' };
    if (await isSettledWithin(limit, this.#operations.drained())) return;
    if (this.#state !== state) return;
    this.#operations.declareOverdue();
    for (const side of this.#shared) side.distrust('an operation of an earlier epoch is late');
  }

  /** One declaration at a time for each side, tried until the store has taken it. */
  #declare(side: Side<V>): Promise<void> {
    const underWay = this.#declarations.get(side.name);
    if (underWay !== undefined) return underWay;
    const warmth = this.warmthOf(side.name);
    if (warmth === 'declared' || warmth === 'cold') return Promise.resolve();
    const declaration = this.#declareUntilHeld(side).finally(() => {
      this.#declarations.delete(side.name);
      if (this.#hasJoined) this.#followWarmth(side);
      this.#changed();
    });
    this.#declarations.set(side.name, declaration);
    return declaration;
  }

  async #declareUntilHeld(side: Side<V>): Promise<void> {
    while (!this.#isClosed) {
      const epoch = this.#state?.epoch ?? 0;
      const state = await this.#settings.fleet.declareCold(side.name, epoch).catch(() => undefined);
      if (state !== undefined) {
        this.announce(state);
        return;
      }
      await this.#pause();
    }
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check();
    const state = this.#state;
    if (state === undefined || this.#acknowledged === state.epoch) return;
    if (!this.#hasJoined || this.#hasRunOut || !this.#mayAcknowledge(state)) return;
    this.#acknowledged = state.epoch;
    this.#settings.fleet.acknowledge(state.epoch);
  }

  #mayAcknowledge({ stage, percentage, cold }: FleetState): boolean {
    if (!this.#isDrained || this.#declarations.size > 0) return false;
    const { next } = this.#sides;
    const isHarbour = stage === 'live' && percentage === 0;
    if (isHarbour && !next.isCold && next.ledger.dirtyCount > 0) return false;
    // It is emptied next: behind everything of unknown outcome.
    const isEmptied = this.#shared.some(({ name }) => cold[name] === 'confirming');
    return !isEmptied || this.#isAllEnded();
  }

  #beginCohorts(): void {
    this.#operations.nextEpoch();
    for (const side of this.#shared) side.nextEpoch();
  }

  #isAllEnded(): boolean {
    const areSettled = this.#shared.every((side) => side.isSettled);
    return this.#operations.isSettled && areSettled && this.#declarations.size === 0;
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition() && !this.#isClosed) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#settings.clock.schedule(resolve, PAUSE);
    });
  }
}
