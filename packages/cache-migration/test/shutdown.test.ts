import { describe, expect, it } from 'vitest';
import { BELOW, migrationAt, promisesToSettle } from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;

describe('shutdown', () => {
  it.each(['off', { stage: 'dualwrite' }, LIVE_50, { stage: 'complete' }] as const)(
    'closes both caches in %j, and refuses what comes later',
    async (target) => {
      const { manager, legacyInner, nextInner, clock } = await migrationAt(target);
      await manager.set('key', 1);
      await manager.shutdown();
      await manager.shutdown();
      await expect(legacyInner.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      await expect(nextInner.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      await expect(manager.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      await expect(manager.getOrSet('key', () => 1)).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      await expect(manager.transition({ stage: 'off' })).rejects.toMatchObject({
        code: 'SHUT_DOWN',
      });
      await expect(manager.rollback('late')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('lets end what is under way', async () => {
    const { manager, legacy } = await migrationAt(LIVE_50);
    legacy.inject({ kind: 'hang' });
    const ends: string[] = [];
    const write = manager.set('key', 1).then(() => ends.push('write'));
    await promisesToSettle();
    const shutdown = manager.shutdown().then(() => ends.push('shutdown'));
    await promisesToSettle();
    expect(ends).toEqual([]);
    legacy.release();
    await Promise.all([write, shutdown]);
    expect(ends).toEqual(['write', 'shutdown']);
  });

  it('does not wait for ever', async () => {
    const { clock, manager, next } = await migrationAt({ stage: 'dualwrite' });
    next.inject({ kind: 'hang' });
    await manager.set('key', 1);
    await promisesToSettle();
    let isShutDown = false;
    const shutdown = manager.shutdown().then(() => (isShutDown = true));
    await promisesToSettle();
    clock.advance(4999);
    await promisesToSettle();
    expect(isShutDown).toBe(false);
    clock.advance(1);
    await shutdown;
  });

  it('asks no side any longer whether it answers again', async () => {
    const { manager, legacy, next, clock } = await migrationAt(LIVE_50, {
      breaker: { failures: 1 },
    });
    for (const side of [legacy, next]) side.inject({ kind: 'fail' });
    await manager.set(BELOW, 1).catch(() => undefined);
    await manager.shutdown();
    expect(clock.pendingTimers).toBe(0);
  });

  it('stores nothing that is loaded when it has begun', async () => {
    const { manager, legacy } = await migrationAt(LIVE_50);
    let answer: (value: string) => void = () => undefined;
    const loaded = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const read = manager.getOrSet('key', () => loaded);
    await promisesToSettle();
    const sets: string[] = [];
    legacy.set = async (key) => void sets.push(key);
    await manager.shutdown();
    answer('loaded');
    expect(await read).toBe('loaded');
    await promisesToSettle();
    expect(sets).toEqual([]);
  });

  it('closes the other cache also where one fails to close, and says so', async () => {
    const { manager, legacy, nextInner } = await migrationAt(LIVE_50);
    legacy.shutdown = async () => {
      throw new Error('stuck');
    };
    await expect(manager.shutdown()).rejects.toThrow('stuck');
    await expect(nextInner.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
  });
});
