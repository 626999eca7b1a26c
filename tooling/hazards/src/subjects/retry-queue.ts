import type { Cache, SetOptions } from '@resync/cache-contract';
import type { SubjectKind } from '../subject.js';
import { FlaggedWrapper } from './flagged-wrapper.js';

type Write = (cache: Cache) => Promise<unknown>;

/** Milliseconds between attempts. */
const PAUSE = 1000;

/**
 * Written by a team that wants to lose no second write: the caller waits for the old cache, and a queue
 * brings the write to the new one, in order, again and again until it is taken.
 */
class RetryQueue extends FlaggedWrapper {
  readonly #queue: Write[] = [];
  #isRunning = false;
  #isClosed = false;

  async get(key: string): Promise<unknown> {
    if (!this.readsNext) return this.legacy.get(key);
    if (this.state.stage === 'complete') return this.next.get(key);
    return this.next.get(key).catch(() => this.legacy.get(key));
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    await this.#write((cache) => cache.set(key, value, options));
  }

  async delete(key: string): Promise<void> {
    await this.#write((cache) => cache.delete(key));
  }

  async clear(): Promise<void> {
    await this.#write((cache) => cache.clear());
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await super.close();
  }

  async #write(write: Write): Promise<void> {
    const [first, second] = this.written;
    if (first !== undefined) await write(first);
    if (second === undefined) return;
    this.#queue.push(write);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let [first] = this.#queue; first !== undefined && !this.#isClosed; [first] = this.#queue) {
      try {
        await first(this.next);
        this.#queue.shift();
      } catch {
        await new Promise<void>((resolve) => {
          this.clock.schedule(resolve, PAUSE);
        });
      }
    }
    this.#isRunning = false;
  }
}

export const retryQueue: SubjectKind = {
  name: 'retry-queue',
  who: 'a team that loses no second write: a queue brings it to the new cache, again and again',
  create: (parts) => new RetryQueue(parts),
};
