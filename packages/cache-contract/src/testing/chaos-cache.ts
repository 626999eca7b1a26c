import type { Cache } from '../cache.js';
import type { Clock } from '../clock.js';
import { systemClock } from '../system-clock.js';
import { InterceptedCache, type CacheCall, type CacheOperation } from './intercepted-cache.js';
import { seededRandom } from './seeded-random.js';

/** What goes wrong with a call. */
export type Fault =
  /** The call rejects and nothing happens. */
  | { readonly kind: 'fail'; readonly error?: Error }
  /** The call takes effect and rejects nevertheless. */
  | { readonly kind: 'fail-after-applying'; readonly error?: Error }
  /** The call takes effect so many milliseconds later, by the clock of the wrapper. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call takes effect and settles when it is released, or never. */
  | { readonly kind: 'hang' };

/** Which calls suffer a fault; left out: all. */
export interface FaultScope {
  /** Default: all. */
  readonly operations?: readonly CacheOperation[];
  /** Of a call with several keys, one is enough. */
  readonly keys?: readonly string[] | ((key: string) => boolean);
  /** The share of the calls that suffer, 0..1, drawn by the seed. Default 1. */
  readonly rate?: number;
  /** So many calls suffer, and then none: a backend that recovers. Default `Infinity`. */
  readonly times?: number;
}

/** Options of {@link ChaosCache}. */
export interface ChaosOptions {
  /** Decides what `rate` draws. Default 1. */
  readonly seed?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

interface Rule {
  readonly fault: Fault;
  readonly scope: FaultScope;
  timesLeft: number;
}

/**
 * A cache that goes wrong on demand, around any other one. The same seed, faults and calls go wrong in
 * the same way. `shutdown` always works.
 */
export class ChaosCache<V = unknown> extends InterceptedCache<V> {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #hanging: (() => void)[] = [];
  #rules: readonly Rule[] = [];

  constructor(inner: Cache<V>, options: ChaosOptions = {}) {
    super(inner);
    this.#clock = options.clock ?? systemClock;
    this.#random = seededRandom(options.seed ?? 1);
  }

  /** From now on calls suffer this. Where several faults apply, the one that was injected last does. */
  inject(fault: Fault, scope: FaultScope = {}): void {
    this.#rules = [{ fault, scope, timesLeft: scope.times ?? Infinity }, ...this.#rules];
  }

  /** From now on calls work again; those that hang or are delayed stay so. */
  heal(): void {
    this.#rules = [];
  }

  /** Lets the calls that hang take their effect now, in the order in which they were made. */
  release(): void {
    for (const go of this.#hanging.splice(0)) go();
  }

  protected override async around<T>(call: CacheCall, carryOut: () => Promise<T>): Promise<T> {
    const fault = this.#faultFor(call);
    switch (fault?.kind) {
      case undefined:
        return carryOut();
      case 'hang':
        await new Promise<void>((resolve) => {
          this.#hanging.push(resolve);
        });
        return carryOut();
      case 'delay':
        await new Promise<void>((resolve) => {
          this.#clock.schedule(resolve, fault.ms);
        });
        return carryOut();
      case 'fail-after-applying':
        await carryOut();
        throw fault.error ?? injectedError();
      case 'fail':
        throw fault.error ?? injectedError();
    }
  }

  #faultFor(call: CacheCall): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.timesLeft === 0 || !isInScope(call, rule.scope)) continue;
      if (rule.scope.rate !== undefined && this.#random() >= rule.scope.rate) continue;
      rule.timesLeft -= 1;
      return rule.fault;
    }
    return undefined;
  }
}

function isInScope({ operation, keys }: CacheCall, scope: FaultScope): boolean {
  if (scope.operations !== undefined && !scope.operations.includes(operation)) return false;
  const wanted = scope.keys;
  if (wanted === undefined) return true;
  return keys.some((key) => (typeof wanted === 'function' ? wanted(key) : wanted.includes(key)));
}

function injectedError(): Error {
  return new Error('injected fault');
}
