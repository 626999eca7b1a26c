import type { Cache, Clock, SetOptions } from '@resync/cache-contract';
import type { Subject, SubjectParts, Target } from '../subject.js';

/**
 * What all wrappers written by hand have in common: a flag that says the stage, read by every call
 * when it comes. Changing the flag is all that a change of stage is.
 */
export abstract class FlaggedWrapper implements Subject {
  protected readonly legacy: Cache;
  protected readonly next: Cache;
  protected readonly clock: Clock;
  #state: Subject['state'] = { stage: 'off', percentage: 0 };

  constructor({ legacy, next, clock }: SubjectParts) {
    this.legacy = legacy;
    this.next = next;
    this.clock = clock;
  }

  get state(): Subject['state'] {
    return this.#state;
  }

  abstract get(key: string): Promise<unknown>;
  abstract set(key: string, value: unknown, options?: SetOptions): Promise<unknown>;
  abstract delete(key: string): Promise<unknown>;
  abstract clear(): Promise<unknown>;

  async transition({ stage, percentage = 0 }: Target): Promise<void> {
    this.#state = { stage, percentage };
  }

  async rollback(): Promise<void> {
    const { stage } = this.#state;
    const isBeforeLive = stage === 'dualwrite' || stage === 'shadow';
    await this.transition(isBeforeLive ? { stage: 'off' } : { stage: 'live', percentage: 0 });
  }

  async close(): Promise<void> {
    await Promise.all([this.legacy.shutdown(), this.next.shutdown()]);
  }

  protected get readsNext(): boolean {
    const { stage, percentage } = this.#state;
    return stage === 'live' ? percentage > 0 : stage === 'rampdown' || stage === 'complete';
  }

  /** The caches that are written, legacy first. */
  protected get written(): readonly Cache[] {
    const { stage } = this.#state;
    if (stage === 'off') return [this.legacy];
    return stage === 'complete' ? [this.next] : [this.legacy, this.next];
  }
}
