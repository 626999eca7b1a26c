import type { Clock, Timer } from '@resync/cache-contract';
import type { AuditLog } from '../audit/audit-log.js';
import { guarded } from '../guarded.js';
import { NOTHING_SEEN, type Observation } from '../judge/observation.js';
import type { Wish, Wishes } from '../sources/wish.js';
import type { DecisionRecord, RolloutAction } from './decision.js';
import type { RolloutPlan } from './rollout-plan.js';
import { applyEvent, type RolloutEvent, type RolloutOutcome } from './rollout-event.js';
import { beginRollout, resumeRollout, type RolloutState } from './rollout-state.js';
import type { RolloutStore } from './rollout-store.js';
import { tick, type Sighting } from './tick.js';
import type { Rung } from './rung.js';

/** A migration as a driver moves it; `CacheMigrationManager` and `ServiceMigration` are such. */
export interface DrivenMigration {
  readonly state: Rung;
  /** Whether the last step has ended everywhere. Default: it has. */
  readonly isSettled?: boolean;
  /** Processes of which nothing is heard: nothing is promoted without them. Default: none. */
  readonly silent?: readonly string[];
  transition(target: Rung, why?: string): Promise<void>;
  rollback(why: string, options?: { readonly cold?: true }): Promise<void>;
}

/** One component of a rollout in this process. */
export interface DrivenComponent {
  readonly migration: DrivenMigration;
  /**
   * What was seen since it was last asked. Default: nothing, so that no gate but an empty one opens; the
   * same where it throws, which `onError` is told.
   */
  readonly observe?: () => Observation | Promise<Observation>;
  /** Milliseconds by which that may have begun before it was last asked. Default 0. */
  readonly reachMs?: number;
  /** Empties next, usually `() => next.clear()`. Without it memory over its limit takes the reads from next only. */
  readonly emptyNext?: () => Promise<void>;
}

/** What a driver is told. */
export interface RolloutDriverOptions {
  readonly plan: RolloutPlan;
  /** By the names of the plan. Components that are not here are left alone. */
  readonly components: Readonly<Record<string, DrivenComponent>>;
  readonly clock: Clock;
  /** Milliseconds between two looks. Default 5000. */
  readonly everyMs?: number;
  /** Default: it is not written down, and begins anew with the process. */
  readonly store?: RolloutStore;
  /** Default: decisions are not recorded. */
  readonly audit?: AuditLog;
  /** What counts until a source says something: `true` where there are no sources. Default: nothing begins. */
  readonly wish?: Wish;
  /** Told of what goes wrong; the driver tries again at its next look. Default: dropped. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Takes a rollout through its plan in one process. Where it stands is written down before anything is
 * done; what was not done is seen at the next look, and done then. Looks and events wait for each
 * other, but a rollback that somebody asks for does not wait: it takes effect for the next operation.
 */
export class RolloutDriver {
  readonly #options: RolloutDriverOptions;
  readonly #onError: (error: unknown) => void;
  #state: RolloutState;
  #timer: Timer | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  /** Milliseconds since the epoch. */
  #lookedAt: number;
  /** Rollbacks that did not wait for their turn. */
  #overtaken = 0;
  /** Decided, and not written down with the state yet; a store that failed is given them once more. */
  #unsaved: readonly DecisionRecord[] = [];
  /** Written down with the state, and not in the audit yet. */
  #unaudited: readonly DecisionRecord[] = [];

  constructor(options: RolloutDriverOptions) {
    this.#options = options;
    this.#onError = guarded(options.onError);
    this.#lookedAt = options.clock.now();
    this.#state = beginRollout(options.plan, options.wish ?? null);
  }

  get state(): RolloutState {
    return this.#state;
  }

  /** Carries on where whoever came before has stopped, and looks every so often. */
  async start(): Promise<void> {
    await this.load();
    this.#isRunning = true;
    await this.handle({ kind: 'taken over' }, 'driver');
    this.#schedule();
  }

  /**
   * Reads what was written down, and leaves it to the caller to look. For migrations that have outlived
   * who drove them before: where they are found is where somebody has taken them.
   */
  async load(): Promise<void> {
    const { plan, store } = this.#options;
    const text = await store?.load();
    if (text !== undefined) this.#state = resumeRollout(plan, text);
  }

  /** Ends after what is under way. The migrations stay where they are. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    await this.#last;
  }

  /**
   * Hands an event in.
   *
   * @param who for the record
   * @throws ControlError `REFUSED_EVENT`
   */
  async handle(event: RolloutEvent, who: string): Promise<void> {
    if (event.kind === 'roll back') return this.#rollBack(event, who);
    return this.#inTurn(() => this.#apply(event, who));
  }

  /**
   * What the sources of the state say, once the driver was started. A component that is to be taken back is
   * read from legacy at once. Never rejects: what fails is told to `onError`, and done at the next look.
   */
  async wish(wishes: Wishes): Promise<void> {
    const before = new Map(this.#state.components.map(({ name, wish }) => [name, wish]));
    const taken = Object.keys(this.#options.components).filter(
      (name) => wishes[name] === false && before.get(name) !== false,
    );
    if (taken.length > 0) this.#overtaken += 1;
    const rollbacks = taken.map((name) => this.#readLegacyNow(name, 'a source says false'));
    await this.#inTurn(async () => {
      this.#state = this.#sighted(taken);
      await this.#apply({ kind: 'wishes', wishes }, 'sources');
    }).catch(this.#onError);
    await Promise.all(rollbacks);
    await this.look().catch(this.#onError);
  }

  /** Looks now. */
  async look(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  async #rollBack(event: RolloutEvent & { kind: 'roll back' }, who: string): Promise<void> {
    const { plan, clock } = this.#options;
    const before = this.#sighted([event.component]);
    const outcome = applyEvent(plan, before, { event, who, now: clock.now() });
    this.#overtaken += 1;
    this.#state = outcome.state;
    // First the reads, then the paper.
    const acted = Promise.all(outcome.actions.map((action) => this.#act(action)));
    await this.#inTurn(() => this.#write(outcome));
    await acted;
  }

  async #apply(event: RolloutEvent, who: string): Promise<void> {
    const { plan, clock } = this.#options;
    const before = event.kind === 'set percentage' ? this.#sighted([event.component]) : this.#state;
    const outcome = applyEvent(plan, before, { event, who, now: clock.now() });
    this.#state = outcome.state;
    await this.#write(outcome);
  }

  async #look(): Promise<void> {
    const { plan, components, clock } = this.#options;
    const before = this.#lookedAt;
    this.#lookedAt = clock.now();
    const seen: Record<string, Sighting> = {};
    for (const [name, { migration, observe, reachMs = 0 }] of Object.entries(components)) {
      const observation = await this.#observe(observe);
      const { isSettled = true, silent = [], state } = migration;
      const { stage, percentage } = state;
      const from = before - reachMs;
      seen[name] = { at: { stage, percentage }, isSettled, silent, observation, from };
    }
    const overtaken = this.#overtaken;
    const outcome = tick(plan, this.#state, { now: clock.now(), seen });
    this.#state = outcome.state;
    // What takes reads from next does not wait for a disk.
    const urgent = outcome.actions.filter(({ kind }) => kind === 'roll back');
    const acted = Promise.all(urgent.map((action) => this.#act(action)));
    await this.#write(outcome);
    await acted;
    for (const action of outcome.actions) {
      // After a rollback in the meantime, the next look works out what is left to do.
      if (this.#overtaken !== overtaken) return;
      if (!urgent.includes(action)) await this.#act(action);
    }
  }

  /** One component that cannot be observed takes nothing from the watch over the others. */
  async #observe(observe: DrivenComponent['observe']): Promise<Observation> {
    try {
      return (await observe?.()) ?? NOTHING_SEEN;
    } catch (error) {
      this.#onError(error);
      return NOTHING_SEEN;
    }
  }

  async #act(action: RolloutAction): Promise<void> {
    const component = this.#options.components[action.component];
    if (component === undefined) return;
    try {
      switch (action.kind) {
        case 'transition':
          await component.migration.transition(action.target, action.why);
          break;
        case 'roll back':
          await component.migration.rollback(action.why, action.cold ? { cold: true } : {});
          break;
        case 'empty next':
          await component.emptyNext?.();
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  async #readLegacyNow(name: string, why: string): Promise<void> {
    const { stage } = this.#options.components[name]?.migration.state ?? {};
    if (stage === 'live' || stage === 'rampdown') {
      await this.#act({ kind: 'roll back', component: name, why });
    }
  }

  async #write({ records }: RolloutOutcome): Promise<void> {
    const { store, audit } = this.#options;
    this.#unsaved = [...this.#unsaved, ...records];
    await store?.save(JSON.stringify(this.#state), this.#unsaved);
    this.#unaudited = [...this.#unaudited, ...this.#unsaved];
    this.#unsaved = [];
    for (const record of this.#unaudited) {
      await audit?.append({ kind: 'decision', ...record });
      this.#unaudited = this.#unaudited.slice(1);
    }
  }

  /** The state, with these components where they are now. */
  #sighted(names: readonly string[]): RolloutState {
    const components = this.#state.components.map((component) => {
      const state = this.#options.components[component.name]?.migration.state;
      if (state === undefined || !names.includes(component.name)) return component;
      return { ...component, seen: { stage: state.stage, percentage: state.percentage } };
    });
    return { ...this.#state, components };
  }

  #schedule(): void {
    if (!this.#isRunning) return;
    this.#timer = this.#options.clock.schedule(() => {
      this.look()
        .catch(this.#onError)
        .finally(() => this.#schedule());
    }, this.#options.everyMs ?? 5000);
  }

  #inTurn<T>(carryOut: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(carryOut);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
