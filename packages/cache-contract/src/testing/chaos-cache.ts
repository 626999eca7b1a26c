import type { Cache, SetOptions } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';
import type { CacheStats } from '../cache-stats.js';
import type { Lookup } from '../lookup.js';

/** What goes wrong with every call while it is injected. */
export type Fault =
  /** The call rejects and nothing happens. */
  | { readonly kind: 'fail'; readonly error?: Error }
  /** The call takes effect and rejects nevertheless. */
  | { readonly kind: 'fail-after-applying'; readonly error?: Error }
  /** The call takes effect and settles when it is released, or never. */
  | { readonly kind: 'hang' };

/**
 * A cache that goes wrong on demand, around any other one. Leases and other capabilities of the
 * inner cache are not passed on; `shutdown` always works.
 */
export class ChaosCache<V = unknown> implements Cache<V> {
  readonly capabilities: CacheCapabilities;
  readonly #inner: Cache<V>;
  readonly #hanging: (() => void)[] = [];
  #fault: Fault | undefined;

  constructor(inner: Cache<V>) {
    this.#inner = inner;
    this.capabilities = { ...inner.capabilities, leases: false, statsNow: false };
  }

  /** From now on every call suffers this. */
  inject(fault: Fault): void {
    this.#fault = fault;
  }

  /** From now on calls work again; those that hang stay so. */
  heal(): void {
    this.#fault = undefined;
  }

  /** Lets the calls that hang take their effect now, in the order in which they were made. */
  release(): void {
    for (const go of this.#hanging.splice(0)) go();
  }

  get(key: string): Promise<V | undefined> {
    return this.#suffer(() => this.#inner.get(key));
  }

  lookup(key: string): Promise<Lookup<V>> {
    return this.#suffer(() => this.#inner.lookup(key));
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.#suffer(() => this.#inner.set(key, value, options));
  }

  delete(key: string): Promise<boolean> {
    return this.#suffer(() => this.#inner.delete(key));
  }

  has(key: string): Promise<boolean> {
    return this.#suffer(() => this.#inner.has(key));
  }

  clear(): Promise<void> {
    return this.#suffer(() => this.#inner.clear());
  }

  size(): Promise<number> {
    return this.#suffer(() => this.#inner.size());
  }

  getKeys(): Promise<string[]> {
    return this.#suffer(() => this.#inner.getKeys());
  }

  getStats(): Promise<CacheStats> {
    return this.#suffer(() => this.#inner.getStats());
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #suffer<T>(call: () => Promise<T>): Promise<T> {
    const fault = this.#fault;
    switch (fault?.kind) {
      case undefined:
        return call();
      case 'hang':
        await new Promise<void>((resolve) => {
          this.#hanging.push(resolve);
        });
        return call();
      case 'fail-after-applying':
        await call();
        throw fault.error ?? injectedError();
      case 'fail':
        throw fault.error ?? injectedError();
    }
  }
}

function injectedError(): Error {
  return new Error('injected fault');
}
