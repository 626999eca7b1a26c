import { describe, expect, it } from 'vitest';
import type { Verdict } from '../src/index.js';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

const LIVE = { stage: 'live', percentage: 100 } as const;
const HANGS_ONCE = { operations: ['set'], times: 1 } as const;

describe('a write that has only just begun', () => {
  it('is not passed by the next one of its key', async () => {
    const { manager, next, nextInner } = await migrationAt({ stage: 'dualwrite' });
    next.inject({ kind: 'hang' }, HANGS_ONCE);
    await manager.set('key', 'first');
    await manager.set('key', 'second');
    await promisesToSettle();
    expect(await nextInner.get('key')).toBeUndefined();
    next.release();
    await promisesToSettle();
    expect(await nextInner.get('key')).toBe('second');
  });

  it('is not passed by a clear', async () => {
    const { manager, legacy, legacyInner, nextInner } = await migrationAt(LIVE);
    legacy.inject({ kind: 'hang' }, HANGS_ONCE);
    const write = manager.set('key', 'before the clear');
    const clear = manager.clear();
    await promisesToSettle();
    legacy.release();
    await Promise.all([write, clear]);
    expect(await legacyInner.has('key')).toBe(false);
    expect(await nextInner.has('key')).toBe(false);
  });

  it('leaves next only what is left of the lifetime when legacy has answered', async () => {
    const { clock, manager, legacy, nextInner } = await migrationAt(LIVE);
    legacy.inject({ kind: 'hang' }, HANGS_ONCE);
    const deadline = clock.now() + 1000;
    const write = manager.set('key', 'value', { ttl: 1000 });
    clock.advance(5);
    legacy.release();
    await write;
    expect(await nextInner.lookup('key')).toMatchObject({ expiresAt: deadline });
  });

  it.each(['off', { stage: 'dualwrite' }, LIVE] as const)(
    'lets nobody have the lease of its key, in %j',
    async (target) => {
      const { manager, legacy } = await migrationAt(target);
      legacy.inject({ kind: 'hang' }, HANGS_ONCE);
      const write = manager.set('key', 'value');
      expect(await manager.lookupOrLease('key')).toEqual({ kind: 'miss' });
      legacy.release();
      await write;
    },
  );

  it('keeps next from being compared before it has the value', async () => {
    const verdicts: Verdict[] = [];
    const { clock, manager, next } = await migrationAt(
      { stage: 'shadow' },
      {
        shadow: { rate: 1, recheckAfter: 1 },
        observer: { compared: (verdict) => verdicts.push(verdict) },
      },
    );
    await manager.set('key', 'old');
    await promisesToSettle();
    next.inject({ kind: 'hang' }, HANGS_ONCE);
    await manager.set('key', 'new');
    await manager.get('key');
    await promisesToSettle();
    clock.advance(1);
    await promisesToSettle();
    expect(verdicts).toEqual(['inconclusive']);
  });

  it('goes to next alone in complete, also before what came earlier has ended', async () => {
    const { clock, manager, next, legacyInner, nextInner } = await migrationAt({
      stage: 'rampdown',
    });
    // The step waits for a repair, and the earlier write begins meanwhile.
    next.inject({ kind: 'fail' });
    await manager.set('dirty', 'value').catch(() => undefined);
    const step = manager.transition({ stage: 'complete' });
    await promisesToSettle();
    next.heal();
    next.inject({ kind: 'hang' }, HANGS_ONCE);
    const earlier = manager.set('another', 'value').catch(() => undefined);
    await timeToPass(clock, 50);
    expect(manager.state.stage).toBe('complete');
    await manager.set('key', 'value');
    expect(await legacyInner.has('key')).toBe(false);
    expect(await nextInner.get('key')).toBe('value');
    next.release();
    await timeToPass(clock, 1000);
    await Promise.all([earlier, step]);
  });

  it('is reported as open to whoever asks for the status', async () => {
    const { manager, next } = await migrationAt({ stage: 'dualwrite' });
    next.inject({ kind: 'hang' }, HANGS_ONCE);
    await manager.set('key', 'value');
    expect(manager.status.next.dirtyKeys).toBe(1);
    next.release();
    await promisesToSettle();
    expect(manager.status.next.dirtyKeys).toBe(0);
  });
});
