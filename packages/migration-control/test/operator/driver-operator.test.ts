import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/audit/audit-log.js';
import { FileAudit } from '../../src/audit/file-audit.js';
import { FollowedAudit } from '../../src/audit/followed-audit.js';
import { DriverOperator } from '../../src/operator/driver-operator.js';
import type { ComponentReport } from '../../src/operator/rollout-operator.js';
import { RolloutDriver } from '../../src/plan/rollout-driver.js';
import { smallPlan } from '../plan/rollout-world.js';

let folder: string;
let file: FileAudit;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resync-operator-'));
  file = new FileAudit(join(folder, 'audit.jsonl'));
});

afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

/** A rollout of one real migration, of which no source says anything, and its operator. */
class Operated {
  readonly clock = new ManualClock(1000);
  readonly manager = new CacheMigrationManager({
    component: 'core',
    legacy: new ReferenceCache({ clock: this.clock }),
    next: new ReferenceCache({ clock: this.clock }),
    clock: this.clock,
  });
  readonly operator: DriverOperator;

  constructor() {
    const plan = smallPlan();
    const audit = new FollowedAudit(file);
    const components = { core: { migration: this.manager } };
    const driver = new RolloutDriver({ plan, components, clock: this.clock, audit });
    this.operator = new DriverOperator({ driver, plan, components, clock: this.clock, audit });
  }

  async core(): Promise<ComponentReport | undefined> {
    return (await this.operator.report()).components[0];
  }

  /** Up to complete, without the gates. */
  async climb(): Promise<void> {
    const report = await this.core();
    await this.promote(report?.step.of ?? 0);
  }

  async promote(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.operator.handle({ kind: 'promote', component: 'core', why: 'go' }, 'ann');
    }
  }
}

it('takes a step by hand from off, where no source says anything, and is there when it resolves', async () => {
  const operated = new Operated();
  await operated.promote(1);
  expect(operated.manager.state.stage).toBe('dualwrite');
  await operated.promote(3);
  expect(await operated.core()).toMatchObject({
    at: { stage: 'live', percentage: 10, epoch: 5 },
    step: { position: 3, of: 8 },
    since: 1000,
    members: undefined,
  });
});

it('is back when a rollback resolves, and stays there until it is resumed', async () => {
  const operated = new Operated();
  await operated.promote(4);
  await operated.operator.handle({ kind: 'roll back', component: 'core', why: 'errors' }, 'bob');
  expect(operated.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  await expect(operated.promote(1)).rejects.toThrow('resume it first');
  await operated.operator.handle({ kind: 'resume', component: 'core', why: 'repaired' }, 'bob');
  await operated.promote(1);
  expect(operated.manager.state).toMatchObject({ percentage: 10 });
});

it('is at the top above an emptied legacy when a cold rollback from complete resolves', async () => {
  const operated = new Operated();
  expect(await operated.core()).toMatchObject({ cold: ['next'] });
  await operated.climb();
  expect(await operated.core()).toMatchObject({ at: { stage: 'complete' }, cold: ['legacy'] });
  const back = { kind: 'roll back', component: 'core', why: 'errors', cold: true } as const;
  await operated.operator.handle(back, 'bob');
  expect(await operated.core()).toMatchObject({
    at: { stage: 'live', percentage: 100 },
    cold: [],
  });
});

it('rejects where a cold rollback did not happen', async () => {
  const operated = new Operated();
  await operated.climb();
  operated.manager.rollback = () => Promise.reject(new Error('no'));
  const back = { kind: 'roll back', component: 'core', why: 'x', cold: true } as const;
  const asked = operated.operator.handle(back, 'bob');
  await expect(asked).rejects.toThrow('it is in complete: its rollback failed');
});

it('rejects where a rollback did not happen', async () => {
  const operated = new Operated();
  await operated.promote(4);
  operated.manager.rollback = () => Promise.reject(new Error('no'));
  const asked = operated.operator.handle({ kind: 'roll back', component: 'core', why: 'x' }, 'bob');
  await expect(asked).rejects.toThrow('it is in live 10 %: its rollback failed');
});

it('rejects where a step did not happen', async () => {
  const operated = new Operated();
  operated.manager.transition = () => Promise.reject(new Error('no'));
  await expect(operated.promote(1)).rejects.toThrow('on its way and not there yet');
});

it('holds a percentage of its own', async () => {
  const operated = new Operated();
  await operated.promote(4);
  const event = { kind: 'set percentage', component: 'core', percentage: 3, why: 'less' } as const;
  await operated.operator.handle(event, 'ann');
  expect(await operated.core()).toMatchObject({ status: 'held', at: { percentage: 3 } });
});

it('tells who follows of each record, once it is kept, until they leave', async () => {
  const operated = new Operated();
  const told: AuditRecord[] = [];
  const unfollow = operated.operator.follow((record) => told.push(record));
  await operated.promote(1);
  expect(told.length).toBeGreaterThan(1);
  expect(await operated.operator.audit()).toEqual(told);
  unfollow();
  await operated.promote(1);
  expect((await operated.operator.audit()).length).toBeGreaterThan(told.length);
});
