import { ManualClock } from '@resync/cache-contract/testing';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { MemoryStore, type RemovalReason } from '../src/index.js';
import { randomFrom } from '../test/engine/requests.js';

const OPERATIONS = 10_000_000;
const CHECKS = 100;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What a store is told and tells in so many random operations; the sums have to agree all the way. */
it.each(['s3-fifo', 'lru'] as const)(
  'keeps its sums and its memory over ten million operations, policy %s',
  (policy) => {
    const clock = new ManualClock(1_000_000);
    const random = randomFrom(7);
    const removed: Record<RemovalReason, number> = {
      evict: 0,
      expire: 0,
      delete: 0,
      set: 0,
      clear: 0,
    };
    let added = 0;
    let bytes = 0;
    const store = new MemoryStore<number>({
      policy,
      clock,
      random: () => 0.5,
      maxEntries: 5000,
      maxBytes: 400_000,
      sizeOf: (value) => value,
      onRemoval: ({ value, reason }) => {
        removed[reason] += 1;
        bytes -= value;
      },
    });
    const heaps: number[] = [];
    const perCheck = OPERATIONS / CHECKS;
    for (let check = 0; check < CHECKS; check += 1) {
      for (let step = 0; step < perCheck; step += 1) {
        const key = `key ${Math.floor(random() ** 3 * 20_000)}`;
        const choice = random();
        if (choice < 0.6) store.get(key);
        else if (choice < 0.97) {
          const value = 1 + Math.floor(random() * 150);
          bytes += value;
          added += 1;
          store.set(key, value, { ttl: choice < 0.7 ? 1 + Math.floor(random() * 500) : Infinity });
        } else if (choice < 0.99) store.delete(key);
        else clock.advance(1);
      }
      if (check % 10 === 9) store.resize({ maxEntries: 1000 + Math.floor(random() * 8000) });
      if (check % 25 === 24) store.clear();
      const { size } = store;
      const gone = Object.values(removed).reduce((sum, count) => sum + count, 0);
      expect(size).toBe(added - gone);
      expect(size).toBeLessThanOrEqual(store.maxEntries);
      expect(store.bytes).toBe(bytes);
      expect(bytes).toBeLessThanOrEqual(400_000);
      const entries = [...store.entries()];
      expect(entries).toHaveLength(size);
      expect(entries.reduce((sum, { value }) => sum + value, 0)).toBe(bytes);
      collect();
      heaps.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
    }
    store.clear();
    expect(store.size).toBe(0);
    expect(store.bytes).toBe(0);
    const early = Math.max(...heaps.slice(5, 20));
    const late = Math.max(...heaps.slice(-15));
    process.stdout.write(
      `engine soak, ${policy}: ${OPERATIONS} operations; heap ${(early / 1e6).toFixed(1)} MB early, ${(late / 1e6).toFixed(1)} MB late\n`,
    );
    expect(late).toBeLessThan(early * 1.2 + 2e6);
  },
);
