import { ReferenceCache } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { BELOW, LADDER, promisesToSettle, timeToPass } from '../fixtures/migration.js';
import { fleetAt } from './fleet-at.js';

const LIVE_0 = { stage: 'live', percentage: 0 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('rule 4: writes of shared sides', () => {
  it.each(LADDER)('are seen by the other process in %o', async (target) => {
    const { one, two } = await fleetAt(target);
    await one.manager.set('key', 'value');
    expect(await two.manager.get('key')).toBe('value');
    await promisesToSettle();
    expect(await two.manager.delete('key')).toBe(true);
    expect(await one.manager.get('key')).toBeUndefined();
    await one.manager.set('key', 'value');
    await one.manager.clear();
    expect(await two.manager.get('key')).toBeUndefined();
  });

  it('only delete on next in dualwrite and shadow', async () => {
    for (const stage of ['dualwrite', 'shadow'] as const) {
      const { one, stores, held } = await fleetAt(
        { stage },
        { options: { shadow: { rate: 0.001 } } },
      );
      await new ReferenceCache({ store: stores.next }).set('key', 'old');
      await one.manager.set('key', 'new');
      await promisesToSettle();
      expect(held('legacy', 'key')).toBe('new');
      expect(held('next', 'key')).toBeUndefined();
    }
  });

  it('leave next to the back-fill of a sampled miss in shadow', async () => {
    const { one, held } = await fleetAt({ stage: 'shadow' });
    await one.manager.set('key', 'value', { ttl: 1000 });
    await promisesToSettle();
    expect(held('next', 'key')).toBeUndefined();
    await one.manager.get('key');
    await promisesToSettle();
    expect(held('next', 'key')).toBe('value');
  });

  it.each([LIVE_0, LIVE_100, { stage: 'rampdown' }] as const)(
    'set next in %o for what is left of the lifetime',
    async (target) => {
      const { one, stores, clock } = await fleetAt(target);
      await one.manager.set('key', 'value', { ttl: 1000 });
      expect(stores.legacy.entries.get('key')?.expiresAt).toBe(clock.now() + 1000);
      expect(stores.next.entries.get('key')?.expiresAt).toBe(clock.now() + 1000);
    },
  );

  it('do not set next where another process has written meanwhile', async () => {
    const { one, two, held } = await fleetAt(LIVE_100);
    one.legacy.inject({ kind: 'hang' }, { operations: ['set'] });
    const older = one.manager.set('key', 'of one');
    await promisesToSettle();
    await two.manager.set('key', 'of two');
    one.legacy.heal();
    one.legacy.release();
    await older;
    expect(held('legacy', 'key')).toBe('of one');
    expect(held('next', 'key')).toBeUndefined();
    expect(await two.manager.get('key')).toBe('of one');
  });

  it('delete on next what a fill that failed may have left', async () => {
    const { one, two, held, control } = await fleetAt(LIVE_100);
    one.next.inject({ kind: 'fail-after-applying' }, { operations: ['fill'], times: 1 });
    await one.manager.set('key', 'value');
    expect(held('next', 'key')).toBeUndefined();
    expect(control.state.cold.next).toBe('warm');
    expect(await two.manager.get('key')).toBe('value');
  });

  it('are confirmed by a refusal that a confirmed delete follows', async () => {
    const { one, two, control } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'old');
    one.legacy.inject({ kind: 'fail-after-applying' }, { operations: ['set'] });
    await one.manager.set('key', 'new');
    expect(control.state.cold.legacy).toBe('warm');
    expect(await two.manager.get('key')).toBe('new');
  });

  it('fail where legacy decides and refuses, and leave no value of before', async () => {
    const { one, two, held } = await fleetAt(LIVE_0);
    await one.manager.set('key', 'old');
    one.legacy.inject({ kind: 'fail' }, { operations: ['set'] });
    await expect(one.manager.set('key', 'new')).rejects.toThrow('injected');
    expect(held('next', 'key')).toBeUndefined();
    expect(await two.manager.get('key')).toBeUndefined();
  });
});

describe('rule 4: fills of shared sides', () => {
  it('put into next what legacy alone had, with the lifetime that is left', async () => {
    const { one, stores, held } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'value', { ttl: 1000 });
    const before = stores.next.entries.get('key')?.expiresAt;
    stores.next.entries.delete('key');
    expect(await one.manager.get('key')).toBe('value');
    await promisesToSettle();
    expect(held('next', 'key')).toBe('value');
    expect(stores.next.entries.get('key')?.expiresAt).toBe(before);
  });

  it('are dropped when another process has written since', async () => {
    const { one, two, stores, held } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'old');
    stores.next.entries.delete('key');
    one.next.inject({ kind: 'hang' }, { operations: ['fill'] });
    expect(await one.manager.get('key')).toBe('old');
    await two.manager.delete('key');
    one.next.heal();
    one.next.release();
    await promisesToSettle();
    expect(held('next', 'key')).toBeUndefined();
  });

  it('of a loader go to the side that answered, and nowhere else', async () => {
    const { one, held } = await fleetAt(LIVE_0);
    expect(await one.manager.getOrSet('key', () => 'loaded')).toBe('loaded');
    expect([held('legacy', 'key'), held('next', 'key')]).toEqual(['loaded', undefined]);
    const live = await fleetAt(LIVE_100);
    expect(await live.one.manager.getOrSet('key', () => 'loaded')).toBe('loaded');
    expect([live.held('legacy', 'key'), live.held('next', 'key')]).toEqual([undefined, 'loaded']);
  });

  it('of a loader are dropped when another process has written since', async () => {
    const { one, two, held } = await fleetAt(LIVE_100);
    const load = async (): Promise<string> => {
      await two.manager.set('key', 'newer');
      return 'loaded';
    };
    expect(await one.manager.getOrSet('key', load)).toBe('loaded');
    expect(held('next', 'key')).toBe('newer');
  });

  it('under a lease of the manager are lost to another process and to a new epoch', async () => {
    const { one, two, control, held } = await fleetAt(LIVE_100);
    const leaseOf = async (key: string) => {
      const found = await one.manager.lookupOrLease(key);
      if (found.kind === 'hit' || found.lease === undefined) throw new Error('no lease');
      return found.lease;
    };
    const first = await leaseOf('key');
    await two.manager.delete('key');
    expect(await one.manager.fill('key', 'value', { lease: first })).toBe(false);
    const second = await leaseOf('key');
    control.change({ stage: 'rampdown', percentage: 100 });
    expect(await one.manager.fill('key', 'value', { lease: second })).toBe(false);
    const third = await leaseOf('key');
    expect(await one.manager.fill('key', 'value', { lease: third })).toBe(true);
    expect(held('next', 'key')).toBe('value');
  });
});

describe('rule 5: a write that a side does not confirm', () => {
  it('declares next cold before it is acknowledged, and nobody reads it any more', async () => {
    const { one, two, control } = await fleetAt(LIVE_100);
    await one.manager.set('key', 'old');
    one.next.inject({ kind: 'fail' });
    await one.manager.set('key', 'new');
    expect(control.state.cold.next).toBe('declared');
    expect(await one.manager.get('key')).toBe('new');
    expect(await two.manager.get('key')).toBe('new');
    expect(two.manager.state.cold.next).toBe(true);
  });

  it('waits for the control store, and fails once the membership has run out', async () => {
    const { one, clock } = await fleetAt(LIVE_100);
    one.port.isReachable = false;
    one.next.inject({ kind: 'fail' });
    let outcome = 'open';
    const write = one.manager.set('key', 'value').catch((error: unknown) => {
      outcome = String(Reflect.get(Object(error), 'code'));
    });
    await promisesToSettle();
    expect(outcome).toBe('open');
    await timeToPass(clock, 1000);
    await write;
    expect(outcome).toBe('FENCED');
  });

  it('is accepted by default, and fails where that was chosen until all know of the cold', async () => {
    const { one, control } = await fleetAt(LIVE_100, { options: { unconfirmed: 'fail' } });
    one.next.inject({ kind: 'fail' });
    await expect(one.manager.set('key', 'value')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    await promisesToSettle();
    await expect(one.manager.set('key', 'value')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(control.isAcknowledged).toBe(true);
    control.setCold('next', 'cold');
    await one.manager.set('key', 'value');
    control.setCold('next', 'confirming');
    await expect(one.manager.set('key', 'value')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(control.state.cold.next).toBe('declared');
  });

  it('declares legacy cold in rampdown, where writes then go on with next alone', async () => {
    const { one, two, control } = await fleetAt({ stage: 'rampdown' });
    one.legacy.inject({ kind: 'fail' });
    await one.manager.set('key', 'first');
    expect(control.state.cold.legacy).toBe('declared');
    await promisesToSettle();
    control.setCold('legacy', 'cold');
    await one.manager.set('key', 'second');
    expect(await two.manager.get('key')).toBe('second');
  });

  it('that is a clear declares its side cold as well', async () => {
    const { one, two, control } = await fleetAt(LIVE_100);
    await one.manager.set(BELOW, 'value');
    one.next.inject({ kind: 'fail' }, { operations: ['clear'] });
    await one.manager.clear();
    expect(control.state.cold.next).toBe('declared');
    expect(await two.manager.get(BELOW)).toBeUndefined();
  });
});
