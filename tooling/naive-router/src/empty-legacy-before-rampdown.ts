import type { Cache, SetOptions } from '@resync/cache-contract';
import {
  isReadFromNext,
  stateAt,
  type State,
  type Target,
  type Write,
} from './hand-written-router.js';

/**
 * A service of two processes, which serve its operations in turn. The second one learns of a new state
 * later: a call to legacy stands for the time that this takes.
 *
 * Its mistake: on the way back from `complete` legacy is emptied first, while somebody still writes to
 * next alone.
 */
export class EmptyLegacyBeforeRampdown<V = unknown> {
  readonly #legacy: Cache<V>;
  readonly #next: Cache<V>;
  readonly #processes: [State, State] = [stateAt({ stage: 'off' }), stateAt({ stage: 'off' })];
  #lastChange: Promise<void> = Promise.resolve();
  #operations = 0;

  constructor({ legacy, next }: { readonly legacy: Cache<V>; readonly next: Cache<V> }) {
    this.#legacy = legacy;
    this.#next = next;
  }

  /** The state that was decided; not every process may know of it. */
  get state(): State {
    return this.#processes[0];
  }

  transition(target: Target): Promise<void> {
    return this.#inTurn(() => this.#announce(stateAt(target)));
  }

  /** From `complete` to `live`. */
  rollback(): Promise<void> {
    return this.#inTurn(async () => {
      await this.emptyBehind(() => this.#announce(stateAt({ stage: 'rampdown' })));
      await this.#announce(stateAt({ stage: 'live', percentage: 100 }));
    });
  }

  get(key: string): Promise<V | undefined> {
    return (isReadFromNext(this.#serving()) ? this.#next : this.#legacy).get(key);
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.#write((cache) => cache.set(key, value, options));
  }

  delete(key: string): Promise<boolean> {
    return this.#write((cache) => cache.delete(key));
  }

  clear(): Promise<void> {
    return this.#write((cache) => cache.clear());
  }

  /** Empties legacy, and lets every process know that it is written again. */
  protected async emptyBehind(announce: () => Promise<void>): Promise<void> {
    await this.emptied();
    await announce();
  }

  protected emptied(): Promise<void> {
    return this.#legacy.clear();
  }

  async #write<T>(write: Write<V, T>): Promise<T> {
    const { stage } = this.#serving();
    if (stage === 'complete') return write(this.#next);
    const answer = await write(this.#legacy);
    return stage === 'off' ? answer : write(this.#next);
  }

  async #announce(state: State): Promise<void> {
    this.#processes[0] = state;
    await this.#legacy.has('the time that it takes');
    this.#processes[1] = state;
  }

  #serving(): State {
    this.#operations += 1;
    return this.#processes[this.#operations % 2 === 1 ? 0 : 1];
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.#lastChange.then(change);
    this.#lastChange = changed.catch(() => undefined);
    return changed;
  }
}
