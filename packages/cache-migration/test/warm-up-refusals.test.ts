import { ReferenceCache, ReferenceStore, type ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { describe, expect, it } from 'vitest';
import { migrationAt } from './fixtures/migration.js';

const DUALWRITE = { stage: 'dualwrite' } as const;

const shared = (clock: ManualClock) => new ReferenceCache({ clock, store: new ReferenceStore() });
const own = (clock: ManualClock) => new ReferenceCache({ clock });

describe('a warm-up is refused', () => {
  it.each(['off', { stage: 'rampdown' }, { stage: 'complete' }] as const)(
    'in %j',
    async (target) => {
      const { manager } = await migrationAt(target);
      expect(() => manager.warmUp()).toThrow(
        expect.objectContaining({ code: 'WARM_UP_REFUSED' }) as Error,
      );
      expect(() => manager.warmUp()).toThrow(/expected a stage of dualwrite, shadow, live; it is/);
    },
  );

  it('where another one is running or paused', async () => {
    const { manager } = await migrationAt(DUALWRITE);
    const first = manager.warmUp();
    expect(() => manager.warmUp()).toThrow(/another one is running/);
    first.pause();
    expect(() => manager.warmUp()).toThrow(/another one is paused/);
    first.stop();
    expect(await manager.warmUp().finished).toMatchObject({ state: 'done' });
    expect(await manager.warmUp().finished).toMatchObject({ state: 'done' });
  });

  it.each([
    ['legacy alone', shared, own],
    ['next alone', own, shared],
    ['both', shared, shared],
  ])('where processes share %s, unless this is the only one', async (_, legacy, next) => {
    const createCaches = (clock: ManualClock) => ({ legacy: legacy(clock), next: next(clock) });
    const { manager } = await migrationAt(DUALWRITE, { createCaches });
    expect(() => manager.warmUp()).toThrow(/shared between processes.*soleProcess: true/);
    const sole = await migrationAt(DUALWRITE, { createCaches, soleProcess: true });
    await sole.legacyInner.set('key', 1);
    expect(await sole.manager.warmUp().finished).toMatchObject({ state: 'done', copied: 1 });
  });

  it('from a legacy that slides into a next that does not', async () => {
    const { manager } = await migrationAt(DUALWRITE, {
      createCaches: (clock) => ({
        legacy: new ImprovedAsyncCache({ clock, expiry: 'sliding' }),
        next: new ImprovedAsyncCache({ clock }),
      }),
    });
    expect(() => manager.warmUp()).toThrow(/legacy slides its expiry and next does not/);
  });

  it('from a legacy that cannot tell what it holds', async () => {
    const { manager, legacy } = await migrationAt(DUALWRITE);
    Object.assign(legacy, { getKeys: undefined });
    expect(() => manager.warmUp()).toThrow(/neither entries nor getKeys/);
  });

  it.each([
    [{ entriesPerSecond: 0 }, /expected entriesPerSecond to be a finite number over 0/],
    [{ entriesPerSecond: Infinity }, /expected entriesPerSecond/],
    [{ concurrency: 1.5 }, /expected concurrency to be a whole number over 0; got number 1.5/],
  ])('with %o', async (options, message) => {
    const { manager } = await migrationAt(DUALWRITE);
    expect(() => manager.warmUp(options)).toThrow(message);
  });
});

it('a legacy that slides is copied into a next that does too', async () => {
  const { clock, manager, legacyInner, nextInner } = await migrationAt(DUALWRITE, {
    createCaches: (sliding) => ({
      legacy: new ImprovedAsyncCache({ clock: sliding, expiry: 'sliding' }),
      next: new ImprovedAsyncCache({ clock: sliding, expiry: 'sliding' }),
    }),
  });
  await legacyInner.set('key', 1, { ttl: 1000 });
  clock.advance(900);
  await manager.warmUp().finished;
  clock.advance(900);
  expect(await nextInner.get('key')).toBe(1);
});
