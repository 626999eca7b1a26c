import { describe, expect, it } from 'vitest';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

const LIVE = { stage: 'live', percentage: 100 } as const;
const RAMPDOWN = { stage: 'rampdown' } as const;
const STATS = { operations: ['getStats'] } as const;
const LISTS = { operations: ['size', 'getKeys'] } as const;

describe('statistics', () => {
  it.each(['fail', 'hang'] as const)(
    'in live are told without those of a next that %ss',
    async (kind) => {
      const { clock, manager, next } = await migrationAt(LIVE);
      await manager.set('key', 1);
      await manager.get('key');
      next.inject({ kind }, STATS);
      const asked = manager.getStats();
      await timeToPass(clock, 5000);
      const stats = await asked;
      expect(stats).toMatchObject({ hits: 1, size: 1, manager: { hits: 1, sets: 1 } });
      expect(stats).toHaveProperty('legacy');
      expect(stats).not.toHaveProperty('next');
    },
  );

  it.each(['fail', 'hang'] as const)(
    'in rampdown are those of the manager where next %ss',
    async (kind) => {
      const { clock, manager, next } = await migrationAt(RAMPDOWN);
      await manager.set('key', 1);
      await manager.get('key');
      next.inject({ kind }, STATS);
      const asked = manager.getStats();
      await timeToPass(clock, 5000);
      expect(await asked).toMatchObject({ hits: 1, sets: 1, evictions: 0, size: 1 });
    },
  );

  it('are not asked of a next that is not called', async () => {
    const { clock, manager, next } = await migrationAt(LIVE, { breaker: { failures: 1 } });
    next.inject({ kind: 'fail' });
    await manager.get('key');
    next.inject({ kind: 'hang' }, STATS);
    const before = clock.now();
    expect(await manager.getStats()).toMatchObject({ manager: { misses: 1 } });
    expect(clock.now()).toBe(before);
  });

  it.each(['off', { stage: 'dualwrite' }, { stage: 'complete' }] as const)(
    'in %j fail as the side does that answers',
    async (target) => {
      const { manager, legacy, next } = await migrationAt(target);
      for (const side of [legacy, next]) side.inject({ kind: 'fail' }, STATS);
      await expect(manager.getStats()).rejects.toThrow('injected fault');
    },
  );
});

describe('a list', () => {
  it('may take as long as a clear', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE, { limits: { legacy: 100 } });
    await manager.set('key', 1);
    legacy.inject({ kind: 'hang' }, LISTS);
    const asked = Promise.all([manager.getKeys(), manager.size()]);
    await timeToPass(clock, 4975);
    legacy.release();
    expect(await asked).toEqual([['key'], 1]);
  });

  it('that takes longer is given up', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE);
    legacy.inject({ kind: 'hang' }, LISTS);
    const asked = manager.size().catch((error: unknown) => error);
    await timeToPass(clock, 5000);
    expect(await asked).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each(['fail', 'hang'] as const)(
    'that %ss says nothing of how the side answers for keys',
    async (kind) => {
      const opened: string[] = [];
      const { clock, manager, next } = await migrationAt(RAMPDOWN, {
        breaker: { failures: 2 },
        observer: { breaker: (side, state) => opened.push(`${side} ${state}`) },
      });
      await manager.set('key', 1);
      next.inject({ kind }, LISTS);
      const asked = Promise.all([1, 2, 3].map(() => manager.size()));
      await timeToPass(clock, 5000);
      expect(await asked).toEqual([0, 0, 0]);
      await promisesToSettle();
      expect(opened).toEqual([]);
      expect(await manager.get('key')).toBe(1);
    },
  );

  it('that is answered does not hide that the side fails for keys', async () => {
    const { manager, next, nextInner } = await migrationAt(RAMPDOWN, { breaker: { failures: 2 } });
    await nextInner.set('key', 1);
    next.inject({ kind: 'fail' }, { operations: ['get'] });
    await manager.get('key');
    expect(await manager.size()).toBe(1);
    await manager.get('key');
    next.heal();
    expect(await manager.get('key')).toBeUndefined();
  });
});
