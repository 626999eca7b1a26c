import { ManualClock, ReferenceCache, ReferenceStore } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { CacheMigrationManager } from '../../src/index.js';
import { BELOW, promisesToSettle, timeToPass } from '../fixtures/migration.js';
import { ControlStore, MEMBERSHIP_MS } from './control-store.js';
import { fleetAt, toRest } from './fleet-at.js';

const LIVE_0 = { stage: 'live', percentage: 0 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('rule 0: a shared side', () => {
  const shared = () => new ReferenceCache<string>({ store: new ReferenceStore() });
  const alone = () => new ReferenceCache<string>();

  it('is refused beyond dualwrite without a fleet, and taken there with one', async () => {
    const manager = new CacheMigrationManager({
      component: 'test',
      legacy: shared(),
      next: shared(),
    });
    await manager.transition({ stage: 'dualwrite' });
    await expect(manager.transition({ stage: 'shadow' })).rejects.toMatchObject({
      code: 'SHARED_SIDE',
    });
    const { one } = await fleetAt({ stage: 'shadow' });
    expect(one.manager.state.stage).toBe('shadow');
  });

  it('is refused at once where a fleet could never go all the way', () => {
    const clock = new ManualClock();
    const withoutLeases = shared();
    Object.defineProperty(withoutLeases, 'capabilities', {
      value: { ...withoutLeases.capabilities, leases: false },
    });
    const refused = [
      { legacy: shared(), next: alone() },
      { legacy: shared(), next: withoutLeases },
    ];
    for (const sides of refused) {
      const make = (soleProcess?: true) =>
        new CacheMigrationManager<string>({
          component: 'test',
          ...sides,
          clock,
          fleet: new ControlStore(clock).port('test'),
          ...(soleProcess && { soleProcess }),
        });
      expect(() => make()).toThrow(expect.objectContaining({ code: 'SHARED_SIDE' }));
      expect(make(true).state.stage).toBe('off');
    }
  });
});

describe('rule 1: a process that is not a member', () => {
  it('misses, and joins before it serves', async () => {
    const { startProcess, control, one } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'value');
    const three = startProcess('three');
    expect(three.manager.state.stage).toBe('off');
    expect(await three.manager.get('key')).toBeUndefined();
    await promisesToSettle();
    expect(three.manager.state.stage).toBe('live');
    expect(await three.manager.get('key')).toBe('value');
    expect(control.members).toHaveLength(3);
  });

  it('misses when its membership has run out, by its own clock', async () => {
    const { one, clock } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'value');
    one.port.isReachable = false;
    clock.advance(MEMBERSHIP_MS - 1);
    expect(await one.manager.get('key')).toBe('value');
    clock.advance(1);
    expect(await one.manager.get('key')).toBeUndefined();
    expect(await one.manager.has('key')).toBe(false);
    expect(await one.manager.size()).toBe(0);
    expect(await one.manager.getKeys()).toEqual([]);
    expect(await one.manager.getOrSet('key', () => 'loaded')).toBe('loaded');
  });

  it.each([
    { stage: 'dualwrite' },
    LIVE_100,
    { stage: 'rampdown' },
    { stage: 'complete' },
  ] as const)(
    'writes legacy and deletes on next in %o, and fails unless both confirm',
    async (target) => {
      const { one, clock, held } = await fleetAt(target);
      await one.manager.set('key', 'old');
      one.port.isReachable = false;
      clock.advance(MEMBERSHIP_MS);
      await one.manager.set('key', 'new');
      expect([held('legacy', 'key'), held('next', 'key')]).toEqual(['new', undefined]);
      one.next.inject({ kind: 'fail' });
      await expect(one.manager.set('key', 'newer')).rejects.toMatchObject({ code: 'FENCED' });
      await expect(one.manager.delete('key')).rejects.toMatchObject({ code: 'FENCED' });
      await expect(one.manager.clear()).rejects.toMatchObject({ code: 'FENCED' });
    },
  );

  it.each([{ stage: 'off' }, { stage: 'dualwrite' }, LIVE_100, { stage: 'complete' }] as const)(
    'deletes on next as well what it began as a member in %o',
    async ({ stage, ...rest }) => {
      const target = stage === 'off' ? 'off' : { stage, ...rest };
      const { one, clock, stores, held } = await fleetAt(target);
      await new ReferenceCache({ store: stores.next, clock }).set('key', 'old');
      const side = stage === 'complete' ? one.next : one.legacy;
      side.inject({ kind: 'hang' }, { operations: ['set'] });
      const write = one.manager.set('key', 'new');
      await promisesToSettle();
      one.port.isReachable = false;
      clock.advance(MEMBERSHIP_MS);
      side.heal();
      side.release();
      await write;
      expect([held('legacy', 'key'), held('next', 'key')]).toEqual(['new', undefined]);
    },
  );

  it('joins again when its earlier writes have ended', async () => {
    const { one, clock, control } = await fleetAt(LIVE_0);
    one.legacy.inject({ kind: 'hang' }, { operations: ['set'] });
    const write = one.manager.set('key', 'value').catch(() => undefined);
    await promisesToSettle();
    clock.advance(MEMBERSHIP_MS);
    await promisesToSettle();
    control.change({ stage: 'shadow', percentage: 0 });
    await timeToPass(clock, 1000);
    expect(one.manager.state.stage).toBe('live');
    one.legacy.heal();
    one.legacy.release();
    await write;
    await timeToPass(clock, 200);
    expect(one.manager.state.stage).toBe('shadow');
  });
});

describe('rule 2: a step', () => {
  it("is the fleet's to take", async () => {
    const { one } = await fleetAt('off');
    const refusal = { code: 'FLEET_DECIDES' };
    await expect(one.manager.transition({ stage: 'dualwrite' })).rejects.toMatchObject(refusal);
    await expect(one.manager.rollback('test')).rejects.toMatchObject(refusal);
  });

  it('is entered as an epoch of the fleet, and acknowledged when what began before has ended', async () => {
    const { one, two, control } = await fleetAt('off');
    one.legacy.inject({ kind: 'hang' }, { operations: ['set'], keys: ['key'] });
    const write = one.manager.set('key', 'value');
    await promisesToSettle();
    const { epoch } = control.change({ stage: 'dualwrite', percentage: 0 });
    expect(one.manager.state).toMatchObject({ stage: 'dualwrite', epoch });
    expect(two.manager.state).toMatchObject({ stage: 'dualwrite', epoch });
    await one.manager.set('other', 'value');
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(false);
    one.legacy.heal();
    one.legacy.release();
    await write;
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(true);
  });

  it('into live above 0 waits until no key is dirty on next', async () => {
    const { one, control, clock } = await fleetAt({ stage: 'shadow' });
    one.next.inject({ kind: 'fail' }, { operations: ['delete'] });
    await one.manager.set('key', 'value');
    await promisesToSettle();
    control.change(LIVE_0);
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(false);
    one.next.heal();
    await timeToPass(clock, 100);
    expect(control.isAcknowledged).toBe(true);
  });
});

describe('rule 3: a side that was not written', () => {
  it('is cold until it was emptied after every process has acknowledged that both are written', async () => {
    const { one, two, control, clock, stores } = await fleetAt('off');
    await new ReferenceCache({ store: stores.next, clock }).set('key', 'of an earlier try');
    one.legacy.inject({ kind: 'hang' }, { operations: ['set'] });
    const write = one.manager.set('other', 'value');
    await promisesToSettle();
    const { cold } = control.state;
    control.change({ stage: 'dualwrite', cold: { ...cold, next: 'confirming' } });
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(false);
    expect(stores.next.entries.size).toBe(1);
    one.legacy.heal();
    one.legacy.release();
    await write;
    await toRest(control);
    expect(control.state.cold.next).toBe('warm');
    expect(stores.next.entries.size).toBe(0);
    expect([one, two].map(({ manager }) => manager.state.cold.next)).toEqual([false, false]);
  });

  it('is not emptied by a process on its own', async () => {
    const { one, clock, control, stores } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'value');
    control.setCold('next', 'declared');
    await timeToPass(clock, 50);
    expect(stores.next.entries.size).toBe(1);
    expect(await one.port.member?.empty('next')).toBe(false);
  });

  it('stays cold where emptying it is not confirmed', async () => {
    const { one, control } = await fleetAt(LIVE_100);
    control.setCold('next', 'confirming');
    await promisesToSettle();
    one.next.inject({ kind: 'fail' }, { operations: ['clear'] });
    expect(await one.port.member?.empty('next')).toBe(false);
    one.next.heal();
    expect(await one.port.member?.empty('next')).toBe(true);
    expect(one.manager.state.cold.next).toBe(true);
  });

  it('waits for calls of unknown outcome before it is emptied', async () => {
    const { one, control, clock } = await fleetAt(LIVE_100, {
      options: { limits: { legacy: 300, drain: 200 } },
    });
    const renewFor = async (times: number): Promise<void> => {
      for (let renewal = 0; renewal < times; renewal += 1) {
        await Promise.all(control.ports.map((port) => port.renew()));
        await timeToPass(clock, 75);
      }
    };
    one.legacy.inject({ kind: 'hang' }, { operations: ['set'] });
    const write = one.manager.set('key', 'value');
    await renewFor(10);
    await write;
    expect(control.state.cold.legacy).toBe('declared');
    control.setCold('legacy', 'cold');
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(true);
    control.setCold('legacy', 'confirming');
    await renewFor(10);
    expect(control.isAcknowledged).toBe(false);
    one.legacy.heal();
    one.legacy.release();
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(true);
  });
});

describe('hazard 10: two processes in different stages', () => {
  it('agree on the newest value, whichever of them has heard of the step', async () => {
    const steps = [LIVE_0, { stage: 'live', percentage: 50 }, LIVE_100] as const;
    for (const target of steps) {
      const { one, two, control } = await fleetAt({ stage: 'shadow' });
      for (const { stage, percentage } of [...steps.slice(0, steps.indexOf(target)), target]) {
        two.port.isReachable = percentage !== target.percentage;
        control.change({ stage, percentage });
        await promisesToSettle();
      }
      expect(one.manager.state.percentage).toBe(target.percentage);
      expect(two.manager.state.epoch).toBe(one.manager.state.epoch - 1);
      await one.manager.set(BELOW, 'of one');
      expect(await two.manager.get(BELOW)).toBe('of one');
      await two.manager.set(BELOW, 'of two');
      await promisesToSettle();
      expect(await one.manager.get(BELOW)).toBe('of two');
      await two.manager.delete(BELOW);
      await promisesToSettle();
      expect(await one.manager.get(BELOW)).toBeUndefined();
    }
  });

  it('never differ by two steps, because the slower one has not acknowledged', async () => {
    const { two, control } = await fleetAt({ stage: 'shadow' });
    two.port.isReachable = false;
    control.change(LIVE_0);
    await promisesToSettle();
    expect(control.isAcknowledged).toBe(false);
  });
});

describe('a legacy in memory and a next that is shared', () => {
  const mixed = { legacy: 'in memory' } as const;

  it('fills next by writes alone: no fallback, no back-fill', async () => {
    const { one, two, stores, held } = await fleetAt(LIVE_100, mixed);
    await one.manager.set('key', 'value');
    expect(held('next', 'key')).toBe('value');
    expect(await two.manager.get('key')).toBe('value');
    stores.next.entries.delete('key');
    expect(await one.manager.get('key')).toBeUndefined();
    await promisesToSettle();
    expect(held('next', 'key')).toBeUndefined();
  });

  it('misses where next fails, and does not answer with what its own memory has', async () => {
    const { one, two } = await fleetAt(LIVE_100, mixed);
    await one.manager.set('key', 'of one');
    await two.manager.set('key', 'of two');
    one.next.inject({ kind: 'fail' });
    expect(await one.manager.get('key')).toBeUndefined();
  });

  it('is fenced like any other', async () => {
    const { one, clock, held } = await fleetAt(LIVE_100, mixed);
    await one.manager.set('key', 'old');
    one.port.isReachable = false;
    clock.advance(MEMBERSHIP_MS);
    expect(await one.manager.get('key')).toBeUndefined();
    await one.manager.set('key', 'new');
    expect(held('next', 'key')).toBeUndefined();
  });
});

describe('sides that are not shared', () => {
  const own = { legacy: 'in memory', next: 'in memory' } as const;

  it('move together with the fleet, and are served without it', async () => {
    const { one, two, clock, control } = await fleetAt(LIVE_100, own);
    await one.manager.set('key', 'value');
    expect(await one.manager.get('key')).toBe('value');
    expect(await two.manager.get('key')).toBeUndefined();
    one.port.isReachable = false;
    clock.advance(MEMBERSHIP_MS);
    expect(await one.manager.get('key')).toBe('value');
    one.port.isReachable = true;
    control.change({ stage: 'rampdown', percentage: 100 });
    await timeToPass(clock, 200);
    expect(one.manager.state.stage).toBe('rampdown');
  });
});

describe('a clean end', () => {
  it('tells the fleet, which does not wait any longer', async () => {
    const { one, control } = await fleetAt(LIVE_100);
    await one.manager.shutdown();
    expect(control.members).toHaveLength(1);
  });

  it.each(['rejects', 'hangs'] as const)(
    'closes both caches also where the fleet %s, and says so in the end',
    async (how) => {
      const { one, clock } = await fleetAt(LIVE_100);
      one.port.leave = () =>
        how === 'rejects' ? Promise.reject(new Error('no store')) : new Promise(() => undefined);
      const closed: string[] = [];
      for (const side of ['legacy', 'next'] as const) {
        one[side].shutdown = async () => void closed.push(side);
      }
      const shutdown = one.manager.shutdown().catch((error: unknown) => error);
      await timeToPass(clock, 5000);
      expect(closed).toEqual(['legacy', 'next']);
      expect(await shutdown).toMatchObject(
        how === 'rejects' ? { message: 'no store' } : { code: 'TIMEOUT' },
      );
    },
  );

  it('stores nothing that is loaded when it has begun', async () => {
    const { one, held } = await fleetAt(LIVE_100);
    let answer: (value: string) => void = () => undefined;
    const loaded = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const read = one.manager.getOrSet('key', () => loaded);
    await promisesToSettle();
    for (const side of ['legacy', 'next'] as const) one[side].shutdown = async () => undefined;
    await one.manager.shutdown();
    answer('loaded');
    expect(await read).toBe('loaded');
    await promisesToSettle();
    expect([held('legacy', 'key'), held('next', 'key')]).toEqual([undefined, undefined]);
  });
});
