import { wholeTtl } from '@resync/cache-contract';
import type { LoadInterest } from './load-interest.js';

/** What a factory is told, and can say, beside the value. */
export interface LoadContext<V> {
  readonly key: string;
  /** Aborted once nobody waits for the load any longer: all gave up or timed out, or the cache was shut down. */
  readonly signal: AbortSignal;
  /** The value in its grace, or the one that is refreshed early; `undefined` where there is none. */
  readonly staleValue: V | undefined;
  /**
   * The lifetime of the value, in milliseconds, known only now. `0`: everybody who waits gets it and
   * it is not stored.
   *
   * @throws CacheError `INVALID_TTL`
   */
  readonly setTtl: (ttl: number) => void;
}

/** What the factory of several keys is told. */
export type BatchLoadContext = Pick<LoadContext<never>, 'signal' | 'setTtl'>;

/** Loads the value of a key that is not in the cache. `undefined` is refused: store null for "known to be nothing". */
export type Factory<V> = (context: LoadContext<V>) => V | Promise<V>;

/** Loads the values of several keys. A key that it leaves out is known to nobody, and not remembered. */
export type BatchFactory<V> = (
  keys: readonly string[],
  context: BatchLoadContext,
) => Iterable<readonly [string, V]> | Promise<Iterable<readonly [string, V]>>;

/** The context of one load. */
export class LoadCall<V> implements LoadContext<V> {
  readonly key: string;
  readonly staleValue: V | undefined;
  readonly #interest: LoadInterest;
  /** What the factory said; `undefined` where it said nothing. */
  ttl: number | undefined;

  constructor(interest: LoadInterest, key: string, staleValue: V | undefined) {
    this.#interest = interest;
    this.key = key;
    this.staleValue = staleValue;
  }

  get signal(): AbortSignal {
    return this.#interest.signal;
  }

  /** A function by itself, which can be taken out of the context; most factories do not ask for it. */
  get setTtl(): (ttl: number) => void {
    return (ttl) => {
      this.ttl = wholeTtl(ttl);
    };
  }
}
