import { CacheError, MISS, type Cache, type CacheStats, type Lookup } from '@resync/cache-contract';
import type { ManualClock } from '@resync/cache-contract/testing';

/** How one call to the cache goes wrong. */
export type CallFault = 'fail' | 'fail-after-applying' | 'decline';

interface PendingCall {
  readonly name: string;
  state: 'sent' | 'applied';
  readonly fault: CallFault | undefined;
  readonly apply: () => void;
  readonly answer: () => void;
}

/**
 * A cache of which every call takes two steps, its effect and its answer, and somebody else decides
 * when each of them happens. Any call may so be overtaken by any other.
 */
export class SteppedCache implements Cache<string> {
  readonly capabilities = {
    leases: false,
    statsNow: false,
    expiry: 'absolute',
    shared: false,
    defaultTtl: 1_000_000,
    normalises: [],
  } as const;
  readonly #entries = new Map<string, { value: string; expiresAt: number }>();
  readonly #pending: PendingCall[] = [];
  readonly #clock: ManualClock;
  /** Asked at each call. */
  readonly #fault: () => CallFault | undefined;
  readonly #trace: (line: string) => void;

  constructor(
    clock: ManualClock,
    fault: () => CallFault | undefined,
    trace: (line: string) => void,
  ) {
    this.#clock = clock;
    this.#fault = fault;
    this.#trace = trace;
  }

  get pendingCalls(): number {
    return this.#pending.length;
  }

  /** What is stored and alive, without a call. */
  peek(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry.value : undefined;
  }

  /** Drops an entry, as a cache may at any time. */
  evict(key: string): void {
    this.#entries.delete(key);
    this.#trace(`evicted ${key}`);
  }

  /** Takes one step of one pending call. */
  step(index: number): void {
    const call = this.#pending[index];
    if (call === undefined) return;
    if (call.state === 'sent') {
      if (call.fault === undefined || call.fault === 'fail-after-applying') call.apply();
      call.state = 'applied';
      this.#trace(`${call.name} applied`);
      return;
    }
    this.#pending.splice(index, 1);
    this.#trace(`${call.name} answered ${call.fault ?? ''}`);
    call.answer();
  }

  get(key: string): Promise<string | undefined> {
    return this.#call(`get ${key}`, () => this.peek(key));
  }

  lookup(key: string): Promise<Lookup<string>> {
    return this.#call(`lookup ${key}`, () => {
      const value = this.peek(key);
      const entry = this.#entries.get(key);
      if (value === undefined || entry === undefined) return MISS;
      return { kind: 'hit', value, expiresAt: entry.expiresAt };
    });
  }

  set(key: string, value: string, { ttl = 1_000_000 } = {}): Promise<void> {
    const expiresAt = this.#clock.now() + ttl;
    return this.#call(
      `set ${key} ${value}`,
      () => void this.#entries.set(key, { value, expiresAt }),
    );
  }

  delete(key: string): Promise<boolean> {
    return this.#call(`delete ${key}`, () => {
      const wasThere = this.peek(key) !== undefined;
      this.#entries.delete(key);
      return wasThere;
    });
  }

  has(key: string): Promise<boolean> {
    return this.#call(`has ${key}`, () => this.peek(key) !== undefined);
  }

  clear(): Promise<void> {
    return this.#call('clear', () => this.#entries.clear());
  }

  size(): Promise<number> {
    return this.#call('size', () => this.#entries.size);
  }

  getKeys(): Promise<string[]> {
    return this.#call('getKeys', () => [...this.#entries.keys()]);
  }

  async getStats(): Promise<CacheStats> {
    throw new CacheError('BACKEND', 'nobody asks');
  }

  async shutdown(): Promise<void> {
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #call<T>(name: string, effect: () => T): Promise<T> {
    const fault = this.#fault();
    this.#trace(`${name} sent`);
    return new Promise((resolve, reject) => {
      let answer: T | undefined;
      this.#pending.push({
        name,
        state: 'sent',
        fault,
        apply: () => {
          answer = effect();
        },
        answer: () => {
          if (fault === undefined) resolve(answer as T);
          else reject(new CacheError(fault === 'decline' ? 'TOO_LARGE' : 'BACKEND', 'injected'));
        },
      });
    });
  }
}
