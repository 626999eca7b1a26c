import type { Cache } from '@resync/cache-contract';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { describe, expect, it } from 'vitest';
import type { MigrationCounts, ObservedMigration, SideName } from '../src/index.js';
import {
  declaring,
  LADDER,
  migrationAt,
  promisesToSettle,
  timeToPass,
} from './fixtures/migration.js';

const CALLS = ['get', 'lookup', 'set', 'delete', 'clear', 'size', 'getKeys'] as const;

/** Counts the calls that are made to a cache. */
function counted(cache: Cache): { readonly cache: Cache; readonly made: () => number } {
  let made = 0;
  for (const name of CALLS) {
    const call = cache[name].bind(cache) as (...args: unknown[]) => unknown;
    Object.assign(cache, {
      [name]: (...args: unknown[]) => {
        made += 1;
        return call(...args);
      },
    });
  }
  return { cache, made: () => made };
}

function observed() {
  const started: ObservedMigration[] = [];
  const counts = (): MigrationCounts => {
    const [migration] = started;
    if (migration === undefined) throw new Error('the migration was not started');
    return migration.counts();
  };
  const observer = { started: (migration: ObservedMigration) => void started.push(migration) };
  return { observer, counts };
}

const failuresOf = ({ failures }: MigrationCounts, side: SideName): number =>
  Object.values(failures[side]).reduce((sum, count) => sum + count, 0);

const CACHES = [
  ['that can say what they have counted', 'sync'],
  ['that cannot', 'none'],
] as const;

describe.each(CACHES)('calls of caches %s', (_, statsNow) => {
  it.each([0.5, 1])('are counted once each, in every stage, with a sample of %s', async (rate) => {
    const { observer, counts } = observed();
    const made: Partial<Record<SideName, () => number>> = {};
    const { clock, manager } = await migrationAt('off', {
      observer: { ...observer, latency: () => undefined },
      latencyEvery: 3,
      shadow: { rate },
      random: () => 0.4,
      createCaches: (ofTest) => {
        const [one, other] = [1, 2].map(() => {
          const cache = new ImprovedAsyncCache({ clock: ofTest });
          if (statsNow === 'none') declaring(cache, { statsNow: false });
          return counted(cache);
        });
        if (one === undefined || other === undefined) throw new Error('there are two caches');
        Object.assign(made, { legacy: one.made, next: other.made });
        return { legacy: one.cache, next: other.cache };
      },
    });
    for (const step of [undefined, ...LADDER]) {
      if (step !== undefined) await manager.transition(step);
      for (let round = 0; round < 10; round += 1) {
        const key = `key-${round % 3}`;
        await manager.set(key, round);
        await Promise.all([manager.set(key, 'a'), manager.set(key, 'b'), manager.get(key)]);
        await manager.get(key);
        await manager.get('nobody');
        await manager.lookup(key);
        await manager.delete(key);
        await manager.getOrSet(key, () => 'loaded');
        await manager.getKeys();
      }
      await manager.clear();
      await timeToPass(clock, 500);
      const { stage } = manager.state;
      expect({ stage, ...counts().calls }).toEqual({
        stage,
        legacy: made.legacy?.(),
        next: made.next?.(),
      });
    }
  });
});

describe('of a next that fails', () => {
  it.each(['fail', 'hang', 'fail-after-applying'] as const)(
    'every failure has its call: %s',
    async (kind) => {
      const { observer, counts } = observed();
      const { clock, manager, next } = await migrationAt('off', {
        observer,
        shadow: { rate: 1 },
        bounds: { unsettled: 4 },
      });
      for (const step of LADDER.slice(0, 6)) {
        const stepped = manager.transition(step);
        await timeToPass(clock, 12_000);
        await stepped;
        const before = counts();
        next.inject({ kind });
        for (let call = 0; call < 5; call += 1) {
          const all = [manager.set('a', call), manager.get('a'), manager.delete('b')];
          const settled = Promise.allSettled(all);
          await timeToPass(clock, 200);
          await settled;
        }
        next.heal();
        next.release();
        const after = counts();
        const failed = failuresOf(after, 'next') - failuresOf(before, 'next');
        expect(failed).toBeGreaterThan(0);
        expect(after.calls.next - before.calls.next).toBeGreaterThanOrEqual(failed);
      }
    },
  );

  it('its calls for the migration itself are counted as their failures are', async () => {
    const { observer, counts } = observed();
    const { manager, next } = await migrationAt(
      { stage: 'shadow' },
      { observer, shadow: { rate: 1 } },
    );
    await manager.set('key', 'value');
    await promisesToSettle();
    const before = counts().calls.next;
    for (let read = 0; read < 100; read += 1) {
      if (read === 50) next.inject({ kind: 'fail' }, { times: 1 });
      await manager.get('key');
      await promisesToSettle();
    }
    expect(failuresOf(counts(), 'next')).toBe(1);
    expect(counts().calls.next - before).toBe(100);
  });

  it('a call that is not made is none, unless that is a failure', async () => {
    const { observer, counts } = observed();
    const { manager, next } = await migrationAt(
      { stage: 'live', percentage: 100 },
      { observer, breaker: { failures: 1 } },
    );
    next.inject({ kind: 'fail' });
    await manager.get('key');
    const { calls, failures } = counts();
    for (let read = 0; read < 10; read += 1) await manager.get('key');
    expect(counts().calls.next).toBe(calls.next);
    expect(counts().failures.next).toEqual(failures.next);
  });
});
