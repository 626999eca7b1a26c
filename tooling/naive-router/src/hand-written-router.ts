import type { Cache, SetOptions } from '@resync/cache-contract';

/** The stages of a migration. */
type Stage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';

/** Where a migration is to go. */
export interface Target {
  readonly stage: Stage;
  readonly percentage?: number;
}

/** Where a migration stands. */
export interface State {
  readonly stage: Stage;
  readonly percentage: number;
}

/** Where the target leads. */
export function stateAt({ stage, percentage }: Target): State {
  return {
    stage,
    percentage: percentage ?? (stage === 'rampdown' || stage === 'complete' ? 100 : 0),
  };
}

/** Whether reads ask next: `live` moves all keys at once here. */
export function isReadFromNext({ stage, percentage }: State): boolean {
  return stage === 'rampdown' || stage === 'complete' || (stage === 'live' && percentage > 0);
}

/** One write, as it is made on a cache. */
export type Write<V, T> = (cache: Cache<V>) => Promise<T>;

/**
 * A router that makes no mistake as long as no call goes wrong, and gives up where one does: writes go
 * one after the other, to legacy and then to next, changes of the stage wait for what began before
 * them, and reads ask one side. Each of the routers that must be caught differs from it in one thing.
 */
export class HandWrittenRouter<V = unknown> {
  protected readonly legacy: Cache<V>;
  protected readonly next: Cache<V>;
  readonly #underWay = new Set<Promise<unknown>>();
  #state = stateAt({ stage: 'off' });
  #lastWrite: Promise<unknown> = Promise.resolve();
  #lastChange: Promise<void> = Promise.resolve();

  constructor({ legacy, next }: { readonly legacy: Cache<V>; readonly next: Cache<V> }) {
    this.legacy = legacy;
    this.next = next;
  }

  get state(): State {
    return this.#state;
  }

  transition(target: Target): Promise<void> {
    return this.#change(stateAt(target));
  }

  /** To reading legacy; from `complete` to an emptied one. */
  async rollback(): Promise<void> {
    const { stage } = this.#state;
    if (stage === 'live' || stage === 'rampdown') {
      this.#state = { stage: 'live', percentage: 0 };
    } else if (stage === 'complete') {
      await this.#change(stateAt({ stage: 'rampdown' }));
      await this.#inTurn(() => this.legacy.clear());
      await this.#change({ stage: 'live', percentage: 100 });
    } else {
      await this.#change(stateAt({ stage: 'off' }));
    }
  }

  get(key: string): Promise<V | undefined> {
    return this.#tracked(this.read(key));
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.write((cache) => cache.set(key, value, options));
  }

  delete(key: string): Promise<boolean> {
    return this.write((cache) => cache.delete(key));
  }

  clear(): Promise<void> {
    return this.write((cache) => cache.clear());
  }

  /** Asks the side that the stage names. */
  protected read(key: string): Promise<V | undefined> {
    return (this.readsNext ? this.next : this.legacy).get(key);
  }

  /** Writes where the stage says. Before `live` the caller does not wait for next. */
  protected write<T>(write: Write<V, T>): Promise<T> {
    const { stage } = this.#state;
    if (stage === 'off') return this.#inTurn(() => write(this.legacy));
    if (stage === 'complete') return this.#inTurn(() => write(this.next));
    const onLegacy = this.#inTurn(() => write(this.legacy));
    const onNext = this.#inTurn(() => onLegacy.then(() => write(this.next)));
    onNext.catch(() => undefined);
    return stage === 'dualwrite' || stage === 'shadow' ? onLegacy : onNext;
  }

  protected get readsNext(): boolean {
    return isReadFromNext(this.#state);
  }

  /** Resolves when what is under way now has ended. */
  protected async drained(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #change(to: State): Promise<void> {
    const change = this.#lastChange.then(async () => {
      const { stage } = this.#state;
      this.#state = to;
      if (stage === 'off' && to.stage === 'dualwrite') void this.#inTurn(() => this.next.clear());
      await this.drained();
    });
    this.#lastChange = change;
    return change;
  }

  /** One write after the other, whatever their keys. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#lastWrite.then(write);
    this.#lastWrite = written.catch(() => undefined);
    return this.#tracked(written);
  }

  #tracked<T>(operation: Promise<T>): Promise<T> {
    this.#underWay.add(operation);
    const forget = (): void => void this.#underWay.delete(operation);
    operation.then(forget, forget);
    return operation;
  }
}
