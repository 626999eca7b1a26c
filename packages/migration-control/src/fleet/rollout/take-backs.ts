import type { Clock, Timer } from '@resync/cache-contract';
import { ControlError } from '../../control-error.js';
import type { RolloutOperator } from '../../operator/rollout-operator.js';
import { isBeyondHarbour } from '../../plan/rung.js';
import type { Wishes } from '../../sources/wish.js';
import type { FleetRemote } from '../fleet-remote.js';

type Remote = Pick<FleetRemote, 'rollback' | 'status'>;

/** What is needed to take a component back. */
export interface TakeBacksSettings {
  readonly components: Readonly<Record<string, { readonly remote: Remote }>>;
  readonly operator: Pick<RolloutOperator, 'handle'>;
  readonly clock: Clock;
  /** Milliseconds until what has failed is tried again. */
  readonly everyMs: number;
  /** Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** A component that is to be read from legacy, and has not been seen to be. */
interface Owed {
  readonly name: string;
  readonly remote: Remote;
  /** `start`: said when this process started, and heeded in `complete` too. */
  readonly since: 'start' | 'later';
  again?: Timer;
}

const SOURCES = 'sources';
const WHY = 'a source says false';

/**
 * Has legacy read at once where a source says `false`; on the way down the driver takes the steps. Where
 * the control store does not answer it is tried again until it does, or the source says something else.
 */
export class TakeBacks {
  readonly #settings: TakeBacksSettings;
  readonly #owed = new Map<string, Owed>();
  #wishes: Wishes = {};

  constructor(settings: TakeBacksSettings) {
    this.#settings = settings;
  }

  /** Resolves when each was tried once. */
  async heed(wishes: Wishes, since: 'start' | 'later'): Promise<void> {
    const before = this.#wishes;
    this.#wishes = wishes;
    const all = Object.entries(this.#settings.components);
    for (const [name] of all) if (wishes[name] !== false) this.#forget(name);
    const taken = all.filter(([name]) => wishes[name] === false && before[name] !== false);
    const tried = taken.map(([name, { remote }]) => {
      const owed = { name, remote, since };
      this.#owed.set(name, owed);
      return this.#try(owed);
    });
    await Promise.all(tried);
  }

  /** Nothing is tried again. */
  stop(): void {
    for (const name of [...this.#owed.keys()]) this.#forget(name);
  }

  async #try(owed: Owed): Promise<void> {
    try {
      await this.#takeBack(owed);
      if (this.#isOwed(owed)) this.#forget(owed.name);
    } catch (error) {
      const { clock, everyMs, onError } = this.#settings;
      onError(error);
      if (this.#isOwed(owed)) owed.again = clock.schedule(() => void this.#try(owed), everyMs);
    }
  }

  async #takeBack(owed: Owed): Promise<void> {
    const { name, remote, since } = owed;
    const { state, target } = await remote.status();
    if (!this.#isOwed(owed)) return;
    if (state.stage !== 'complete') {
      // Back from complete, legacy was emptied: it is left to whoever drives when it is read as it is.
      if (!isBeyondHarbour(state) || target?.cold === true) return;
      await remote.rollback({ why: WHY, by: SOURCES });
    } else if (since === 'start') {
      const event = { kind: 'roll back', component: name, why: WHY, cold: true } as const;
      await this.#settings.operator.handle(event, SOURCES).catch((error: unknown) => {
        // Another process that was started with the same flag has asked before.
        const isAskedAlready = error instanceof ControlError && error.code === 'REFUSED_EVENT';
        if (!isAskedAlready) throw error;
      });
    }
  }

  #isOwed(owed: Owed): boolean {
    return this.#owed.get(owed.name) === owed;
  }

  #forget(name: string): void {
    this.#owed.get(name)?.again?.cancel();
    this.#owed.delete(name);
  }
}
