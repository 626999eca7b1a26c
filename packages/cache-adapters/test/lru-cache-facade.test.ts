import { ManualClock } from '@resync/cache-contract/testing';
import { MemoryStore } from '@resync/cache-improved';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { lruCacheFacade, type LruCacheFacade } from '../src/lru-cache/index.js';

function both(): readonly [LRUCache<string, string>, LruCacheFacade<string>, ManualClock] {
  const clock = new ManualClock(1_000_000);
  const theirs = new LRUCache<string, string>({
    max: 3,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  });
  const store = new MemoryStore<string>({ maxEntries: 3, clock });
  return [theirs, lruCacheFacade(store, { clock }), clock];
}

describe('lruCacheFacade', () => {
  it('answers as lru-cache does', () => {
    const [theirs, ours, clock] = both();
    const answers = [theirs, ours].map((cache) => {
      cache.set('a', '1').set('b', '2', { ttl: 100 }).set('c', '3', { ttl: 0 });
      const steps: unknown[] = [
        cache.max,
        cache.size,
        cache.get('a'),
        cache.has('nobody'),
        cache.get('nobody'),
        cache.getRemainingTTL('b'),
        cache.getRemainingTTL('c'),
        cache.getRemainingTTL('nobody'),
        cache.delete('c'),
        cache.delete('c'),
        [...cache.keys()].sort(),
        [...cache.values()].sort(),
        [...cache.entries()].sort(),
        [...cache].sort(),
      ];
      cache.set('a', undefined);
      steps.push(cache.has('a'));
      cache.forEach((value, key) => steps.push([key, value]));
      return steps;
    });
    expect(answers[1]).toEqual(answers[0]);
    clock.advance(101);
    expect([ours.get('b'), ours.has('b'), ours.size]).toEqual([undefined, false, 0]);
    expect([theirs.get('b'), theirs.has('b'), theirs.size]).toEqual([undefined, false, 0]);
  });

  it('makes room by the order of use, as lru-cache does', () => {
    const [theirs, ours] = both();
    for (const cache of [theirs, ours]) {
      for (const key of ['a', 'b', 'c']) cache.set(key, key);
      cache.get('a');
      cache.set('d', 'd');
      expect([...cache.keys()].sort()).toEqual(['a', 'c', 'd']);
      cache.clear();
      expect(cache.size).toBe(0);
    }
  });
});
