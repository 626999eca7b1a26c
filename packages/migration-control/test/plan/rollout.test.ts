import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../src/plan/parse-plan.js';
import type { RolloutEvent } from '../../src/plan/rollout-event.js';
import { resumeRollout } from '../../src/plan/rollout-state.js';
import { heightOf, isBeyondHarbour, stepToward, type Rung } from '../../src/plan/rung.js';
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

const height = (world: RolloutWorld, name: string): number => heightOf(world.where(name));

const move = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('look' as const),
      ms: fc.constantFrom(1, 1000, 60_000, 600_000, HOUR),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('slow', 'sick', 'fat', 'blind', 'fine')
      .map((how) => ({ kind: 'seen' as const, how })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lost' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<RolloutEvent>(
        { kind: 'pause', why: '-' },
        { kind: 'resume', why: '-' },
        { kind: 'approve', component: 'core', why: '-' },
        { kind: 'promote', component: 'core', why: '-' },
        { kind: 'set percentage', component: 'core', percentage: 30, why: '-' },
        { kind: 'set percentage', component: 'core', percentage: 5, why: '-' },
        { kind: 'roll back', component: 'core', why: '-' },
        { kind: 'roll back', component: 'llm', why: '-', cold: true },
        { kind: 'wishes', wishes: { core: false } },
        { kind: 'wishes', wishes: { core: true, llm: true } },
        { kind: 'wishes', wishes: { core: { stage: 'live', percentage: 30 }, llm: true } },
      )
      .map((event) => ({ kind: 'event' as const, event })),
  },
);

const SEEN = {
  slow: observation(1.5),
  sick: observation(1, { health: 'failing' }),
  fat: observation(1, { memory: 'over' }),
  blind: observation(1, {
    pairs: { bucket: [], legacyMs: [], nextMs: [], hits: [] },
    errors: { count: 0, of: 0 },
  }),
  fine: observation(),
};

it('whatever happens: neighbours only, never up on low data or while paused, back when sick, the same after a crash', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 20, maxLength: 120 }), (moves) => {
      const world = new RolloutWorld();
      let how: keyof typeof SEEN = 'fine';
      for (const one of moves) {
        const before = { core: height(world, 'core'), llm: height(world, 'llm') };
        const position = world.state.components[0]?.position ?? 0;
        const from = world.state.components[0];
        switch (one.kind) {
          case 'look': {
            // What is decided is the same after it was written down and read.
            const twin = new RolloutWorld();
            twin.at.set('core', world.where('core')).set('llm', world.where('llm'));
            twin.seen.set('core', SEEN[how]).set('llm', SEEN[how]);
            twin.now = world.now;
            twin.state = JSON.parse(JSON.stringify(world.state)) as typeof world.state;
            twin.look(one.ms, 'decide');
            world.look(one.ms);
            expect(JSON.stringify(twin.state)).toBe(JSON.stringify(world.state));
            const after = world.state.components[0]?.position ?? 0;
            const wasJudged = position >= 3 && position < 5;
            if (how === 'blind' && wasJudged && from?.judge.latency?.tests === undefined) {
              expect(after).toBeLessThanOrEqual(position);
            }
            if (world.state.isPaused) {
              for (const name of ['core', 'llm'] as const)
                expect(height(world, name)).toBeLessThanOrEqual(before[name]);
            }
            if (
              how === 'sick' &&
              from !== undefined &&
              position >= 0 &&
              world.where('core').stage !== 'complete'
            ) {
              expect(isBeyondHarbour(world.where('core'))).toBe(false);
            }
            break;
          }
          case 'seen':
            how = one.how;
            world.seen.set('core', SEEN[how]).set('llm', SEEN[how]);
            break;
          case 'crash':
            world.takeOver();
            break;
          case 'lost':
            world.look(1000, 'decide');
            break;
          case 'restart':
            world.at
              .set('core', { stage: 'off', percentage: 0 })
              .set('llm', { stage: 'off', percentage: 0 });
            world.takeOver();
            break;
          case 'event':
            try {
              world.event(one.event);
            } catch (error) {
              expect(error).toMatchObject({ code: 'REFUSED_EVENT' });
              break;
            }
            if (one.event.kind === 'roll back' && before.core < 5000) {
              const { component } = one.event;
              expect(
                isBeyondHarbour(world.where(component)) && height(world, component) < 5000,
              ).toBe(before[component as 'core'] >= 5000);
            }
        }
        expect(world.faults).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
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
