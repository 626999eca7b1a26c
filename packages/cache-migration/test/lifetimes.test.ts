import { ImprovedAsyncCache } from '@resync/cache-improved';
import { describe, expect, it } from 'vitest';
import { BELOW, declaring, migrationAt, promisesToSettle } from './fixtures/migration.js';

const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('a lifetime', () => {
  it('is a deadline from the moment in which the set was accepted, on both sides', async () => {
    const { clock, manager, legacy, nextInner } = await migrationAt({ stage: 'dualwrite' });
    legacy.inject({ kind: 'hang' });
    const set = manager.set('key', 'value', { ttl: 1000 });
    await promisesToSettle();
    clock.advance(400);
    legacy.release();
    legacy.heal();
    await set;
    await promisesToSettle();
    clock.advance(599);
    expect(await nextInner.has('key')).toBe(true);
    clock.advance(1);
    expect(await nextInner.has('key')).toBe(false);
  });

  it('that is over when a side has its turn is a delete there', async () => {
    const { clock, manager, legacy, nextInner } = await migrationAt({ stage: 'dualwrite' });
    await manager.set('key', 'old');
    await promisesToSettle();
    legacy.inject({ kind: 'hang' });
    const set = manager.set('key', 'new', { ttl: 100 });
    await promisesToSettle();
    clock.advance(100);
    legacy.heal();
    legacy.release();
    await set;
    await promisesToSettle();
    expect(await nextInner.has('key')).toBe(false);
  });

  it('that is left out is that of legacy on both sides, or the one that was given', async () => {
    const { clock, manager, legacyInner, nextInner } = await migrationAt(
      { stage: 'live', percentage: 50 },
      { defaultTtl: 50 },
    );
    await manager.set(BELOW, 'value');
    clock.advance(49);
    expect([await legacyInner.has(BELOW), await nextInner.has(BELOW)]).toEqual([true, true]);
    clock.advance(1);
    expect([await legacyInner.has(BELOW), await nextInner.has(BELOW)]).toEqual([false, false]);
  });

  it.each<[string, number | undefined]>([
    ['beyond the longest of both sides', 60_000],
    ['without an end', Infinity],
    ['left out', undefined],
  ])('of a fill, %s, is cut to the longest that both keep', async (_, ms) => {
    const { clock, manager, legacyInner, nextInner } = await migrationAt(LIVE_100, {
      defaultTtl: 90_000,
      createCaches: (ofTest) => {
        const [legacy, next] = [1, 2].map(() => new ImprovedAsyncCache({ clock: ofTest }));
        if (legacy === undefined || next === undefined) throw new Error('there are two caches');
        return { legacy: declaring(legacy, { maxTtl: 1000 }), next };
      },
    });
    const found = await manager.lookupOrLease('key');
    const lease = found.kind === 'miss' ? found.lease : undefined;
    if (lease === undefined) throw new Error('no lease was granted');
    const expiresAt = ms === undefined ? {} : { expiresAt: clock.now() + ms };
    expect(await manager.fill('key', 'value', { lease, ...expiresAt })).toBe(true);
    for (const side of [legacyInner, nextInner]) {
      expect(await side.lookup('key')).toMatchObject({ expiresAt: clock.now() + 1000 });
    }
  });

  it('of a fill that is shorter stays as it is', async () => {
    const { clock, manager, nextInner } = await migrationAt(LIVE_100);
    const found = await manager.lookupOrLease('key');
    const lease = found.kind === 'miss' ? found.lease : undefined;
    if (lease === undefined) throw new Error('no lease was granted');
    await manager.fill('key', 'value', { lease, expiresAt: clock.now() + 500 });
    expect(await nextInner.lookup('key')).toMatchObject({ expiresAt: clock.now() + 500 });
  });
});
