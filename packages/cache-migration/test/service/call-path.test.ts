import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '../../src/index.js';
import { promisesToSettle } from '../fixtures/migration.js';
import type { Behaviour } from './fixtures/scripted-scheduler.js';
import { LIVE, resultOf, serviceAt } from './fixtures/service-at.js';

const BEHAVIOURS: readonly Behaviour[] = ['answers', 'rejects', 'throws', 'hangs'];

/** Whom a call was sent to, in order, and what came of it: by what next does. */
type Cell = readonly [sentTo: string, result: string];

interface Row {
  readonly stage: MigrationTarget | 'off';
  readonly idempotent: Readonly<Record<Behaviour, Cell>>;
  readonly effective: Readonly<Record<Behaviour, Cell>>;
}

const LEGACY: Cell = ['legacy', 'legacy'];
const NEXT: Cell = ['next', 'next'];
const BOTH: Cell = ['next legacy', 'legacy'];
const ERROR: Cell = ['next', 'next is down'];
const WAITS: Cell = ['next', 'waits'];
const SHADOWED: Cell = ['legacy next', 'legacy'];

const alike = (cell: Cell) => ({ answers: cell, rejects: cell, throws: cell, hangs: cell });
const onlyLegacy = { idempotent: alike(LEGACY), effective: alike(LEGACY) };
const nextWithoutHelp = { answers: NEXT, rejects: ERROR, throws: ERROR, hangs: WAITS };

const TABLE: readonly Row[] = [
  { stage: 'off', ...onlyLegacy },
  { stage: { stage: 'dualwrite' }, ...onlyLegacy },
  { stage: { stage: 'shadow' }, idempotent: alike(SHADOWED), effective: alike(LEGACY) },
  { stage: { stage: 'live', percentage: 0 }, ...onlyLegacy },
  {
    stage: LIVE,
    idempotent: { answers: NEXT, rejects: BOTH, throws: BOTH, hangs: BOTH },
    effective: nextWithoutHelp,
  },
  {
    stage: { stage: 'rampdown' },
    idempotent: { ...nextWithoutHelp, hangs: ['next', 'TIMEOUT'] },
    effective: nextWithoutHelp,
  },
  { stage: { stage: 'complete' }, idempotent: nextWithoutHelp, effective: nextWithoutHelp },
];

const CASES = TABLE.flatMap(({ stage, ...kinds }) =>
  (['idempotent', 'effective'] as const).flatMap((kind) =>
    BEHAVIOURS.map((behaviour) => [stage, kind, behaviour, ...kinds[kind][behaviour]] as const),
  ),
);

describe('a call', () => {
  it.each(CASES)('in %j, %s, where next %s, is sent to %s: %s', async (...row) => {
    const [stage, kind, behaviour, sides, result] = row;
    const { clock, next, sentTo, service } = await serviceAt(stage, { shadowRate: 1 });
    next.script(behaviour);
    const [what, call] =
      kind === 'idempotent'
        ? ['status of J', service.getJobStatus('J')]
        : ['run J', service.executeCommand('J', 'run')];
    await promisesToSettle();
    clock.advance(60_000);
    const isSide = result === 'legacy' || result === 'next';
    expect(await resultOf(call)).toBe(isSide ? `${what} by ${result}` : result);
    expect(sentTo.join(' ')).toBe(sides);
  });

  it('that legacy fails is its error, wherever legacy answers alone', async () => {
    const shadow = await serviceAt({ stage: 'shadow' }, { shadowRate: 1 });
    shadow.legacy.script('throws');
    expect(await resultOf(shadow.service.getJobStatus('J'))).toBe('legacy is down');
    expect(shadow.next.calls).toEqual([]);
    expect(shadow.events).toEqual(['legacy error']);
  });

  it('is refused with both causes where both fail', async () => {
    const { legacy, next, service, events } = await serviceAt(LIVE);
    const [ours, theirs] = [new Error('next broke'), new Error('legacy broke')];
    next.script('rejects', ours);
    legacy.script('throws', theirs);
    const error: unknown = await service.getJobStatus('J').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'MigrationError', code: 'CALL_FAILED' });
    const { cause } = error as { readonly cause: AggregateError };
    expect(cause).toBeInstanceOf(AggregateError);
    expect(cause.errors).toEqual([ours, theirs]);
    expect(events).toEqual(['next error', 'legacy error']);
  });

  it('keeps the timeout as the cause of next', async () => {
    const { clock, legacy, next, service } = await serviceAt(LIVE);
    next.script('hangs');
    legacy.script('rejects');
    const call = service.getJobStatus('J').catch((reason: unknown) => reason);
    await promisesToSettle();
    clock.advance(1000);
    const { cause } = (await call) as { readonly cause: AggregateError };
    expect(cause.errors).toMatchObject([{ code: 'TIMEOUT' }, { message: 'legacy is down' }]);
  });

  it('tells why legacy answered in place of next', async () => {
    const { clock, next, service, events } = await serviceAt(LIVE);
    next.script('rejects');
    await service.getJobStatus('J');
    next.script('hangs');
    const call = service.getJobStatus('J');
    await promisesToSettle();
    clock.advance(1000);
    await call;
    expect(events).toEqual(['next error', 'fallback error', 'next timeout', 'fallback timeout']);
  });
});

describe('an effective call with a limit', () => {
  it('is told of earlier, is not made again, and says that it may have had its effect', async () => {
    const { clock, legacy, next, service, events } = await serviceAt(LIVE, {
      methods: {
        getJobStatus: { idempotent: true },
        countJobs: { idempotent: true },
        executeCommand: { idempotent: false, limit: 200 },
      },
    });
    next.script('hangs');
    const call = service.executeCommand('J', 'run').catch((reason: unknown) => reason);
    await promisesToSettle();
    clock.advance(200);
    expect(await call).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('may have its effect all the same') as string,
    });
    next.release();
    await promisesToSettle();
    expect(legacy.calls).toEqual([]);
    expect(events).toEqual(['next timeout']);
  });
});

describe('an error that is an answer', () => {
  const isFailure = (error: unknown): boolean => !String(error).includes('no such job');

  it('goes to the caller as it is, and nobody else is asked', async () => {
    const { legacy, next, service, events } = await serviceAt(LIVE, { isFailure });
    next.script('rejects', new Error('no such job'));
    await expect(service.getJobStatus('J')).rejects.toThrow('no such job');
    expect(legacy.calls).toEqual([]);
    expect(events).toEqual([]);
  });

  it('of legacy is the answer where next failed', async () => {
    const { legacy, next, service, events } = await serviceAt(LIVE, { isFailure });
    next.script('rejects');
    legacy.script('rejects', new Error('no such job'));
    await expect(service.getJobStatus('J')).rejects.toThrow('no such job');
    expect(events).toEqual(['next error']);
  });

  it('can be told by each method for itself', async () => {
    const { legacy, next, service } = await serviceAt(LIVE, {
      isFailure,
      methods: {
        getJobStatus: { idempotent: true, isFailure: () => true },
        countJobs: { idempotent: true },
        executeCommand: { idempotent: false },
      },
    });
    next.script('rejects', new Error('no such job'));
    await service.getJobStatus('J');
    expect(legacy.calls).toEqual(['status of J']);
  });

  it('is a failure where nobody can tell', async () => {
    const { legacy, next, service, events } = await serviceAt(LIVE, {
      isFailure: () => {
        throw new Error('odd');
      },
    });
    next.script('rejects');
    await service.getJobStatus('J');
    legacy.script('rejects');
    expect(await resultOf(service.getJobStatus('J'))).toBe('CALL_FAILED');
    expect(events.slice(0, 2)).toEqual(['next error', 'fallback error']);
  });
});
