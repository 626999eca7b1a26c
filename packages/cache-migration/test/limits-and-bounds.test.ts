import { describe, expect, it } from 'vitest';
import type { Bound, FailureKind, SideName } from '../src/index.js';
import { BELOW, migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

describe('a next that hangs', () => {
  it.each([{ stage: 'dualwrite' }, { stage: 'shadow' }] as const)(
    'costs the caller nothing in $stage',
    async (target) => {
      const { clock, manager, next } = await migrationAt(target, { shadow: { rate: 1 } });
      next.inject({ kind: 'hang' });
      await manager.set('key', 'value');
      expect(await manager.get('key')).toBe('value');
      expect(await manager.delete('key')).toBe(true);
      await manager.clear();
      expect(clock.now()).toBe(1_000_000);
    },
  );

  it('costs the caller its limit in live, and legacy answers', async () => {
    const { clock, manager, next } = await migrationAt({ stage: 'live', percentage: 50 });
    await manager.set(BELOW, 'value');
    next.inject({ kind: 'hang' });
    const read = manager.get(BELOW);
    await promisesToSettle();
    clock.advance(100);
    expect(await read).toBe('value');
  });

  it('is not asked any longer when too many calls are unanswered', async () => {
    const bounds: string[] = [];
    const { clock, manager, next, nextInner } = await migrationAt(
      { stage: 'live', percentage: 100 },
      {
        bounds: { unsettled: 3 },
        observer: { boundHit: (side, bound) => bounds.push(`${side} ${bound}`) },
      },
    );
    await manager.set('key', 'value');
    next.inject({ kind: 'hang' });
    for (let call = 0; call < 3; call += 1) {
      const read = manager.get('key');
      await promisesToSettle();
      clock.advance(100);
      await read;
    }
    // No limit has to pass any more.
    expect(await manager.get('key')).toBe('value');
    await manager.set('key', 'newer');
    expect(await manager.get('key')).toBe('newer');
    expect(bounds).toContain('next unsettled');
    expect(await nextInner.get('key')).toBe('value');
  });

  it('leaves the keys dirty that it was not even sent', async () => {
    const bounds: [SideName, Bound][] = [];
    const { clock, manager, next, nextInner } = await migrationAt(
      { stage: 'dualwrite' },
      {
        bounds: { background: 1 },
        observer: { boundHit: (...facts) => bounds.push(facts) },
      },
    );
    next.inject({ kind: 'hang' });
    await manager.set('a', 1);
    await manager.set('b', 1);
    await manager.set('a', 2);
    expect(bounds).toEqual([
      ['next', 'background'],
      ['next', 'background'],
    ]);
    next.heal();
    next.release();
    await promisesToSettle();
    // The first set of `a` has arrived; the second was never sent, so the key must not be answered for.
    expect(manager.status.next.dirtyKeys).toBe(0);
    expect(await nextInner.getKeys()).toEqual([]);
    expect(clock.now()).toBe(1_000_000);
  });
});

it('is cold when more keys are dirty than it keeps in mind, and warm again when it was emptied', async () => {
  const colds: string[] = [];
  const { clock, manager, next, nextInner } = await migrationAt(
    { stage: 'live', percentage: 100 },
    {
      bounds: { dirtyKeys: 5 },
      observer: { coldSide: (side, isCold) => colds.push(`${side} ${isCold}`) },
    },
  );
  for (let key = 0; key < 10; key += 1) await manager.set(`${key}`, 'old');
  colds.length = 0;
  next.inject({ kind: 'fail' });
  for (let key = 0; key < 10; key += 1) await manager.set(`${key}`, 'new');
  expect(manager.state.cold.next).toBe(true);
  expect(manager.status.next.dirtyKeys).toBeLessThanOrEqual(5);
  next.heal();
  expect(await nextInner.get('9')).toBe('old');
  for (let key = 0; key < 10; key += 1) expect(await manager.get(`${key}`)).toBe('new');
  await timeToPass(clock, 60_000);
  expect(colds).toEqual(['next cold', 'next warm']);
  expect(await nextInner.size()).toBe(0);
});

it('reports each failure by side and kind, and whoever watches may throw', async () => {
  const failures: [SideName, FailureKind][] = [];
  const { clock, manager, legacy, next } = await migrationAt(
    { stage: 'live', percentage: 100 },
    {
      observer: {
        failure: (side, kind) => {
          failures.push([side, kind]);
          throw new Error('a bad observer');
        },
        hit: () => {
          throw new Error('a bad observer');
        },
      },
    },
  );
  await manager.set('key', 'value');
  next.inject({ kind: 'fail' });
  expect(await manager.get('key')).toBe('value');
  next.inject({ kind: 'hang' });
  const read = manager.get('key');
  await promisesToSettle();
  clock.advance(100);
  expect(await read).toBe('value');
  next.heal();
  legacy.inject({ kind: 'fail' });
  await manager.set('other', 'value');
  expect(failures.slice(0, 3)).toEqual([
    ['next', 'error'],
    ['next', 'timeout'],
    ['legacy', 'error'],
  ]);
});

it('a write that both sides refuse keeps both causes', async () => {
  const { manager, legacy, next } = await migrationAt({ stage: 'live', percentage: 100 });
  legacy.inject({ kind: 'fail', error: new Error('legacy is down') });
  next.inject({ kind: 'fail', error: new Error('next is down') });
  const error: unknown = await manager.set('key', 1).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'WRITE_FAILED' });
  expect((error as Error).cause).toMatchObject({
    errors: [
      expect.objectContaining({ message: 'legacy is down' }),
      expect.objectContaining({ message: 'next is down' }),
    ],
  });
});
