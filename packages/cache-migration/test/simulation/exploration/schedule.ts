import { faultsOf } from '../calls.js';
import { answerAll, comeToRest } from '../come-to-rest.js';
import type { CreateRouter } from '../router.js';
import { World } from '../world.js';
import { eventOf, partOf, type Choice } from './choice.js';
import { Fingerprint } from './fingerprint.js';
import type { Preparation, Scenario } from './scenario.js';

/** One run of a scenario, choice by choice. */
export class Schedule {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #fingerprint = new Fingerprint();
  /** How far each list of the scenario has come. */
  readonly #begun: number[];
  readonly #isBusy: boolean[];
  readonly #done = { move: 0, advance: 0, evict: 0, fault: 0 };
  #isOver = false;

  private constructor(scenario: Scenario, world: World) {
    this.#scenario = scenario;
    this.#world = world;
    this.#begun = scenario.clients.map(() => 0);
    this.#isBusy = scenario.clients.map(() => false);
  }

  /** A run at its beginning, with everything prepared. */
  static async start(
    scenario: Scenario,
    create: CreateRouter,
    trace?: (line: string) => void,
  ): Promise<Schedule> {
    const world = new World(create, trace);
    for (const preparation of scenario.preparations) {
      await prepare(world, preparation);
      await answerAll(world);
    }
    return new Schedule(scenario, world);
  }

  /** The same for all runs that differ in the order of what is independent only. */
  get fingerprint(): number {
    return this.#fingerprint.value;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get violations(): readonly string[] {
    return this.#world.history.violations;
  }

  /**
   * What could happen next. A deterministic scheduler would take the first: the oldest call goes on,
   * and when none is under way, the first client begins its next operation. The place in that order
   * is what a choice costs in delays; what the surroundings do costs none.
   */
  choices(): readonly Choice[] {
    const scheduled = this.#scheduled();
    const surroundings = [...this.#hung(), ...this.#faults(scheduled), ...this.#events()];
    return scheduled.length > 0
      ? [...scheduled, ...surroundings]
      : [{ kind: 'finish', delays: 0 }, ...surroundings];
  }

  /** What the fingerprint would be after the choice. */
  fingerprintAfter(choice: Choice): number {
    return this.#fingerprint.after(eventOf(choice, this.#scenario.keys));
  }

  async take(choice: Choice): Promise<void> {
    this.#fingerprint.add(eventOf(choice, this.#scenario.keys));
    const { moves, advances, evictions, keys } = this.#scenario;
    switch (choice.kind) {
      case 'step':
        return this.#world.step(choice.call);
      case 'fault':
        this.#done.fault += 1;
        return this.#world.inflict(choice.fault, choice.call);
      case 'begin':
        return this.#begin(choice.client);
      case 'move': {
        this.#done.move += 1;
        const move = moves[choice.place];
        return move === undefined ? undefined : this.#world.move(move);
      }
      case 'advance':
        this.#done.advance += 1;
        return this.#world.advance(advances[choice.place] ?? 0);
      case 'evict': {
        this.#done.evict += 1;
        const eviction = evictions[choice.place];
        return eviction && this.#world.evict(eviction.side, eviction.key);
      }
      case 'finish':
        this.#isOver = true;
        return comeToRest(this.#world, keys);
    }
  }

  #scheduled(): readonly Choice[] {
    const { clients, pace } = this.#scenario;
    const going = this.#world.calls.pending.filter(({ isHung }) => !isHung);
    const idle = [...clients.keys()].filter((client) => this.#isIdle(client));
    const begins = idle.map((client) => ({ kind: 'begin', client }) as const);
    const steps = going.map((call) => ({ kind: 'step', call }) as const);
    const order = pace === 'oldest first' ? [...steps, ...begins] : [...begins, ...steps.reverse()];
    return order.map((choice, delays) => ({ ...choice, delays }));
  }

  #isIdle(client: number): boolean {
    const operations = this.#scenario.clients[client] ?? [];
    return this.#isBusy[client] === false && (this.#begun[client] ?? 0) < operations.length;
  }

  /** A call that hangs may have its effect whenever it likes. */
  #hung(): readonly Choice[] {
    return this.#world.calls.pending
      .filter(({ isHung, isApplied }) => isHung && !isApplied)
      .map((call) => ({ kind: 'step', call, delays: 0 }));
  }

  #faults(scheduled: readonly Choice[]): readonly Choice[] {
    const { sides, kinds, budget } = this.#scenario.faults;
    if (this.#done.fault === budget) return [];
    return scheduled.flatMap((choice) => {
      if (choice.kind !== 'step') return [];
      const { call, delays } = choice;
      if (!sides.some((side) => side === call.facts.callee)) return [];
      return faultsOf(call)
        .filter((fault) => kinds.includes(fault))
        .map((fault) => ({ kind: 'fault', call, fault, delays }) as const);
    });
  }

  #events(): readonly Choice[] {
    const { moves, advances, evictions } = this.#scenario;
    const { move, advance, evict } = this.#done;
    const events: Choice[] = [];
    if (move < moves.length) events.push({ kind: 'move', place: move, delays: 0 });
    if (advance < advances.length) events.push({ kind: 'advance', place: advance, delays: 0 });
    const eviction = evictions[evict];
    if (eviction !== undefined) {
      const part = partOf(eviction.side, eviction.key);
      events.push({ kind: 'evict', place: evict, part, delays: 0 });
    }
    return events;
  }

  #begin(client: number): Promise<void> {
    const begun = this.#begun[client] ?? 0;
    const operation = this.#scenario.clients[client]?.[begun];
    if (operation === undefined) throw new RangeError(`client ${client} has nothing left to do`);
    this.#begun[client] = begun + 1;
    this.#isBusy[client] = true;
    return this.#world.begin(operation, () => {
      this.#isBusy[client] = false;
    });
  }
}

function prepare(world: World, preparation: Preparation): Promise<void> {
  if (typeof preparation === 'string' || 'stage' in preparation) return world.move(preparation);
  if ('side' in preparation) return world.evict(preparation.side, preparation.key);
  return world.begin(preparation);
}
