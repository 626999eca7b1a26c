import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../src/plan/parse-plan.js';
import { resumeRollout } from '../../src/plan/rollout-state.js';
import { isBeyondHarbour, stepToward, type Rung } from '../../src/plan/rung.js';
import { isNeighbour, observation, RolloutWorld } from './rollout-world.js';

const live = (percentage: number): Rung => ({ stage: 'live', percentage });
const SHADOW: Rung = { stage: 'shadow', percentage: 0 };
const HOUR = 3_600_000;

describe('a rollout that goes well', () => {
  it('takes every step of a component, then the next one after the watch, and finishes on approval', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(100));
    expect(world.where('llm').stage).toBe('off');
    world.lookUntil('llm', live(100));
    world.look();
    world.look(2 * HOUR);
    expect(world.lastOf('core')).toContain('rampdown waits for somebody to approve it');
    for (const component of ['core', 'llm', 'core', 'llm', 'llm']) {
      world.event({ kind: 'approve', component, why: 'reviewed' });
      world.look();
      world.look();
    }
    expect(world.where('core').stage).toBe('complete');
    expect(world.where('llm').stage).toBe('complete');
    expect(world.faults).toEqual([]);
    world.look(25 * HOUR);
    expect(world.records.filter(({ verdict }) => verdict === 'removable')).toHaveLength(1);
  });

  it('begins nothing before a source says that it may', () => {
    const world = new RolloutWorld();
    world.event({ kind: 'wishes', wishes: {} });
    world.look();
    world.look();
    expect(world.where('core').stage).toBe('off');
    expect(world.lastOf('core')).toContain('no source says that it may migrate');
  });

  it('goes no further than a source lets it, and down where that says so', () => {
    const world = new RolloutWorld();
    world.event({ kind: 'wishes', wishes: { core: live(50) } });
    world.lookUntil('core', live(50));
    for (let looks = 0; looks < 5; looks += 1) world.look();
    expect(world.where('core')).toEqual(live(50));
    world.event({ kind: 'wishes', wishes: { core: live(20) } });
    world.look();
    expect(world.where('core')).toEqual(live(10));
  });
});

describe('low data means hold', () => {
  it.each([
    [
      'no pairs',
      { pairs: { bucket: [], legacyMs: [], nextMs: [], hits: [] } },
      /gate latency p50: low data/,
    ],
    ['no calls', { errors: { count: 0, of: 0 } }, /gate errors: low data/],
    ['few calls', { errors: { count: 0, of: 120 } }, /gate errors: not shown/],
    ['unknown health', { health: 'unknown' as const }, /gate health: it is unknown/],
  ])('%s', (_, given, sentence) => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(10));
    world.look();
    world.event({ kind: 'taken over' });
    world.seen.set('core', observation(1, given));
    for (let looks = 0; looks < 6; looks += 1) world.look();
    expect(world.where('core')).toEqual(live(10));
    expect(world.lastOf('core')).toMatch(sentence);
  });

  it('and the least time is kept, however good the data', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(10));
    world.look(1);
    for (let looks = 0; looks < 50; looks += 1) world.look(1000);
    expect(world.where('core')).toEqual(live(10));
    world.look(10_000);
    expect(world.where('core')).toEqual(live(50));
  });
});

describe('contingencies', () => {
  it('goes back to legacy when next is slower, and says by which numbers', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(50));
    world.seen.set('core', observation(1.4));
    world.look(1000);
    for (let looks = 0; looks < 3; looks += 1) world.look(1000);
    expect(world.where('core')).toEqual(live(0));
    const record = world.records.find(({ verdict }) => verdict === 'rollback');
    expect(record?.sentence).toMatch(
      /core rolled back from live 50 %: latency p50: next is .* slower \(/,
    );
    expect(
      record?.findings.find(({ metric }) => metric === 'latency p50')?.samples,
    ).toBeGreaterThan(100);
  });

  it.each([live(0), live(10), live(100), SHADOW])(
    'goes back at once when health fails, from %j, paused or not',
    (rung) => {
      const world = new RolloutWorld();
      world.lookUntil('core', rung);
      world.event({ kind: 'pause', why: 'lunch' });
      world.seen.set('core', observation(1, { health: 'failing' }));
      world.look(1);
      expect(isBeyondHarbour(world.where('core'))).toBe(false);
      for (let looks = 0; looks < 5; looks += 1) world.look();
      expect(isBeyondHarbour(world.where('core'))).toBe(false);
      expect(world.records.filter(({ verdict }) => verdict === 'rollback')).toHaveLength(1);
    },
  );

  it('holds nothing against it that was seen before somebody resumed it', () => {
    const world = new RolloutWorld();
    const failing = observation(1, { errors: { count: 5000, of: 10_000 } });
    world.lookUntil('core', live(10));
    world.seen.set('core', failing);
    world.look(1000);
    world.look(1000);
    expect(world.where('core')).toEqual(live(0));
    world.now += 500;
    world.event({ kind: 'resume', component: 'core', why: 'mended' });
    world.look(500);
    world.seen.set('core', observation());
    world.lookUntil('core', live(100));
    expect(world.records.filter(({ verdict }) => verdict === 'rollback')).toHaveLength(1);
  });

  it('takes it back again when it is resumed and nothing is mended', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(10));
    world.seen.set('core', observation(1, { errors: { count: 5000, of: 10_000 } }));
    world.look(1000);
    world.look(1000);
    world.event({ kind: 'resume', component: 'core', why: 'mended, or so it seemed' });
    world.look(1000);
    world.look(1000);
    expect(world.records.filter(({ verdict }) => verdict === 'rollback')).toHaveLength(2);
  });

  it('takes reads from next, empties it and holds when memory is over its limit', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(50));
    world.seen.set('core', observation(1, { memory: 'over' }));
    const actions = world.look(1);
    expect(actions.map(({ kind }) => kind)).toEqual(['roll back', 'empty next']);
    world.seen.set('core', observation());
    for (let looks = 0; looks < 5; looks += 1) world.look();
    expect(world.where('core')).toEqual(live(0));
    world.event({ kind: 'resume', component: 'core', why: 'more memory' });
    world.lookUntil('core', live(100));
    expect(world.faults).toEqual([]);
  });

  it('watches a component that is at the top while another one climbs', () => {
    const world = new RolloutWorld();
    world.lookUntil('llm', live(10));
    world.seen.set('core', observation(1, { health: 'failing' }));
    world.look(1);
    expect(world.where('core')).toEqual(live(0));
    expect(world.where('llm')).toEqual(live(10));
  });

  it('does not take up again what was rolled back, in a process that begins anew either', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(50));
    world.event({ kind: 'roll back', component: 'core', why: 'odd' });
    world.at.set('core', { stage: 'off', percentage: 0 });
    world.takeOver();
    for (let looks = 0; looks < 5; looks += 1) world.look();
    expect(world.where('core').stage).toBe('off');
    world.event({ kind: 'resume', component: 'core', why: 'mended' });
    world.lookUntil('core', live(100));
  });

  it('leaves where it is what somebody else took down', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(50));
    world.look();
    world.at.set('core', live(0));
    for (let looks = 0; looks < 5; looks += 1) world.look();
    expect(world.where('core')).toEqual(live(0));
    expect(world.records.some(({ verdict }) => verdict === 'adopted')).toBe(true);
  });

  it('takes a component to off when a source says false, and up again when it says true', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(50));
    world.event({ kind: 'wishes', wishes: { core: false } });
    world.look(1);
    expect(world.where('core')).toEqual(live(0));
    world.lookUntil('core', { stage: 'off', percentage: 0 });
    world.event({ kind: 'wishes', wishes: { core: true } });
    world.lookUntil('core', live(100));
    expect(world.faults).toEqual([]);
  });

  it('leaves complete only by a cold rollback on request', () => {
    const world = new RolloutWorld();
    world.at.set('core', { stage: 'complete', percentage: 100 });
    world.state = {
      ...world.state,
      components: world.state.components.map((one) =>
        one.name === 'core' ? { ...one, position: 7 } : one,
      ),
    };
    world.look();
    world.seen.set('core', observation(1, { health: 'failing' }));
    world.event({ kind: 'wishes', wishes: { core: false } });
    world.look();
    expect(world.where('core').stage).toBe('complete');
    const ask = { kind: 'roll back', component: 'core', why: 'broken' } as const;
    expect(() => world.event(ask)).toThrow(/cold: true/);
    world.event({ ...ask, cold: true });
    expect(world.where('core')).toEqual(live(100));
  });
});

describe('events', () => {
  it('promotes by hand past time and data, and not past a pause', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(10));
    world.look(1);
    world.event({ kind: 'promote', component: 'core', why: 'in a hurry' });
    world.look(1);
    expect(world.where('core')).toEqual(live(50));
    world.look(1);
    world.event({ kind: 'pause', why: 'lunch' });
    expect(() => world.event({ kind: 'promote', component: 'core', why: 'x' })).toThrow(/paused/);
    expect(() => world.event({ kind: 'promote', component: 'nobody', why: 'x' })).toThrow(
      /expected a component of core, llm/,
    );
  });

  it('stays while paused, and goes on where it was', () => {
    const world = new RolloutWorld();
    world.lookUntil('core', live(10));
    world.event({ kind: 'pause', why: 'lunch' });
    for (let looks = 0; looks < 10; looks += 1) world.look();
    expect(world.where('core')).toEqual(live(10));
    world.event({ kind: 'resume', why: 'back' });
    world.look(1);
    expect(world.where('core')).toEqual(live(50));
  });
});

it('is resumed with the plan that it was begun with, and with no other', () => {
  const { state, plan } = new RolloutWorld();
  const text = JSON.stringify(state);
  expect(resumeRollout(plan, text)).toEqual(state);
  expect(() => resumeRollout(defaultPlan(), text)).toThrow(
    /expected a rollout of core .*; got one of core /,
  );
  for (const other of ['', 'null', '{}', '[]', '7']) {
    expect(() => resumeRollout(plan, other)).toThrow(
      expect.objectContaining({ code: 'INVALID_RECORD' }),
    );
  }
});

it('every step toward anywhere is one to a neighbour, and arrives', () => {
  const rungs: Rung[] = [
    { stage: 'off', percentage: 0 },
    { stage: 'dualwrite', percentage: 0 },
    { stage: 'shadow', percentage: 0 },
    ...[0, 1, 50, 99, 100].map(live),
    { stage: 'rampdown', percentage: 100 },
    { stage: 'complete', percentage: 100 },
  ];
  for (const from of rungs.slice(0, -1)) {
    for (const to of rungs) {
      let at = from;
      const path = [at];
      for (let next = stepToward(at, to); next !== undefined; next = stepToward(at, to)) {
        expect(isNeighbour(at, next)).toBe(true);
        path.push(next);
        at = next;
        expect(path.length).toBeLessThan(9);
      }
      expect(at).toEqual(to);
    }
  }
});
