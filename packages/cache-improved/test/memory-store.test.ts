import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../src/index.js';

describe('bounds', () => {
  it('evicts the least recently used entry, and tells', () => {
    const removed: string[] = [];
    const store = new MemoryStore<number>({
      maxEntries: 2,
      onRemoval: ({ reason }) => removed.push(reason),
    });
    store.set('a', 1);
    store.set('b', 2);
    store.get('a');
    store.set('c', 3);
    expect([...store.keys()]).toEqual(['a', 'c']);
    expect(removed).toEqual(['evict']);
  });

  it('does not take has for use', () => {
    const store = new MemoryStore<number>({ maxEntries: 2 });
    store.set('a', 1);
    store.set('b', 2);
    store.has('a');
    store.set('c', 3);
    expect(store.has('a')).toBe(false);
  });

  it('removes an expired entry before a live one', () => {
    const clock = new ManualClock();
    const store = new MemoryStore<number>({ maxEntries: 3, clock });
    store.set('old', 1);
    store.set('short', 2, { ttl: 10 });
    store.set('newer', 3);
    clock.advance(10);
    store.set('newest', 4);
    expect([...store.keys()]).toEqual(['old', 'newer', 'newest']);
  });

  it('keeps within its bytes', () => {
    const store = new MemoryStore<string>({ maxBytes: 10, sizeOf: (value) => value.length });
    store.set('a', 'xxxx');
    store.set('b', 'xxxx');
    store.set('c', 'xxxx');
    expect([...store.keys()]).toEqual(['b', 'c']);
    expect(store.bytes).toBe(8);
  });

  it('weighs nothing once it is cleared', () => {
    const store = new MemoryStore<string>({ maxBytes: 10, sizeOf: (value) => value.length });
    store.set('a', 'xxxx');
    store.clear();
    expect(store.bytes).toBe(0);
  });

  it('refuses what alone is too large, and keeps the old value', () => {
    const store = new MemoryStore<string>({ maxBytes: 10, sizeOf: (value) => value.length });
    store.set('a', 'small');
    expect(() => store.set('a', 'x'.repeat(11))).toThrow(/at most maxBytes \(10\); got one of 11/);
    expect(store.get('a')).toBe('small');
    expect(() => new MemoryStore({ maxBytes: 10 })).toThrow(/sizeOf/);
  });

  it.each([0, -1, 1.5, NaN, '5'])('refuses maxEntries %s', (maxEntries) => {
    expect(() => new MemoryStore({ maxEntries: maxEntries as number })).toThrow(/maxEntries/);
  });

  it('refuses a policy that it does not have', () => {
    expect(() => new MemoryStore({ policy: 'fifo' as 'lru' })).toThrow(/policy/);
  });
});

/** The slow, obvious store: a list in order of use. */
class ModelStore {
  #list: { key: string; value: number; ttl: number; expiresAt: number }[] = [];

  readonly maxEntries: number;
  readonly expiry: 'absolute' | 'sliding';
  readonly clock: ManualClock;

  constructor(maxEntries: number, expiry: 'absolute' | 'sliding', clock: ManualClock) {
    this.maxEntries = maxEntries;
    this.expiry = expiry;
    this.clock = clock;
  }

  get(key: string): number | undefined {
    this.#dropExpired();
    const entry = this.#list.find((candidate) => candidate.key === key);
    if (entry === undefined) return undefined;
    this.#list = [...this.#list.filter((other) => other !== entry), entry];
    if (this.expiry === 'sliding') entry.expiresAt = this.clock.now() + entry.ttl;
    return entry.value;
  }

  set(key: string, value: number, ttl: number): void {
    this.#dropExpired();
    this.#list = this.#list.filter((entry) => entry.key !== key);
    if (ttl > 0) this.#list.push({ key, value, ttl, expiresAt: this.clock.now() + ttl });
    this.#list = this.#list.slice(-this.maxEntries);
  }

  delete(key: string): boolean {
    this.#dropExpired();
    const before = this.#list.length;
    this.#list = this.#list.filter((entry) => entry.key !== key);
    return this.#list.length < before;
  }

  keys(): string[] {
    this.#dropExpired();
    return this.#list.map((entry) => entry.key);
  }

  #dropExpired(): void {
    this.#list = this.#list.filter((entry) => entry.expiresAt > this.clock.now());
  }
}

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('get' as const), key: keys }),
    fc.record({ do: fc.constant('has' as const), key: keys }),
    fc.record({ do: fc.constant('delete' as const), key: keys }),
    fc.record({
      do: fc.constant('set' as const),
      key: keys,
      value: fc.integer(),
      ttl: fc.constantFrom(0, 1, 5, 20, Infinity),
    }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ do: fc.constant('sweep' as const) }),
  ),
  { maxLength: 80 },
);

it.each(['absolute', 'sliding'] as const)('behaves as its model, expiry %s', (expiry) => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (history, maxEntries) => {
      const clock = new ManualClock();
      const store = new MemoryStore<number>({ maxEntries, expiry, clock });
      const model = new ModelStore(maxEntries, expiry, clock);
      for (const step of history) {
        if (step.do === 'get') expect(store.get(step.key)).toBe(model.get(step.key));
        else if (step.do === 'has')
          expect(store.has(step.key)).toBe(model.keys().includes(step.key));
        else if (step.do === 'delete') expect(store.delete(step.key)).toBe(model.delete(step.key));
        else if (step.do === 'advance') clock.advance(step.ms);
        else if (step.do === 'sweep') store.removeExpired();
        else {
          store.set(step.key, step.value, { ttl: step.ttl });
          model.set(step.key, step.value, step.ttl);
        }
        expect([...store.keys()]).toEqual(model.keys());
        expect(store.size).toBe(model.keys().length);
      }
    }),
    { numRuns: 500 },
  );
});
