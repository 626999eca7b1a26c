import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Judge, type SavedJudge } from '../../src/judge/judge.js';
import { judgeSettingsOf } from '../../src/plan/judge-of-plan.js';
import type { RolloutEvent } from '../../src/plan/rollout-event.js';
import { HARBOUR, heightOf, isBeyondHarbour } from '../../src/plan/rung.js';
import { observation, RolloutWorld } from './rollout-world.js';

const HOUR = 3_600_000;

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

/** Where the moves begin: at the bottom, or with a tenth of the keys on next, paused or not. */
const start = fc.record({
  at: fc.constantFrom('off', 'live', 'live', 'paused in live'),
  how: fc.constantFrom<keyof typeof SEEN>('fine', 'blind', 'sick'),
});

/** How many pairs a judge of core has seen. */
function samplesOf({ plan }: RolloutWorld, judge: SavedJudge = {}): number | undefined {
  const findings = new Judge(judgeSettingsOf(plan, 'core'), judge).findings();
  return findings.find(({ metric }) => metric === 'latency p50')?.samples;
}

it('whatever happens: neighbours only, never up on low data or while paused, back when sick, the same after a crash', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(start, fc.array(move, { minLength: 20, maxLength: 120 }), (from, moves) => {
      const world = new RolloutWorld();
      if (from.at !== 'off') world.lookUntil('core', { stage: 'live', percentage: 10 });
      if (from.at === 'paused in live') world.event({ kind: 'pause', why: '-' });
      let { how } = from;
      world.seen.set('core', SEEN[how]).set('llm', SEEN[how]);
      for (const one of moves) {
        const before = { core: height(world, 'core'), llm: height(world, 'llm') };
        const core = world.state.components[0];
        const position = core?.position ?? 0;
        switch (one.kind) {
          case 'look': {
            // What is decided is the same after it was written down and read.
            const twin = new RolloutWorld();
            twin.at.set('core', world.where('core')).set('llm', world.where('llm'));
            twin.seen.set('core', SEEN[how]).set('llm', SEEN[how]);
            twin.now = world.now;
            twin.lookedAt = world.lookedAt;
            twin.state = JSON.parse(JSON.stringify(world.state)) as typeof world.state;
            twin.look(one.ms, 'decide');
            world.look(one.ms);
            expect(JSON.stringify(twin.state)).toBe(JSON.stringify(world.state));
            const after = world.state.components[0]?.position ?? 0;
            const isGated = position >= 3 && position < 5;
            if (how === 'blind' && isGated && samplesOf(world, core?.judge) === 0) {
              reached.add('low data');
              expect(after).toBeLessThanOrEqual(position);
            }
            if (world.state.isPaused) {
              if (before.core > heightOf(HARBOUR)) reached.add('paused');
              for (const name of ['core', 'llm'] as const)
                expect(height(world, name)).toBeLessThanOrEqual(before[name]);
            }
            if (how === 'sick' && position >= 0 && world.where('core').stage !== 'complete') {
              if (before.core > heightOf(HARBOUR)) reached.add('sick');
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
              if (before.core > heightOf(HARBOUR)) reached.add('rolled back');
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
  // The moves came to what each claim is about, with next answering reads.
  expect([...reached].sort()).toEqual(['low data', 'paused', 'rolled back', 'sick']);
});
