import type { Cache } from '../cache.js';
import { InterceptedCache, type CacheCall } from './intercepted-cache.js';

/** How a call ended, or that it did not yet. */
export type CallOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'answered'; readonly answer: unknown; readonly at: number }
  | { readonly kind: 'failed'; readonly error: unknown; readonly at: number };

/** One call and its outcome. `begunAt` and `at` are places in the one order of everything that began or ended. */
export interface RecordedCall extends CacheCall {
  /** Of the cache that was called. */
  readonly cache: string;
  readonly begunAt: number;
  readonly outcome: CallOutcome;
}

/** What happened on one or several caches, in order: what a checker of histories works on. */
export class CallHistory {
  readonly #calls: RecordedCall[] = [];
  #moment = 0;

  /** The calls, in the order in which they began. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Carries the call out and keeps what comes of it. */
  async record<T>(cache: string, call: CacheCall, carryOut: () => Promise<T>): Promise<T> {
    const index = this.#calls.length;
    const begun: RecordedCall = {
      ...call,
      cache,
      begunAt: this.#next(),
      outcome: { kind: 'open' },
    };
    this.#calls.push(begun);
    const end = (outcome: CallOutcome): void => {
      this.#calls[index] = { ...begun, outcome };
    };
    try {
      const answer = await carryOut();
      end({ kind: 'answered', answer, at: this.#next() });
      return answer;
    } catch (error) {
      end({ kind: 'failed', error, at: this.#next() });
      throw error;
    }
  }

  #next(): number {
    this.#moment += 1;
    return this.#moment;
  }
}

/** A cache whose calls are recorded, around any other one. Several may write into one history. */
export class RecordingCache<V = unknown> extends InterceptedCache<V> {
  readonly history: CallHistory;
  readonly #name: string;

  constructor(
    inner: Cache<V>,
    { history = new CallHistory(), name = 'cache' }: { history?: CallHistory; name?: string } = {},
  ) {
    super(inner);
    this.history = history;
    this.#name = name;
  }

  protected override around<T>(call: CacheCall, carryOut: () => Promise<T>): Promise<T> {
    return this.history.record(this.#name, call, carryOut);
  }
}
