import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditLog, AuditRecord } from '../../src/audit/audit-log.js';
import { auditObserver } from '../../src/audit/audit-observer.js';
import { FileAudit } from '../../src/audit/file-audit.js';
import type { Observation } from '../../src/judge/observation.js';
import type { DecisionRecord } from '../../src/plan/decision.js';
import { RolloutDriver, type RolloutDriverOptions } from '../../src/plan/rollout-driver.js';
import { FileRolloutStore, type RolloutStore } from '../../src/plan/rollout-store.js';
import { OFF } from '../../src/plan/rung.js';
import { environmentSource } from '../../src/sources/environment-source.js';
import type { Wish } from '../../src/sources/wish.js';
import { StateSources } from '../../src/sources/state-sources.js';
import { observation, smallPlan } from './rollout-world.js';

const nothing = (): Promise<void> => Promise.resolve();

let folder: string;
let audit: FileAudit;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resync-rollout-'));
  audit = new FileAudit(join(folder, 'audit.jsonl'));
});

afterEach(async () => {
  await audit.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process with a real migration, under a rollout that is written down. */
class DrivenProcess {
  readonly clock: ManualClock;
  readonly legacy: ReferenceCache;
  readonly next: ReferenceCache;
  readonly manager: CacheMigrationManager;
  readonly driver: RolloutDriver;
  readonly errors: unknown[] = [];
  seen: Observation = observation();

  /** @param given in place of what is given by itself; as `wish`, null: none */
  constructor(
    clock: ManualClock,
    {
      wish = true,
      ...given
    }: Partial<Omit<RolloutDriverOptions, 'wish'>> & { readonly wish?: Wish | null } = {},
  ) {
    this.clock = clock;
    this.legacy = new ReferenceCache({ clock });
    this.next = new ReferenceCache({ clock });
    const onError = (error: unknown): void => void this.errors.push(error);
    this.manager = new CacheMigrationManager({
      component: 'core',
      legacy: this.legacy,
      next: this.next,
      clock,
      observer: auditObserver({ audit, clock, who: 'this process', onError }),
    });
    const core = {
      migration: this.manager,
      observe: () => this.seen,
      emptyNext: () => this.next.clear(),
    };
    this.driver = new RolloutDriver({
      plan: smallPlan(),
      components: { core },
      clock,
      store: new FileRolloutStore(join(folder, 'rollout.json')),
      audit,
      ...(wish === null ? {} : { wish }),
      onError,
      ...given,
    });
  }

  async lookUntil(percentage: number): Promise<void> {
    for (let looks = 0; looks < 40; looks += 1) {
      const { state } = this.manager;
      if (state.stage === 'live' && state.percentage === percentage) return;
      this.clock.advance(30_000);
      await this.driver.look();
    }
    throw new Error(`expected live ${percentage}; got ${JSON.stringify(this.manager.state)}`);
  }
}

it('takes a real migration up its ladder, and a rollback counts for the next operation', async () => {
  const service = new DrivenProcess(new ManualClock(Date.UTC(2026, 0, 1)));
  await service.driver.look();
  await service.lookUntil(100);
  await service.manager.set('key', 'both');
  await service.next.set('key', 'only in next');
  expect(await service.manager.get('key')).toBe('only in next');
  const rollback = service.driver.handle(
    { kind: 'roll back', component: 'core', why: 'it looks odd' },
    'ann',
  );
  // Not awaited: this read begins afterwards all the same.
  expect(await service.manager.get('key')).toBe('both');
  await rollback;
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  await service.driver.look();
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  expect(service.errors).toEqual([]);
  const records = await audit.read();
  const found = records.find(
    (record) => record.kind === 'decision' && record.verdict === 'rollback',
  );
  expect(found).toMatchObject({ who: 'ann', sentence: 'rolled back by hand: it looks odd' });
  expect(records.filter(({ kind }) => kind === 'change').length).toBeGreaterThanOrEqual(7);
});

it('takes it back at once when a source says false', async () => {
  const service = new DrivenProcess(new ManualClock());
  await service.driver.look();
  await service.lookUntil(50);
  const wished = service.driver.wish({ core: false });
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  await wished;
  for (let looks = 0; looks < 4; looks += 1) await service.driver.look();
  expect(service.manager.state.stage).toBe('off');
});

/** A store whose disk is slow when it is asked to be. */
class SlowStore implements RolloutStore {
  #disk: Promise<void> = Promise.resolve();
  #begun: () => void = () => undefined;

  /** Resolves when something is being saved, which ends when `release` is called. */
  slowDown(): { readonly begun: Promise<void>; readonly release: () => void } {
    let release = (): void => undefined;
    this.#disk = new Promise((resolve) => (release = resolve));
    const begun = new Promise<void>((resolve) => (this.#begun = resolve));
    return { begun, release };
  }

  async load(): Promise<undefined> {
    return undefined;
  }

  async save(): Promise<void> {
    this.#begun();
    await this.#disk;
  }
}

it('does not let a look that is under way undo a rollback', async () => {
  const store = new SlowStore();
  const service = new DrivenProcess(new ManualClock(), { store });
  await service.driver.look();
  await service.lookUntil(10);
  await service.driver.look();
  service.clock.advance(61_000);
  const disk = store.slowDown();
  const looking = service.driver.look();
  await disk.begun;
  // The look has decided to go to live 50 %, and writes that down.
  expect(service.driver.state.components[0]?.position).toBe(4);
  const rollingBack = service.driver.handle(
    { kind: 'roll back', component: 'core', why: 'now' },
    'ann',
  );
  disk.release();
  await Promise.all([looking, rollingBack]);
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  await service.driver.look();
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
});

it('judges what it sees from its resumption on', async () => {
  const service = new DrivenProcess(new ManualClock());
  const failing = observation(1, { errors: { count: 5000, of: 10_000 } });
  await service.driver.look();
  await service.lookUntil(10);
  service.seen = failing;
  await service.driver.look();
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  service.clock.advance(10);
  await service.driver.handle({ kind: 'resume', component: 'core', why: 'mended' }, 'ann');
  service.clock.advance(10);
  await service.driver.look();
  expect(service.driver.state.components[0]?.status).toBe('going');
  service.clock.advance(10);
  await service.driver.look();
  expect(service.driver.state.components[0]?.status).toBe('rolled back');
});

it('empties next and reads legacy when memory is over its limit', async () => {
  const service = new DrivenProcess(new ManualClock());
  await service.driver.look();
  await service.lookUntil(50);
  await service.manager.set('key', 1);
  service.seen = observation(1, { memory: 'over' });
  await service.driver.look();
  expect(await service.next.size()).toBe(0);
  expect(await service.manager.get('key')).toBe(1);
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
});

it('carries on in a new process where the old one was, through the neighbours', async () => {
  const clock = new ManualClock();
  const before = new DrivenProcess(clock);
  await before.driver.start();
  await before.lookUntil(50);
  await before.driver.stop();
  const after = new DrivenProcess(clock);
  await after.driver.start();
  expect(after.manager.state.stage).toBe('off');
  for (let looks = 0; looks < 5; looks += 1) await after.driver.look();
  expect(after.manager.state).toMatchObject({ stage: 'live', percentage: 50 });
  expect(after.errors).toEqual([]);
  await after.driver.stop();
});

it('is promoted no further after a restart by what no source says any longer', async () => {
  const clock = new ManualClock();
  const before = new DrivenProcess(clock, { wish: null });
  await before.driver.start();
  await before.driver.wish({ core: true });
  await before.lookUntil(10);
  await before.driver.stop();
  const after = new DrivenProcess(clock, { wish: null });
  await after.driver.start();
  const wished: Promise<void>[] = [];
  const sources = new StateSources([environmentSource({ environment: {} })], {
    wishesChanged: (wishes) => wished.push(after.driver.wish(wishes)),
  });
  await sources.start();
  await Promise.all(wished);
  for (let looks = 0; looks < 20; looks += 1) {
    clock.advance(60_000);
    await after.driver.look();
  }
  expect(after.manager.state).toMatchObject({ stage: 'live', percentage: 10 });
  expect(after.driver.state.components[0]?.holding).toBe('no source says that it may migrate');
  await sources.stop();
  await after.driver.stop();
});

/** A store whose disk is full when it is asked to be. */
class FullStore implements RolloutStore {
  isFull = false;
  saved = '';
  readonly records: string[] = [];

  async load(): Promise<undefined> {
    return undefined;
  }

  async save(text: string, records: readonly DecisionRecord[]): Promise<void> {
    if (this.isFull) throw new Error('the disk is full');
    this.saved = text;
    this.records.push(...records.map(({ sentence }) => sentence));
  }
}

it('takes it back while nothing can be written down, and writes it down later', async () => {
  const store = new FullStore();
  const service = new DrivenProcess(new ManualClock(), { store });
  await service.driver.look();
  await service.lookUntil(50);
  store.isFull = true;
  await service.driver.wish({ core: false });
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  expect(service.errors).toContainEqual(new Error('the disk is full'));
  const sentence = 'core a source says false: from live 0 % back to off';
  expect(store.records).not.toContain(sentence);
  store.isFull = false;
  await service.driver.look();
  expect(JSON.parse(store.saved)).toMatchObject({ components: [{ wish: false }, {}] });
  expect(store.records.filter((one) => one === sentence)).toHaveLength(1);
  const told = (await audit.read()).filter(
    (record) => record.kind === 'decision' && record.sentence === sentence,
  );
  expect(told).toHaveLength(1);
});

it('records what an audit has refused once that takes it', async () => {
  const refused = new Error('the audit is full');
  const kept: AuditRecord[] = [];
  let isFull = true;
  const full: AuditLog = {
    append: async (record) => {
      if (isFull) throw refused;
      kept.push(record);
    },
    read: async () => kept,
  };
  const service = new DrivenProcess(new ManualClock(), { audit: full });
  await expect(service.driver.handle({ kind: 'pause', why: 'lunch' }, 'ann')).rejects.toBe(refused);
  isFull = false;
  await service.driver.handle({ kind: 'resume', why: 'back' }, 'ann');
  expect(kept).toMatchObject([{ verdict: 'pause' }, { verdict: 'resume' }]);
});

it('watches over a component also where another one cannot be observed', async () => {
  const service = new DrivenProcess(new ManualClock());
  await service.driver.look();
  await service.lookUntil(50);
  const broken = new Error('the check is broken');
  const core = { migration: service.manager, observe: () => service.seen };
  const llm = {
    migration: { state: OFF, transition: nothing, rollback: nothing },
    observe: () => Promise.reject(broken),
  };
  const errors: unknown[] = [];
  const driver = new RolloutDriver({
    plan: smallPlan(),
    components: { llm, core },
    clock: service.clock,
    store: new FileRolloutStore(join(folder, 'rollout.json')),
    onError: (error) => {
      errors.push(error);
      throw new Error('the log is full');
    },
  });
  await driver.load();
  service.seen = observation(1, { health: 'failing' });
  await driver.look();
  expect(service.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  expect(errors).toEqual([broken]);
});

it('looks by itself every few seconds, and ends with the driver', async () => {
  const service = new DrivenProcess(new ManualClock(), { everyMs: 1000 });
  await service.driver.start();
  service.clock.advance(1000);
  await service.driver.stop();
  const { revision } = service.driver.state;
  expect(revision).toBeGreaterThan(1);
  service.clock.advance(5000);
  await service.driver.stop();
  expect(service.driver.state.revision).toBe(revision);
});
