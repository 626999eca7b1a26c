import { systemClock, type Timer } from '@resync/cache-contract';
import { closeAll, type Closer } from '../server/closers.js';
import type { ComponentMigration } from '../server/component-migration.js';
import { fedMigration } from '../server/live/fed-component.js';
import { FaultSwitches } from '../server/live/fault-switches.js';
import type { MemoryPressure } from '../server/live/memory-pressure.js';
import type { Resync } from '../server/resync.js';
import type { FleetMembership } from './fleet-membership.js';
import type { FromWorker, Question, ToWorker } from './fleet-messages.js';

const SECOND = 1000;

/** One process of the fleet: the whole service, on the caches that all of them share. */
export class ServingWorker {
  readonly #resync: Resync;
  readonly #membership: FleetMembership;
  readonly #faults: FaultSwitches;
  readonly #memory: MemoryPressure;
  readonly #tell: (message: FromWorker) => void;
  readonly #closers: Closer[];
  #timer: Timer | undefined;
  #measuredAt = systemClock.monotonic();

  constructor(parts: {
    readonly resync: Resync;
    readonly membership: FleetMembership;
    readonly memory: MemoryPressure;
    readonly tell: (message: FromWorker) => void;
    readonly closers: Closer[];
  }) {
    this.#resync = parts.resync;
    this.#membership = parts.membership;
    this.#faults = new FaultSwitches(parts.resync.migrations);
    this.#memory = parts.memory;
    this.#tell = parts.tell;
    this.#closers = parts.closers;
  }

  /** From now on the primary is told each second what was seen here. */
  report(): void {
    this.#timer = systemClock.schedule(() => {
      this.#tellSecond();
      this.report();
    }, SECOND);
  }

  async heed(message: Exclude<ToWorker, { kind: 'start' | 'end' }>): Promise<void> {
    switch (message.kind) {
      case 'fault':
        this.#faults.set(message.component, message.fault);
        break;
      case 'memory':
        this.#memory.put(message.weight);
        break;
      case 'ask': {
        const answer = await this.#answer(message.question);
        this.#tell({ kind: 'answer', id: message.id, answer });
      }
    }
  }

  /** Answers nobody any longer, and leaves the fleet. */
  async end(): Promise<void> {
    this.#timer?.cancel();
    // What hangs would hold the shutdown up.
    this.#faults.heal();
    await closeAll(this.#closers);
  }

  #tellSecond(): void {
    const now = systemClock.monotonic();
    const passed = Math.max(0.001, (now - this.#measuredAt) / SECOND);
    this.#measuredAt = now;
    const seconds = Object.fromEntries(
      this.#resync.migrations.flatMap((migration) =>
        fedMigration(migration)
          .endSecond(passed)
          .map((second) => [migration.component, second]),
      ),
    );
    this.#tell({ kind: 'second', seconds, members: this.#membership.ids });
  }

  #answer(question: Question): Promise<unknown> {
    const { registry, migrations } = this.#resync;
    if (question === 'metrics') return registry.getMetricsAsJSON();
    return Promise.resolve(migrations.map(standingOf));
  }
}

function standingOf({ component, router, tally }: ComponentMigration): object {
  return { component, state: router.state, sides: router.status, counts: tally.now };
}
