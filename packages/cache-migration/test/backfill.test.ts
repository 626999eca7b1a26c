import { ChaosCache, ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { describe, expect, it } from 'vitest';
import { CacheMigrationManager, type Bound } from '../src/index.js';
import { ABOVE, BELOW, LADDER, migrationAt, promisesToSettle } from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;

type Migration = Awaited<ReturnType<typeof migrationAt>>;

describe('what only legacy has', () => {
  it('is put into next, with the lifetime that it has left', async () => {
    const { clock, manager, legacyInner, nextInner } = await migrationAt(LIVE_50);
    await legacyInner.set(BELOW, 'value', { ttl: 1000 });
    clock.advance(400);
    expect(await manager.get(BELOW)).toBe('value');
    await promisesToSettle();
    expect(await nextInner.get(BELOW)).toBe('value');
    clock.advance(599);
    expect(await nextInner.has(BELOW)).toBe(true);
    clock.advance(1);
    expect(await nextInner.has(BELOW)).toBe(false);
  });

  it('is not put there for keys that legacy answers for, nor by has', async () => {
    const { manager, legacyInner, nextInner } = await migrationAt(LIVE_50);
    await legacyInner.set(ABOVE, 'value');
    await legacyInner.set(BELOW, 'value');
    expect(await manager.get(ABOVE)).toBe('value');
    expect(await manager.has(BELOW)).toBe(true);
    await promisesToSettle();
    expect(await nextInner.size()).toBe(0);
  });

  it('is not put over a set that came while legacy was read', async () => {
    const { manager, legacy, legacyInner, nextInner } = await migrationAt(LIVE_50);
    await legacyInner.set(BELOW, 'old');
    legacy.inject({ kind: 'hang' });
    const read = manager.get(BELOW);
    await promisesToSettle();
    legacy.heal();
    const write = manager.set(BELOW, 'new');
    await promisesToSettle();
    legacy.release();
    await Promise.all([read, write]);
    await promisesToSettle();
    expect(await nextInner.get(BELOW)).toBe('new');
    expect(await manager.get(BELOW)).toBe('new');
  });

  it('does not bring back what was deleted while legacy was read', async () => {
    const { manager, legacyInner, nextInner } = await migrationAt(LIVE_50);
    await legacyInner.set(BELOW, 'old');
    const read = manager.get(BELOW);
    const gone = manager.delete(BELOW);
    await Promise.all([read, gone]);
    await promisesToSettle();
    expect(await nextInner.has(BELOW)).toBe(false);
    expect(await manager.get(BELOW)).toBeUndefined();
  });

  it('is not put into a next that fails, and the key is repaired where that is unsure', async () => {
    const { clock, manager, next, legacyInner } = await migrationAt(LIVE_50);
    await legacyInner.set(BELOW, 'value');
    const read = manager.get(BELOW);
    next.inject({ kind: 'hang' });
    expect(await read).toBe('value');
    await promisesToSettle();
    clock.advance(100);
    await promisesToSettle();
    expect(manager.status.next).toMatchObject({ dirtyKeys: 1, unsettled: 1 });
  });

  it('is not put there when its stage is over by the time that legacy answers', async () => {
    const { clock, manager, legacy, legacyInner, nextInner } = await migrationAt({
      stage: 'live',
      percentage: 100,
    });
    await legacyInner.set('key', 'old');
    legacy.inject({ kind: 'hang' });
    const read = manager.get('key');
    await promisesToSettle();
    legacy.heal();
    await manager.transition({ stage: 'rampdown' });
    await manager.transition({ stage: 'complete' });
    legacy.release();
    await read;
    await promisesToSettle();
    expect(await nextInner.has('key')).toBe(false);
    expect(clock.now()).toBe(1_000_000);
  });
});

describe('the lease of a read', () => {
  const LIVE_100 = { stage: 'live', percentage: 100 } as const;

  /** A key that nobody has is read more often than there may be leases, while somebody else has one. */
  it.each<[string, (migration: Migration) => Promise<void> | void]>([
    ['legacy has nothing either', () => undefined],
    ['legacy fails', ({ legacy }) => legacy.inject({ kind: 'fail' }, { operations: ['lookup'] })],
    [
      'legacy may not answer for the key',
      async ({ manager, legacy }) => {
        legacy.inject({ kind: 'fail' }, { operations: ['set', 'delete'], keys: ['absent'] });
        await manager.set('absent', 1, { ttl: 1 });
      },
    ],
    [
      'what legacy has may not be filled',
      ({ legacy, legacyInner }) => {
        legacy.lookup = (key) =>
          key === 'absent'
            ? Promise.resolve({ kind: 'hit', value: 'without an end' })
            : legacyInner.lookup(key);
      },
    ],
  ])('is given back where %s', async (_, prepare) => {
    const bounds: Bound[] = [];
    const migration = await migrationAt(LIVE_100, {
      bounds: { leases: 3 },
      breaker: { failures: 1000 },
      observer: { boundHit: (_side, bound) => bounds.push(bound) },
    });
    const { manager, clock } = migration;
    await prepare(migration);
    clock.advance(1);
    const somebody = await manager.lookupOrLease('key');
    const lease = somebody.kind === 'miss' ? somebody.lease : undefined;
    for (let read = 0; read < 10; read += 1) {
      await manager.get('absent');
      await promisesToSettle();
    }
    expect(bounds).toEqual([]);
    expect(lease && (await manager.fill('key', 'loaded', { lease }))).toBe(true);
  });
});

describe('what slides in legacy', () => {
  it.each([
    ['absolute', false],
    ['sliding', true],
  ] as const)('into a next that is %s: %s', async (expiry, isFilled) => {
    const clock = new ManualClock(1_000_000);
    const legacy = new ImprovedAsyncCache({ clock, expiry: 'sliding' });
    const next = new ImprovedAsyncCache({ clock, expiry });
    const manager = new CacheMigrationManager({ component: 'test', legacy, next, clock });
    for (const target of LADDER.slice(0, 4)) await manager.transition(target);
    await legacy.set(BELOW, 'value', { ttl: 1000 });
    clock.advance(900);
    expect(await manager.get(BELOW)).toBe('value');
    await promisesToSettle();
    expect(await next.has(BELOW)).toBe(isFilled);
    clock.advance(900);
    expect(await next.has(BELOW)).toBe(isFilled);
  });
});

it('is not filled where the end is unknown', async () => {
  const clock = new ManualClock(1_000_000);
  const legacy = new ImprovedAsyncCache({ clock });
  const unknowing = new ChaosCache(legacy);
  unknowing.lookup = async (key) => {
    const value = await legacy.get(key);
    return value === undefined ? { kind: 'miss' } : { kind: 'hit', value };
  };
  const next = new ImprovedAsyncCache({ clock });
  const manager = new CacheMigrationManager({ component: 'test', legacy: unknowing, next, clock });
  for (const target of LADDER.slice(0, 4)) await manager.transition(target);
  await legacy.set(BELOW, 'value');
  expect(await manager.get(BELOW)).toBe('value');
  await promisesToSettle();
  expect(await next.has(BELOW)).toBe(false);
});
