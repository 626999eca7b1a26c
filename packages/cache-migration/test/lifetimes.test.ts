import { describe, expect, it } from 'vitest';
import { BELOW, migrationAt, promisesToSettle } from './fixtures/migration.js';

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
});
