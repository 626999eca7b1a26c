import { CacheError } from '@resync/cache-contract';
import { describe, expect, it } from 'vitest';
import { ABOVE, BELOW, migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;

describe('a key that next has not confirmed', () => {
  it('is read from legacy after a set that failed there, then repaired', async () => {
    const { clock, manager, next, nextInner } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    next.inject({ kind: 'fail' });
    await manager.set(BELOW, 'new');
    next.heal();
    expect(await nextInner.get(BELOW)).toBe('old');
    expect(await manager.get(BELOW)).toBe('new');
    expect(manager.status.next.dirtyKeys).toBe(1);

    await timeToPass(clock, 60_000);
    expect(manager.status.next.dirtyKeys).toBe(0);
    expect(await nextInner.get(BELOW)).toBeUndefined();
    expect(await manager.get(BELOW)).toBe('new');
  });

  it('does not come back after a delete that failed there', async () => {
    const { manager, next } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    next.inject({ kind: 'fail' });
    expect(await manager.delete(BELOW)).toBe(false);
    next.heal();
    expect(await manager.get(BELOW)).toBeUndefined();
    expect(await manager.has(BELOW)).toBe(false);
  });

  it('is clean again after a newer set that next confirms', async () => {
    const { manager, next } = await migrationAt(LIVE_50);
    next.inject({ kind: 'fail' });
    await manager.set(BELOW, 'first');
    next.heal();
    await manager.set(BELOW, 'second');
    expect(manager.status.next.dirtyKeys).toBe(0);
    expect(await manager.get(BELOW)).toBe('second');
  });

  it('stays dirty behind a call that may still have its effect', async () => {
    const { clock, manager, next, nextInner } = await migrationAt(LIVE_50);
    next.inject({ kind: 'hang' });
    const slow = manager.set(BELOW, 'late');
    await promisesToSettle();
    clock.advance(100);
    await slow;
    next.heal();
    await manager.set(BELOW, 'newest');
    expect(await nextInner.get(BELOW)).toBeUndefined();
    expect(await manager.get(BELOW)).toBe('newest');

    next.release();
    await promisesToSettle();
    await timeToPass(clock, 60_000);
    expect(await nextInner.get(BELOW)).toBeUndefined();
    expect(await manager.get(BELOW)).toBe('newest');
    expect(manager.status.next).toEqual({ isCold: false, dirtyKeys: 0, unsettled: 0 });
  });

  it('is left out of what is listed, once next lists', async () => {
    const { manager, next } = await migrationAt({ stage: 'rampdown' });
    await manager.set('kept', 1);
    await manager.set('dirty', 1);
    next.inject({ kind: 'fail-after-applying' });
    await expect(manager.set('dirty', 2)).rejects.toThrow('injected');
    next.heal();
    expect(await manager.getKeys()).toEqual(['kept']);
    expect(await manager.size()).toBe(1);
    expect(await manager.get('dirty')).toBeUndefined();
  });
});

describe('a key that legacy has not confirmed', () => {
  it('is read from next, and is a miss in dualwrite', async () => {
    const { manager, legacy, legacyInner } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    legacy.inject({ kind: 'fail' });
    await manager.set(BELOW, 'new');
    await manager.rollback('to be tested');
    expect(await legacyInner.get(BELOW)).toBe('old');
    expect(await manager.get(BELOW)).toBe('new');
    await manager.transition({ stage: 'shadow' });
    expect(await manager.get(BELOW)).toBeUndefined();
  });

  it('is not what next falls back to', async () => {
    const { manager, legacy, nextInner, legacyInner } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    legacy.inject({ kind: 'fail' });
    await manager.set(BELOW, 'new');
    await promisesToSettle();
    legacy.heal();
    await nextInner.delete(BELOW);
    expect(await legacyInner.get(BELOW)).toBe('old');
    expect(await manager.get(BELOW)).toBeUndefined();
    expect(await manager.has(BELOW)).toBe(false);
  });

  it('is left out of a list from before its repair that comes after it', async () => {
    const { clock, manager, legacy, legacyInner } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    legacy.inject({ kind: 'fail' }, { operations: ['delete'] });
    await manager.delete(BELOW);
    legacy.heal();
    let answer: () => void = () => undefined;
    const isLate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    legacy.getKeys = async () => {
      const keys = await legacyInner.getKeys();
      await isLate;
      return keys;
    };
    const listing = manager.getKeys();
    await timeToPass(clock, 500);
    expect(manager.status.legacy.dirtyKeys).toBe(0);
    answer();
    expect(await listing).toEqual([]);
  });

  it('fails the write where legacy decides, and leaves it on neither side', async () => {
    const { manager, legacy, nextInner } = await migrationAt(LIVE_50);
    await manager.set(ABOVE, 'old');
    legacy.inject({ kind: 'fail-after-applying' });
    await expect(manager.set(ABOVE, 'new')).rejects.toThrow('injected');
    expect(await manager.get(ABOVE)).toBeUndefined();
    expect(manager.status.legacy.dirtyKeys).toBe(1);
    await promisesToSettle();
    expect(await nextInner.has(ABOVE)).toBe(false);
  });
});

describe('a write that a side declines', () => {
  const declined = { kind: 'fail', error: new CacheError('TOO_LARGE', 'too large') } as const;

  it.each([
    ['dualwrite', { stage: 'dualwrite' }],
    ['shadow', { stage: 'shadow' }],
    ['live', LIVE_50],
  ] as const)('changes nothing where legacy decides, in %s', async (_, target) => {
    const { manager, legacy, nextInner } = await migrationAt(target);
    await manager.set(ABOVE, 'old');
    await promisesToSettle();
    legacy.inject(declined, { operations: ['set'] });
    await expect(manager.set(ABOVE, 'new')).rejects.toBe(declined.error);
    await promisesToSettle();
    expect(await manager.get(ABOVE)).toBe('old');
    expect(await nextInner.get(ABOVE)).toBe('old');
    expect(manager.status).toMatchObject({ legacy: { dirtyKeys: 0 }, next: { dirtyKeys: 0 } });
  });

  it('changes nothing where both decline, and is the error of the caller', async () => {
    const { manager, legacy, next } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    for (const side of [legacy, next]) side.inject(declined, { operations: ['set'] });
    await expect(manager.set(BELOW, 'new')).rejects.toBe(declined.error);
    expect(await manager.get(BELOW)).toBe('old');
  });

  it.each(['legacy', 'next'] as const)(
    'leaves it to the other side where only %s declines',
    async (name) => {
      const migration = await migrationAt(LIVE_50);
      const { manager } = migration;
      await manager.set(BELOW, 'old');
      migration[name].inject(declined, { operations: ['set'] });
      await manager.set(BELOW, 'new');
      expect(await manager.get(BELOW)).toBe('new');
      await promisesToSettle();
      expect(await migration[`${name}Inner`].get(BELOW)).toBeUndefined();
      expect(await manager.get(BELOW)).toBe('new');
    },
  );

  it('leaves next as it was where that is a back-fill', async () => {
    const { manager, next, legacyInner } = await migrationAt(LIVE_50);
    await legacyInner.set(BELOW, 'only here');
    next.inject(declined, { operations: ['set'] });
    expect(await manager.get(BELOW)).toBe('only here');
    await promisesToSettle();
    expect(manager.status.next.dirtyKeys).toBe(0);
  });
});

describe('a clear that a side has not confirmed', () => {
  it('makes the side cold, until it was emptied', async () => {
    const { clock, manager, next } = await migrationAt(LIVE_50);
    await manager.set(BELOW, 'old');
    next.inject({ kind: 'fail' });
    await expect(manager.clear()).resolves.toBeUndefined();
    next.heal();
    expect(manager.state.cold.next).toBe(true);
    expect(await manager.get(BELOW)).toBeUndefined();
    await timeToPass(clock, 60_000);
    expect(manager.state.cold.next).toBe(false);
  });

  it('is not forgotten because the side was being emptied for an earlier one', async () => {
    const { clock, manager, next } = await migrationAt(LIVE_50);
    next.inject({ kind: 'fail' });
    await manager.clear();
    next.inject({ kind: 'hang' });
    // The repair empties the side, and hangs.
    await timeToPass(clock, 50);
    next.inject({ kind: 'fail' });
    await manager.clear();
    next.release();
    await promisesToSettle();
    expect(manager.state.cold.next).toBe(true);
    next.heal();
    await timeToPass(clock, 10_000);
    expect(manager.state.cold.next).toBe(false);
  });

  it('leaves no key of next to be read before it has arrived there', async () => {
    const { manager, legacy, next, nextInner } = await migrationAt({ stage: 'shadow' });
    await manager.set(BELOW, 'old');
    await promisesToSettle();
    next.inject({ kind: 'hang' });
    await manager.clear();
    legacy.inject({ kind: 'fail' });
    await expect(manager.clear()).rejects.toThrow('injected');
    const step = manager.transition({ stage: 'live', percentage: 0 });
    await promisesToSettle();
    next.heal();

    // Legacy is cold, so next is asked in its place; the clear has not arrived there.
    expect(manager.state).toMatchObject({ stage: 'live', cold: { legacy: true, next: false } });
    expect(await nextInner.get(BELOW)).toBe('old');
    expect(await manager.get(BELOW)).toBeUndefined();
    next.release();
    legacy.heal();
    await step;
  });
});
