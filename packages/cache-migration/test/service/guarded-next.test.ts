import { describe, expect, it } from 'vitest';
import { promisesToSettle, timeToPass } from '../fixtures/migration.js';
import { LIVE, resultOf, serviceAt } from './fixtures/service-at.js';

const NEVER = { failures: Number.MAX_SAFE_INTEGER };

describe('the breaker of next', () => {
  it('sends every call to legacy while it is open, effective ones too', async () => {
    const { legacy, next, service, events } = await serviceAt(LIVE, { breaker: { failures: 2 } });
    next.script('rejects');
    await service.getJobStatus('a');
    expect(await resultOf(service.executeCommand('a', 'run'))).toBe('next is down');
    expect(events.at(-1)).toBe('next error');
    expect(await resultOf(service.getJobStatus('b'))).toBe('status of b by legacy');
    expect(await resultOf(service.executeCommand('b', 'run'))).toBe('run b by legacy');
    expect(next.calls).toEqual(['status of a', 'run a']);
    expect(legacy.calls).toEqual(['status of a', 'status of b', 'run b']);
    expect(events).toEqual([
      'next error',
      'fallback error',
      'next open',
      'next error',
      'fallback open',
      'fallback open',
    ]);
  });

  it('passes on the error of legacy as it is where next was not asked', async () => {
    const { legacy, next, service } = await serviceAt(LIVE, { breaker: { failures: 1 } });
    next.script('rejects');
    await service.getJobStatus('a');
    legacy.script('rejects');
    expect(await resultOf(service.getJobStatus('a'))).toBe('legacy is down');
    expect(await resultOf(service.executeCommand('a', 'run'))).toBe('legacy is down');
  });

  it('counts failures in a row: an answer, also one that is an error, starts again', async () => {
    const { next, service, events } = await serviceAt(LIVE, {
      breaker: { failures: 2 },
      isFailure: (error) => !String(error).includes('no such job'),
    });
    for (const error of ['down', 'no such job', 'down'] as const) {
      next.script('rejects', new Error(error));
      await service.getJobStatus('a').catch(() => undefined);
    }
    next.script('answers');
    await service.getJobStatus('a');
    next.script('rejects');
    await service.getJobStatus('a');
    expect(events).not.toContain('next open');
    await service.getJobStatus('a');
    expect(events).toContain('next open');
  });

  it('counts calls that are late', async () => {
    const { clock, next, service, events } = await serviceAt(LIVE, { breaker: { failures: 1 } });
    next.script('hangs');
    const call = service.getJobStatus('a');
    await timeToPass(clock, 1000);
    await call;
    expect(events).toEqual(['next open', 'next timeout', 'fallback timeout']);
  });

  it('closes after its pause where there is no probe', async () => {
    const { clock, next, service, events } = await serviceAt(LIVE, { breaker: { failures: 1 } });
    next.script('rejects');
    await service.getJobStatus('a');
    next.script('answers');
    await timeToPass(clock, 499);
    expect(await service.getJobStatus('b')).toBe('status of b by legacy');
    await timeToPass(clock, 1);
    expect(events.at(-1)).toBe('next closed');
    expect(await service.getJobStatus('c')).toBe('status of c by next');
  });

  it('closes when the probe is answered, within the limit', async () => {
    const answers = [
      () => Promise.reject(new Error('down')),
      () => new Promise(() => undefined),
      () => Promise.resolve(),
    ];
    const probed: unknown[] = [];
    const { clock, next, service, events } = await serviceAt(LIVE, {
      breaker: { failures: 1, pause: 100, longestPause: 200 },
      probe: (target) => {
        probed.push(target);
        return (answers.shift() ?? (() => Promise.resolve()))();
      },
    });
    next.script('rejects');
    await service.getJobStatus('a');
    await timeToPass(clock, 100);
    await timeToPass(clock, 200);
    expect(probed).toHaveLength(2);
    await timeToPass(clock, 1000 + 199);
    expect(probed).toHaveLength(2);
    await timeToPass(clock, 1);
    expect(probed).toEqual([next, next, next]);
    expect(events.at(-1)).toBe('next closed');
  });

  it('does not count in rampdown, where nobody answers in its place', async () => {
    const { next, service, events } = await serviceAt(
      { stage: 'rampdown' },
      { breaker: { failures: 1 } },
    );
    next.script('rejects');
    for (const id of ['a', 'b', 'c']) {
      expect(await resultOf(service.getJobStatus(id))).toBe('next is down');
    }
    expect(next.calls).toHaveLength(3);
    expect(events).toEqual(['next error', 'next error', 'next error']);
  });

  it('is closed in rampdown, also by calls that began before it', async () => {
    const { clock, migration, next, service, events } = await serviceAt(LIVE, {
      breaker: { failures: 1 },
    });
    next.script('hangs');
    const call = service.executeCommand('a', 'run');
    next.script('rejects');
    await service.getJobStatus('b');
    const step = migration.transition({ stage: 'rampdown' });
    await promisesToSettle();
    expect(events.at(-1)).toBe('next closed');
    next.release('reject');
    expect(await resultOf(call)).toBe('next is down');
    await step;
    next.script('answers');
    expect(await service.getJobStatus('c')).toBe('status of c by next');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('next that hangs for ever', () => {
  it.each(['idempotent', 'effective'] as const)(
    'keeps no more than the bound of %s calls, and legacy answers the others',
    async (kind) => {
      const { clock, legacy, next, service, events } = await serviceAt(LIVE, {
        bounds: { unanswered: 10 },
        breaker: NEVER,
      });
      next.script('hangs');
      for (let call = 0; call < 200; call += 1) {
        if (kind === 'idempotent') void service.getJobStatus(`${call}`);
        else void service.executeCommand(`${call}`, 'run');
        await timeToPass(clock, 100);
      }
      expect(next.calls).toHaveLength(10);
      expect(legacy.calls).toHaveLength(kind === 'idempotent' ? 200 : 190);
      expect(events.filter((event) => event === 'fallback shed')).toHaveLength(190);
      expect(events.filter((event) => event === 'next bound unsettled')).toHaveLength(190);
      await timeToPass(clock, 1000);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('is asked again once it has answered after all', async () => {
    const { next, service } = await serviceAt(LIVE, { bounds: { unanswered: 1 } });
    next.script('hangs');
    const first = service.executeCommand('a', 'run');
    expect(await resultOf(service.executeCommand('b', 'run'))).toBe('run b by legacy');
    next.release();
    expect(await first).toBe('run a by next');
    next.script('answers');
    expect(await service.executeCommand('c', 'run')).toBe('run c by next');
  });

  it('is asked again once a call that was late has ended', async () => {
    const { clock, next, service } = await serviceAt(LIVE, { bounds: { unanswered: 1 } });
    next.script('hangs');
    const late = service.getJobStatus('a');
    await timeToPass(clock, 1000);
    expect(await late).toBe('status of a by legacy');
    expect(await service.getJobStatus('b')).toBe('status of b by legacy');
    next.release('reject');
    await promisesToSettle();
    next.script('answers');
    expect(await service.getJobStatus('c')).toBe('status of c by next');
  });

  it('is not asked in rampdown beyond the bound: the caller is told', async () => {
    const { legacy, next, service, events } = await serviceAt(
      { stage: 'rampdown' },
      { bounds: { unanswered: 1 } },
    );
    next.script('hangs');
    void service.executeCommand('a', 'run');
    expect(await resultOf(service.executeCommand('b', 'run'))).toBe('SHED');
    expect(legacy.calls).toEqual([]);
    expect(next.calls).toEqual(['run a']);
    expect(events).toEqual(['next bound unsettled', 'next shed']);
  });

  it('gets no more comparisons, and no more probes, than the bound', async () => {
    let probes = 0;
    const { clock, next, service } = await serviceAt(
      { stage: 'shadow' },
      {
        shadowRate: 1,
        bounds: { unanswered: 4 },
        breaker: { failures: 2, pause: 100, longestPause: 100 },
        probe: () => {
          probes += 1;
          return new Promise(() => undefined);
        },
      },
    );
    next.script('hangs');
    for (let call = 0; call < 50; call += 1) {
      await service.getJobStatus(`${call}`);
      await timeToPass(clock, 1000);
    }
    expect(next.calls.length + probes).toBe(4);
  });
});
