import { describe, expect, it } from 'vitest';
import { ServiceMigration } from '../../src/index.js';
import { ScriptedScheduler, type Scheduler } from './fixtures/scripted-scheduler.js';
import { LIVE, serviceAt } from './fixtures/service-at.js';

const IDEMPOTENT = { idempotent: true } as const;

describe('the service', () => {
  it.each(['off', LIVE, { stage: 'rampdown' }, { stage: 'complete' }] as const)(
    'reaches private fields and inherited methods in %j, also without a this',
    async (target) => {
      const { service } = await serviceAt(target);
      const { countJobs, getJobStatus } = service;
      expect(await countJobs()).toBe(2);
      expect(await getJobStatus('J')).toMatch(/^status of J by (legacy|next)$/);
    },
  );

  it('answers with a promise where the object answers synchronously', async () => {
    const { service } = await serviceAt('off');
    const answer = service.countJobs();
    expect(answer).toBeInstanceOf(Promise);
    await answer;
  });

  it('rejects where the object throws synchronously', async () => {
    const { legacy, service } = await serviceAt('off');
    legacy.script('throws');
    const call = service.executeCommand('J', 'run');
    await expect(call).rejects.toThrow('legacy is down');
  });

  it('offers the methods, and nothing else', async () => {
    const { service } = await serviceAt('off');
    expect(Object.keys(service).sort()).toEqual(['countJobs', 'executeCommand', 'getJobStatus']);
  });

  it.each([
    ['off', 'legacy'],
    [{ stage: 'complete' }, 'next'],
  ] as const)('returns in %j the promise of %s itself', async (target, name) => {
    const fixture = await serviceAt(target);
    const promise = Promise.resolve('answer');
    fixture[name].getJobStatus = () => promise;
    expect(fixture.service.getJobStatus('J')).toBe(promise);
  });

  it('starts a lazy query once', async () => {
    let starts = 0;
    const lazy = {
      then: (resolve: (answer: string) => void) => {
        starts += 1;
        resolve('row');
      },
    };
    const legacy = { query: () => lazy };
    const { service } = new ServiceMigration<typeof legacy>({
      component: 'test',
      legacy,
      next: { query: () => lazy },
      methods: { query: { idempotent: false } },
    });
    expect(await service.query()).toBe('row');
    expect(starts).toBe(1);
  });

  it('times a sample of the answered calls, by method', async () => {
    const timed: string[] = [];
    const { service, legacy } = await serviceAt('off', {
      latencyEvery: 2,
      observer: { latency: (operation, ms) => timed.push(`${operation} ${ms}`) },
    });
    await service.getJobStatus('J');
    await service.getJobStatus('J');
    await service.countJobs();
    await service.executeCommand('J', 'run');
    legacy.script('rejects');
    await service.getJobStatus('J').catch(() => undefined);
    await service.getJobStatus('J').catch(() => undefined);
    expect(timed).toEqual(['getJobStatus 0', 'executeCommand 0']);
  });
});

describe('the options', () => {
  const good = () => ({
    component: 'test',
    legacy: new ScriptedScheduler('legacy'),
    next: new ScriptedScheduler('next'),
    methods: { getJobStatus: IDEMPOTENT, countJobs: IDEMPOTENT, executeCommand: IDEMPOTENT },
  });

  it.each([
    [{ component: '' }, 'expected component to be a name; got ""'],
    [{ legacy: undefined }, 'expected legacy to be an object with the methods of the service'],
    [{ next: 'x' }, 'expected next to be an object with the methods of the service; got "x"'],
    [{ next: {} }, 'expected next.getJobStatus to be a method; got undefined'],
    [{ methods: undefined }, 'expected methods to be a policy for each method of the service'],
    [{ methods: { stop: IDEMPOTENT } }, 'expected legacy.stop to be a method; got undefined'],
    [{ methods: { host: IDEMPOTENT } }, 'expected legacy.host to be a method; got "localhost"'],
    [
      { methods: { countJobs: true } },
      'expected methods.countJobs to be { idempotent: true } or { idempotent: false }; got boolean true',
    ],
    [{ methods: { countJobs: {} } }, 'expected methods.countJobs.idempotent to be true or false'],
    [
      { methods: { countJobs: { idempotent: true, limit: NaN } } },
      'expected methods.countJobs.limit to be a number over 0; got number NaN',
    ],
    [{ shadowRate: NaN }, 'expected shadowRate to be a share from 0 to 1; got number NaN'],
    [{ limits: { next: 0 } }, 'expected limits.next to be a number over 0; got number 0'],
    [{ bounds: { shadows: '8' } }, 'expected bounds.shadows to be a number over 0'],
    [{ breaker: { failures: -1 } }, 'expected breaker.failures to be a number over 0'],
    [{ latencyEvery: 0 }, 'expected options.latencyEvery to be a number over 0'],
  ])('refuse %o', (options, message) => {
    const construct = (): unknown =>
      new ServiceMigration<Scheduler>({ ...good(), ...options } as unknown as ReturnType<
        typeof good
      >);
    expect(construct).toThrow(message);
    expect(construct).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('refuse one object for both sides', () => {
    const { legacy } = good();
    expect(() => new ServiceMigration<Scheduler>({ ...good(), legacy, next: legacy })).toThrow(
      'expected next to be another object than legacy',
    );
  });
});
