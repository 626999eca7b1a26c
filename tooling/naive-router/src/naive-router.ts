import { MISS, type Cache, type Lookup, type SetOptions } from '@resync/cache-contract';

type Stage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';

interface Target {
  readonly stage: Stage;
  readonly percentage?: number;
}

/** Who counts what the router does. */
interface Watcher {
  hit?(side: 'legacy' | 'next'): void;
  miss?(side: 'legacy' | 'next'): void;
  fallback?(reason: 'miss' | 'error'): void;
}

/**
 * The router that one writes by hand in an afternoon: new cache first, old one when that misses or
 * fails, both written and the errors of the new one dropped. It serves stale values after any
 * failure of a second write, and the checkers of this repository have to say so.
 */
export class NaiveRouter<V = unknown> {
  readonly #legacy: Cache<V>;
  readonly #next: Cache<V>;
  readonly #watcher: Watcher;
  #stage: Stage = 'off';
  #percentage = 0;
  #changes = 1;

  constructor(options: {
    readonly legacy: Cache<V>;
    readonly next: Cache<V>;
    readonly observer?: Watcher;
  }) {
    this.#legacy = options.legacy;
    this.#next = options.next;
    this.#watcher = options.observer ?? {};
  }

  get state(): {
    readonly stage: Stage;
    readonly percentage: number;
    readonly epoch: number;
    readonly cold: { readonly legacy: boolean; readonly next: boolean };
  } {
    return {
      stage: this.#stage,
      percentage: this.#percentage,
      epoch: this.#changes,
      cold: { legacy: false, next: false },
    };
  }

  get status(): Readonly<
    Record<'legacy' | 'next', { isCold: boolean; dirtyKeys: number; unsettled: number }>
  > {
    const nothingKnown = { isCold: false, dirtyKeys: 0, unsettled: 0 };
    return { legacy: nothingKnown, next: nothingKnown };
  }

  async transition({ stage, percentage }: Target): Promise<void> {
    this.#stage = stage;
    this.#percentage = percentage ?? (stage === 'rampdown' || stage === 'complete' ? 100 : 0);
    this.#changes += 1;
  }

  async rollback(): Promise<void> {
    await this.transition(
      this.#stage === 'dualwrite' || this.#stage === 'shadow'
        ? { stage: 'off' }
        : { stage: 'live', percentage: 0 },
    );
  }

  async get(key: string): Promise<V | undefined> {
    let reason: 'miss' | 'error' | undefined;
    if (this.#usesNext(key)) {
      try {
        const value = await this.#next.get(key);
        if (value !== undefined || this.#stage === 'complete') return this.#seen('next', value);
        reason = 'miss';
      } catch {
        // The old cache will have it.
        reason = 'error';
      }
    }
    const value = await this.#legacy.get(key);
    if (reason !== undefined && value !== undefined) {
      this.#watcher.fallback?.(reason);
      void this.#next.set(key, value).catch(() => undefined);
    }
    return this.#seen('legacy', value);
  }

  async lookup(key: string): Promise<Lookup<V>> {
    const value = await this.get(key);
    return value === undefined ? MISS : { kind: 'hit', value, expiresAt: Infinity };
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    await this.#onBoth((cache) => cache.set(key, value, options));
  }

  async delete(key: string): Promise<boolean> {
    const answers = await this.#onBoth((cache) => cache.delete(key));
    return answers.includes(true);
  }

  async clear(): Promise<void> {
    await this.#onBoth((cache) => cache.clear());
  }

  async getOrSet(
    key: string,
    loader: (context: { readonly key: string }) => V | Promise<V>,
    options?: SetOptions,
  ): Promise<V> {
    const cached = await this.get(key);
    if (cached !== undefined) return cached;
    const loaded = await loader({ key });
    await this.set(key, loaded, options);
    return loaded;
  }

  size(): Promise<number> {
    return (this.#stage === 'complete' ? this.#next : this.#legacy).size();
  }

  getKeys(): Promise<string[]> {
    return (this.#stage === 'complete' ? this.#next : this.#legacy).getKeys();
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.#legacy.shutdown(), this.#next.shutdown()]);
  }

  #seen(side: 'legacy' | 'next', value: V | undefined): V | undefined {
    if (value === undefined) this.#watcher.miss?.(side);
    else this.#watcher.hit?.(side);
    return value;
  }

  #usesNext(key: string): boolean {
    if (this.#stage === 'rampdown' || this.#stage === 'complete') return true;
    let sum = 0;
    for (const character of key) sum = (31 * sum + (character.codePointAt(0) ?? 0)) % 1009;
    return this.#stage === 'live' && (100 * sum) / 1009 < this.#percentage;
  }

  async #onBoth<T>(write: (cache: Cache<V>) => Promise<T>): Promise<T[]> {
    const caches =
      this.#stage === 'off'
        ? [this.#legacy]
        : this.#stage === 'complete'
          ? [this.#next]
          : [this.#legacy, this.#next];
    const outcomes = await Promise.allSettled(caches.map(write));
    const answers = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    if (answers.length > 0) return answers;
    throw new AggregateError(
      outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined,
      ),
    );
  }
}
