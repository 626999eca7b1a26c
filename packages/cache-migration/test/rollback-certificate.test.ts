import { describe, expect, it } from 'vitest';
import { formatCertificate, type RollbackCertificate } from '../src/index.js';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';

const LIVE_100 = { stage: 'live', percentage: 100 } as const;

function kindsOf(certificate: RollbackCertificate): readonly string[] {
  return certificate.isFresh ? [] : certificate.obstacles.map(({ kind }) => kind);
}

describe('legacy is certified as fresh', () => {
  it.each([
    { stage: 'dualwrite' },
    { stage: 'shadow' },
    { stage: 'live', percentage: 0 },
    LIVE_100,
    { stage: 'rampdown' },
  ] as const)('in %j, where it has confirmed everything', async (target) => {
    const { clock, manager } = await migrationAt(target);
    await manager.set('key', 1);
    await promisesToSettle();
    expect(manager.rollbackCertificate()).toEqual({
      isFresh: true,
      stage: target.stage,
      percentage: manager.state.percentage,
      epoch: manager.state.epoch,
      at: clock.now(),
      sinceEpoch: 2,
      statement:
        'legacy is fresh: no key is dirty, nothing is in flight, ' +
        'and every write since 1970-01-01T00:16:40.000Z (epoch 2) was confirmed',
    });
  });

  it('in off, where there is nothing to roll back', async () => {
    const { manager, legacy } = await migrationAt('off');
    legacy.inject({ kind: 'hang' });
    void manager.set('key', 1);
    await promisesToSettle();
    expect(manager.rollbackCertificate()).toMatchObject({
      isFresh: true,
      sinceEpoch: 1,
      statement: 'there is nothing to roll back: legacy alone is read and written',
    });
    legacy.release();
  });

  it('whatever is open on next', async () => {
    const { manager, next } = await migrationAt(LIVE_100);
    next.inject({ kind: 'fail' });
    await manager.set('key', 1);
    expect(manager.status.next.dirtyKeys).toBe(1);
    expect(manager.rollbackCertificate().isFresh).toBe(true);
  });

  it('since the epoch in which it was last repaired', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE_100);
    await timeToPass(clock, 1000);
    legacy.inject({ kind: 'fail' }, { times: 1 });
    await manager.set('key', 1);
    await timeToPass(clock, 1000);
    const { epoch } = manager.state;
    await manager.transition({ stage: 'rampdown' });
    expect(manager.rollbackCertificate()).toMatchObject({
      isFresh: true,
      epoch: epoch + 1,
      sinceEpoch: epoch,
    });
  });

  it('since it was taken up again after off', async () => {
    const { manager, legacy } = await migrationAt({ stage: 'dualwrite' });
    await manager.transition({ stage: 'off' });
    legacy.inject({ kind: 'fail' }, { times: 1 });
    await expect(manager.set('key', 1)).rejects.toThrow('injected');
    await manager.transition({ stage: 'dualwrite' });
    expect(manager.rollbackCertificate()).toMatchObject({ isFresh: true, sinceEpoch: 4 });
  });
});

describe('legacy is not certified as fresh', () => {
  it('while it has not confirmed a key', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE_100);
    legacy.inject({ kind: 'fail' });
    await manager.set('a', 1);
    await manager.set('b', 1);
    const certificate = manager.rollbackCertificate();
    expect(certificate).toMatchObject({
      isFresh: false,
      obstacles: [{ kind: 'dirty-keys', count: 2 }],
      alternative: { call: "manager.rollback('why')", misses: 2 },
    });
    expect(formatCertificate(certificate)).toBe(
      [
        'Rollback certificate: ✘ not fresh (live 100 %, epoch 6, 1970-01-01T00:16:40.000Z)',
        '  dirty-keys  legacy has not confirmed the last writes of 2 keys, and does not answer for them until they are repaired',
        "  → manager.rollback('why'): goes to live 0 % at once; at most 2 keys are misses, legacy answers for all others",
        '',
      ].join('\n'),
    );
    legacy.heal();
    await timeToPass(clock, 1000);
    expect(manager.rollbackCertificate().isFresh).toBe(true);
  });

  it('while a write is under way on it', async () => {
    const { manager, legacy } = await migrationAt(LIVE_100);
    legacy.inject({ kind: 'hang' });
    const write = manager.set('key', 1);
    await promisesToSettle();
    const certificate = manager.rollbackCertificate();
    expect(certificate).toMatchObject({
      obstacles: [{ kind: 'in-flight', count: 1, message: '1 write to legacy did not end yet' }],
      alternative: { misses: 1 },
    });
    legacy.release();
    await write;
    expect(manager.rollbackCertificate().isFresh).toBe(true);
  });

  it('while a call of an earlier epoch may still have its effect', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE_100);
    legacy.inject({ kind: 'hang' });
    const write = manager.set('key', 1);
    await promisesToSettle();
    const rollback = manager.rollback('a test');
    await timeToPass(clock, 1000);
    await Promise.all([write, rollback]);
    const certificate = manager.rollbackCertificate();
    expect(kindsOf(certificate)).toEqual(['dirty-keys', 'unsettled']);
    expect(certificate).toMatchObject({ alternative: { misses: 1 } });
    legacy.heal();
    legacy.release();
    await timeToPass(clock, 1000);
    expect(manager.rollbackCertificate().isFresh).toBe(true);
  });

  it('while it is distrusted as a whole', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE_100);
    legacy.inject({ kind: 'fail' }, { operations: ['clear'] });
    await manager.clear();
    const certificate = manager.rollbackCertificate();
    expect(kindsOf(certificate)).toEqual(['cold']);
    expect(certificate).toMatchObject({ alternative: { misses: 'all' } });
    legacy.heal();
    await timeToPass(clock, 10_000);
    expect(manager.rollbackCertificate()).toMatchObject({
      isFresh: true,
      emptiedAt: 1_000_050,
      statement: expect.stringMatching(
        /; it was emptied at 1970-01-01T00:16:40.050Z, and misses what was not written since$/,
      ) as string,
    });
    legacy.inject({ kind: 'fail' }, { times: 1 });
    await manager.set('key', 1);
    await timeToPass(clock, 1000);
    // Repaired since, and as empty as before.
    expect(manager.rollbackCertificate()).toMatchObject({ isFresh: true, emptiedAt: 1_000_050 });
  });

  it('in complete, where the cold rollback is left', async () => {
    const { manager } = await migrationAt({ stage: 'complete' });
    const certificate = manager.rollbackCertificate();
    expect(kindsOf(certificate)).toEqual(['not-written']);
    expect(certificate).toMatchObject({
      alternative: { call: "manager.rollback('why', { cold: true })", misses: 'all' },
    });
    await manager.rollback('a test', { cold: true });
    expect(manager.rollbackCertificate()).toMatchObject({
      isFresh: true,
      emptiedAt: 1_000_000,
      stage: 'live',
    });
  });

  it('before live, where a rollback waits until legacy has confirmed everything', async () => {
    const { manager, legacy } = await migrationAt({ stage: 'shadow' });
    legacy.inject({ kind: 'fail' });
    await manager.set('key', 1).catch(() => undefined);
    await promisesToSettle();
    expect(manager.rollbackCertificate()).toMatchObject({
      obstacles: [{ kind: 'dirty-keys', count: 1 }],
      alternative: {
        message:
          'goes to off as soon as legacy has confirmed everything; at most 1 key is a miss, legacy answers for all others',
      },
    });
  });
});

it('is printed in a few lines', async () => {
  const { manager } = await migrationAt(LIVE_100);
  expect(formatCertificate(manager.rollbackCertificate())).toBe(
    [
      'Rollback certificate: ✔ fresh (live 100 %, epoch 6, 1970-01-01T00:16:40.000Z)',
      '  legacy is fresh: no key is dirty, nothing is in flight, and every write since 1970-01-01T00:16:40.000Z (epoch 2) was confirmed',
      '',
    ].join('\n'),
  );
});
