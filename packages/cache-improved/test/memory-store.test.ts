import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore, type Removal } from '../src/index.js';

/** A value that does something while it is looked at whether it is a promise. */
function meddling(meddle: () => void): object {
  return {
    get then(): undefined {
      meddle();
      return undefined;
    },
  };
}

describe('a value that changes the store while it is checked', () => {
  it('does not get into a slot that it has emptied', () => {
    const clock = new ManualClock();
    const store = new MemoryStore<unknown>({ maxEntries: 2, clock });
    store.set('a', 1, { ttl: 10 });
    const value = meddling(() => store.delete('a'));
    store.set('a', value, { ttl: 5 });
    expect(store.get('a')).toBe(value);
    store.set('b', 2);
    clock.advance(10);
    expect([...store.keys()]).toEqual(['b']);
    for (const key of ['c', 'd', 'e']) store.set(key, key);
    expect(store.size).toBe(2);
  });

  it('does not get into a second slot of its key', () => {
    const store = new MemoryStore<unknown>({ maxEntries: 3 });
    let times = 0;
    const value = meddling(() => {
      times += 1;
      if (times === 1) store.set('a', 1);
    });
    store.set('a', value);
    expect(store.get('a')).toBe(value);
    expect([...store.keys()]).toEqual(['a']);
  });
});

describe('bounds', () => {
  it('evicts the least recently used entry, and tells', () => {
    const removed: string[] = [];
    const store = new MemoryStore<number>({
      maxEntries: 2,
      policy: 'lru',
      onRemoval: ({ reason }) => removed.push(reason),
    });
    store.set('a', 1);
    store.set('b', 2);
    store.get('a');
    store.set('c', 3);
    expect([...store.keys()].sort()).toEqual(['a', 'c']);
    expect(removed).toEqual(['evict']);
  });

  it('does not take has for use', () => {
    const store = new MemoryStore<number>({ maxEntries: 2, policy: 'lru' });
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
    expect([...store.keys()].sort()).toEqual(['newer', 'newest', 'old']);
  });

  it('keeps within its bytes', () => {
    const store = new MemoryStore<string>({
      maxBytes: 10,
      sizeOf: (value) => value.length,
      policy: 'lru',
    });
    store.set('a', 'xxxx');
    store.set('b', 'xxxx');
    store.set('c', 'xxxx');
    expect([...store.keys()].sort()).toEqual(['b', 'c']);
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
  });

  it.each([0, -1, 1.5, NaN, '5'])('refuses maxEntries %s', (maxEntries) => {
    expect(() => new MemoryStore({ maxEntries: maxEntries as number })).toThrow(/maxEntries/);
  });

  it('refuses a policy that it does not have', () => {
    expect(() => new MemoryStore({ policy: 'fifo' as 'lru' })).toThrow(/s3-fifo or lru/);
  });

  it.each([-1, NaN, '5', undefined, -Infinity])('refuses a weight of %s', (weight) => {
    const store = new MemoryStore<string>({ sizeOf: () => weight as number });
    expect(() => store.set('a', 'x')).toThrow(/sizeOf to weigh the entry in bytes/);
    expect(store.size).toBe(0);
    expect(store.bytes).toBe(0);
  });

  it('weighs by estimate where it is bounded in bytes and told nothing', () => {
    const store = new MemoryStore<unknown>({ maxBytes: 20_000 });
    for (let index = 0; index < 50; index += 1) store.set(`key ${index}`, 'x'.repeat(500));
    expect(store.bytes).toBeLessThanOrEqual(20_000);
    expect(store.size).toBeGreaterThan(10);
    expect(() => store.set('large', new Uint8Array(20_000))).toThrow(/at most maxBytes/);
  });

  it.each(['s3-fifo', 'lru'] as const)('keeps what grows in its place, policy %s', (policy) => {
    const store = new MemoryStore<number>({ maxBytes: 10, sizeOf: (value) => value, policy });
    for (const key of ['a', 'b', 'c']) store.set(key, 3);
    store.set('a', 9);
    expect([...store.entries()]).toEqual([{ key: 'a', value: 9, expiresAt: Infinity }]);
    expect(store.bytes).toBe(9);
  });

  it.each(['s3-fifo', 'lru'] as const)(
    'goes on where what grew was over before it was weighed, policy %s',
    (policy) => {
      const clock = new ManualClock();
      const sizeOf = (value: number): number => {
        clock.advance(value === 60 ? 5 : 0);
        return value;
      };
      const store = new MemoryStore<number>({ maxBytes: 100, sizeOf, policy, clock });
      store.set('a', 10);
      store.set('b', 50);
      store.set('a', 60, { ttl: 1 });
      store.delete('b');
      for (const key of ['x', 'y', 'z']) store.set(key, 90);
      expect([...store.entries()]).toEqual([{ key: 'z', value: 90, expiresAt: Infinity }]);
      expect(store.bytes).toBe(90);
    },
  );

  it('makes room for a resize of what is expired, however much that is', () => {
    const clock = new ManualClock();
    const reasons: string[] = [];
    const onRemoval = ({ reason }: Removal<number>): void => void reasons.push(reason);
    const store = new MemoryStore<number>({ maxEntries: 2000, clock, onRemoval });
    for (let index = 0; index < 1000; index += 1) {
      store.set(`live ${index}`, index);
      store.set(`short ${index}`, index, { ttl: 10 });
    }
    clock.advance(10);
    store.resize({ maxEntries: 1000 });
    expect(store.size).toBe(1000);
    expect(new Set(reasons)).toEqual(new Set(['expire']));
  });

  it('clears, and adds, also where who is told of the removals throws', () => {
    const clock = new ManualClock();
    const onRemoval = (): void => {
      throw new Error('told');
    };
    const store = new MemoryStore<number>({ clock, onRemoval });
    store.set('over', 1, { ttl: 10 });
    store.set('live', 1);
    clock.advance(10);
    expect(() => store.add('over', 2)).toThrow('told');
    expect(store.get('over')).toBe(2);
    store.set('short', 1, { ttl: 10 });
    clock.advance(10);
    expect(() => store.clear()).toThrow('told');
    expect(store.size).toBe(0);
  });

  it.each(['s3-fifo', 'lru'] as const)('keeps what was set last and grew, policy %s', (policy) => {
    const store = new MemoryStore<number>({ maxBytes: 10, sizeOf: (value) => value, policy });
    for (const key of ['a', 'b', 'c']) store.set(key, 3);
    store.set('c', 5);
    expect(store.get('c')).toBe(5);
    expect(store.size).toBe(2);
  });

  it('takes other bounds while it runs', () => {
    const reasons: string[] = [];
    const store = new MemoryStore<number>({
      maxEntries: 10,
      onRemoval: ({ reason }) => reasons.push(reason),
    });
    for (let index = 0; index < 10; index += 1) store.set(`${index}`, index);
    store.resize({ maxEntries: 4 });
    expect(store.size).toBe(4);
    expect(reasons).toEqual(Array(6).fill('evict'));
    store.resize({ maxEntries: 300 });
    for (let index = 0; index < 400; index += 1) store.set(`new ${index}`, index);
    expect(store.size).toBe(300);
    expect(() => store.resize({ maxBytes: 5 })).toThrow(/does not weigh/);
    expect(() => store.resize({ maxEntries: 0 })).toThrow(/maxEntries/);
  });
});

describe('removals', () => {
  it('are told with their reasons, once the store has changed', () => {
    const clock = new ManualClock();
    const told: string[] = [];
    const store: MemoryStore<number> = new MemoryStore<number>({
      maxEntries: 2,
      policy: 'lru',
      clock,
      onRemoval: ({ key, value, reason }) =>
        told.push(`${reason} ${key} ${value}, left: ${[...store.keys()].sort().join('')}`),
    });
    store.set('a', 1);
    store.set('a', 2);
    store.set('b', 3, { ttl: 5 });
    store.set('c', 4);
    store.delete('b');
    store.set('d', 5, { ttl: 5 });
    clock.advance(5);
    store.get('d');
    store.clear();
    expect(told).toEqual([
      'set a 1, left: a',
      'evict a 2, left: bc',
      'delete b 3, left: c',
      'expire d 5, left: c',
      'clear c 4, left: ',
    ]);
  });

  it('may lead to changes of the same key', () => {
    const store: MemoryStore<number> = new MemoryStore<number>({
      maxEntries: 1,
      onRemoval: ({ key, value, reason }) => {
        if (reason === 'evict' && value < 5) store.set(key, value + 1);
      },
    });
    store.set('a', 1);
    store.set('b', 1);
    expect(store.size).toBe(1);
  });

  it('are all told where the listener throws', () => {
    const told: string[] = [];
    const store = new MemoryStore<number>({
      onRemoval: ({ key }) => {
        told.push(key);
        throw new Error(`at ${key}`);
      },
    });
    store.set('a', 1);
    store.set('b', 1);
    expect(() => store.clear()).toThrow('at a');
    expect(told).toEqual(['a', 'b']);
    expect(store.size).toBe(0);
  });
});

it('adds only where nothing lives', () => {
  const clock = new ManualClock();
  const store = new MemoryStore<number>({ clock });
  expect(store.add('a', 1, { ttl: 5 })).toBe(true);
  expect(store.add('a', 2)).toBe(false);
  clock.advance(5);
  expect(store.add('a', 3)).toBe(true);
  expect(store.get('a')).toBe(3);
});

it('walks over the live entries, each once, while they change', () => {
  const clock = new ManualClock();
  const store = new MemoryStore<number>({ clock });
  for (const key of ['a', 'b', 'c', 'd']) store.set(key, 1, { ttl: key === 'c' ? 5 : 50 });
  const seen: string[] = [];
  for (const { key, expiresAt } of store.entries()) {
    if (key === 'a') {
      store.delete('a');
      store.set('a', 2);
      store.set('new', 1);
      clock.advance(5);
    }
    seen.push(`${key} ${expiresAt}`);
  }
  expect(seen).toEqual(['a 50', 'b 50', 'd 50']);
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

it.each(['absolute', 'sliding'] as const)('is the model of LRU, expiry %s', (expiry) => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (history, maxEntries) => {
      const clock = new ManualClock();
      const store = new MemoryStore<number>({ maxEntries, expiry, clock, policy: 'lru' });
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
        expect([...store.keys()].sort()).toEqual(model.keys().sort());
        expect(store.size).toBe(model.keys().length);
      }
    }),
    { numRuns: 150 },
  );
});
