import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../../control-error.js';
import { mergeObservations, type Observation } from '../../judge/observation.js';
import {
  RolloutDriver,
  type DrivenComponent,
  type RolloutDriverOptions,
} from '../../plan/rollout-driver.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import type { RolloutState } from '../../plan/rollout-state.js';
import type { RolloutStore } from '../../plan/rollout-store.js';
import { mergeWishes } from '../../sources/merge-wishes.js';
import { Polling } from '../../sources/polling.js';
import type { Wish } from '../../sources/wish.js';
import type { FleetComponent } from './fleet-component.js';
import { FleetMigration } from './fleet-migration.js';
import type { Asked, FleetRolloutStore, Gathered } from './fleet-rollout-store.js';

/** What a seat is told. */
export interface RolloutSeatSettings {
  readonly id: string;
  readonly store: FleetRolloutStore;
  readonly plan: RolloutPlan;
  readonly components: Readonly<Record<string, FleetComponent>>;
  readonly clock: Clock;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Milliseconds after which another process drives when nothing was heard of this one. */
  readonly lease: number;
  readonly wish: Wish | undefined;
  readonly onError: (error: unknown) => void;
}

/** How often the lease is renewed, in its own time. */
const RENEWALS = 4;
/** A process that has not reported in the time of so many looks is not heard of; its wishes count for longer. */
const SILENT_AFTER = 4;
const FORGOTTEN_AFTER = 40;
/** Looks: what is gathered was reported since the one before, seen since the report before that, and may come late. */
const REACHES_BACK = 3;
/** Timers may fire a little early: a look that is nearly due is made. */
const EARLY = 0.9;

/**
 * Drives the rollout of a fleet as long as this process holds the lease for that; until then it waits for
 * it. What it has decided is written on top of what it has read, or not at all: after whatever goes wrong
 * there it reads again.
 */
export class RolloutSeat {
  readonly #settings: RolloutSeatSettings;
  readonly #polling: Polling;
  readonly #migrations: ReadonlyMap<string, FleetMigration>;
  #driver: RolloutDriver | undefined;
  #seen: ReadonlyMap<string, Observation> = new Map();
  /** What is being answered. */
  #asked: Asked | undefined;
  #lookedAt = -Infinity;
  #isStarted = false;

  constructor(settings: RolloutSeatSettings) {
    this.#settings = settings;
    const { clock, components, everyMs, lease, onError } = settings;
    this.#migrations = new Map(
      Object.entries(components).map(([name, { remote }]) => [name, new FleetMigration(remote)]),
    );
    this.#polling = new Polling(clock, Math.min(everyMs, lease / RENEWALS), async () => {
      try {
        await this.#turn();
      } catch (error) {
        this.#driver = undefined;
        onError(error);
      }
    });
  }

  /** Whether this process drives, as far as it knows. */
  get isDriving(): boolean {
    return this.#driver !== undefined;
  }

  start(): Promise<void> {
    this.#isStarted = true;
    return this.#polling.start();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isStarted) void this.#polling.now();
  }

  /** Leaves the rollout to others. */
  async stop(): Promise<void> {
    const { id, onError, store } = this.#settings;
    await this.#polling.stop();
    if (this.#driver !== undefined) await store.resign(id).catch(onError);
    this.#driver = undefined;
  }

  async #turn(): Promise<void> {
    const { id, lease, store } = this.#settings;
    const held = await store.lead(id, lease);
    // Between two leases somebody else may have driven.
    if (held !== 'still') this.#driver = undefined;
    if (held === 'no') return;
    this.#driver ??= await this.#takeOver();
    await this.#drive(this.#driver);
  }

  async #takeOver(): Promise<RolloutDriver> {
    const { clock, onError, plan, wish } = this.#settings;
    const components = Object.fromEntries(
      [...this.#migrations].map(([name, migration]) => [name, this.#driven(name, migration)]),
    );
    const given: RolloutDriverOptions = { plan, components, clock, store: this.#paper, onError };
    const driver = new RolloutDriver(wish === undefined ? given : { ...given, wish });
    await driver.load();
    return driver;
  }

  async #drive(driver: RolloutDriver): Promise<void> {
    const { clock, everyMs, id, store } = this.#settings;
    const isDue = clock.monotonic() - this.#lookedAt >= everyMs * EARLY;
    const gathered = isDue ? await store.gather(id, FORGOTTEN_AFTER * everyMs) : undefined;
    const asked = await store.asked();
    if (!isDue && asked.length === 0) return;
    if (gathered !== undefined) this.#lookedAt = clock.monotonic();
    await this.#lookAround(gathered);
    for (const one of asked) await this.#heed(driver, one);
    if (gathered !== undefined) await this.#heedWishes(driver, gathered);
    await driver.look();
  }

  /** Where every fleet is, and what was seen of it. */
  async #lookAround(gathered: Gathered | undefined): Promise<void> {
    const { everyMs } = this.#settings;
    const reporters = gathered?.reporters.filter(({ age }) => age <= SILENT_AFTER * everyMs);
    const heard = reporters && new Set(reporters.flatMap(({ members }) => members));
    const seen = new Map<string, Observation>();
    for (const [name, migration] of this.#migrations) {
      const { members } = await migration.look();
      const ids = members.map(({ id }) => id);
      if (heard !== undefined) migration.silent = ids.filter((id) => !heard.has(id));
      const found = (gathered?.seen ?? []).flatMap((one) => one[name] ?? []);
      if (found.length > 0) seen.set(name, mergeObservations(found));
    }
    this.#seen = seen;
  }

  async #heed(driver: RolloutDriver, asked: Asked): Promise<void> {
    const { id, store } = this.#settings;
    this.#asked = asked;
    try {
      await driver.handle(asked.event, asked.who);
    } catch (error) {
      const isRefused = error instanceof ControlError && error.code === 'REFUSED_EVENT';
      if (!isRefused) throw error;
      await store.refuse(id, asked, error.message);
    } finally {
      this.#asked = undefined;
    }
  }

  /** The sources of all processes are heeded as if they were one process's. */
  async #heedWishes(driver: RolloutDriver, { reporters }: Gathered): Promise<void> {
    const said = reporters.flatMap(({ wishes }) => (wishes === null ? [] : [wishes]));
    if (said.length === 0) return;
    const wishes = mergeWishes(said);
    const isNews = driver.state.components.some(
      ({ name, wish }) => JSON.stringify(wish) !== JSON.stringify(wishes[name] ?? null),
    );
    if (isNews) await driver.handle({ kind: 'wishes', wishes }, 'sources');
  }

  #driven(name: string, migration: FleetMigration): DrivenComponent {
    const { everyMs, id, store } = this.#settings;
    return {
      migration,
      observe: () => this.#seen.get(name) ?? mergeObservations([]),
      reachMs: REACHES_BACK * everyMs,
      emptyNext: () => store.empty(id, name),
    };
  }

  get #paper(): RolloutStore {
    const { id, store } = this.#settings;
    return {
      load: () => store.load(),
      save: async (state, records) => {
        const before = (JSON.parse(state) as RolloutState).revision - 1;
        const isSaved = await store.save(id, {
          state,
          before,
          records: records.map((record) => ({ kind: 'decision', ...record })),
          asked: this.#asked,
        });
        if (isSaved) return;
        throw new ControlError(
          'CONTROL_STORE',
          'expected the rollout as it was read; somebody else drives it by now',
        );
      },
    };
  }
}
