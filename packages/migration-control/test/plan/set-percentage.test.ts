import { expect, it } from 'vitest';
import type { RolloutEvent } from '../../src/plan/rollout-event.js';
import type { Rung } from '../../src/plan/rung.js';
import { observation, RolloutWorld } from './rollout-world.js';

const live = (percentage: number): Rung => ({ stage: 'live', percentage });
const to = (percentage: number): RolloutEvent => ({
  kind: 'set percentage',
  component: 'core',
  percentage,
  why: 'odd figures',
});

function worldAt(percentage: number): RolloutWorld {
  const world = new RolloutWorld();
  world.lookUntil('core', live(percentage));
  world.look(1);
  return world;
}

const core = (world: RolloutWorld) => world.state.components[0];

it.each([0, 5, 10, 30, 70, 100])('puts a component to %d %% and leaves it there', (percentage) => {
  const world = worldAt(50);
  world.event(to(percentage));
  for (let looks = 0; looks < 10; looks += 1) world.look();
  expect(world.where('core')).toEqual(live(percentage));
  expect(world.lastOf('core')).toContain(`held at ${percentage} %, until it is resumed`);
  expect(world.records.some(({ verdict }) => verdict === 'adopted')).toBe(false);
});

it('may be asked again before the first has been carried out or seen', () => {
  const world = worldAt(50);
  world.event(to(10));
  world.event(to(30));
  world.look(1);
  world.event(to(5));
  world.look(1);
  world.event(to(20));
  world.look(1);
  world.look(1);
  expect(world.where('core')).toEqual(live(20));
});

it.each([
  { placed: 30, next: 50 },
  { placed: 70, next: 100 },
  { placed: 100, next: 100 },
])('once resumed, stays at $placed % for the time of its step and goes on to $next %', (one) => {
  const { placed, next } = one;
  const world = worldAt(50);
  world.event(to(placed));
  world.look();
  world.event({ kind: 'resume', component: 'core', why: 'all is well' });
  world.look(1);
  expect(world.where('core')).toEqual(live(placed));
  world.lookUntil('core', live(next));
  world.lookUntil('core', live(100));
  expect(world.faults).toEqual([]);
});

it('has two decimals', () => {
  const world = worldAt(50);
  world.event(to(100 / 3));
  world.look(1);
  expect(world.where('core')).toEqual(live(33.33));
});

it('is judged there: what is slow goes back', () => {
  const world = worldAt(10);
  world.event(to(70));
  world.look(1);
  world.seen.set('core', observation(1.5));
  for (let looks = 0; looks < 4; looks += 1) world.look(1000);
  expect(world.where('core')).toEqual(live(0));
  expect(core(world)).toMatchObject({ status: 'rolled back', placed: null });
});

it('carries on at the percentage after a crash, between the event and the step too', () => {
  const world = worldAt(50);
  world.event(to(30));
  world.takeOver();
  for (let looks = 0; looks < 5; looks += 1) world.look();
  expect(world.where('core')).toEqual(live(30));
  world.takeOver();
  for (let looks = 0; looks < 5; looks += 1) world.look();
  expect(world.where('core')).toEqual(live(30));
});

it('is lowered by a source, and by who takes it down', () => {
  const world = worldAt(50);
  world.event(to(30));
  world.look(1);
  world.event({ kind: 'wishes', wishes: { core: live(20) } });
  world.look(1);
  expect(world.where('core')).toEqual(live(10));
  world.event(to(15));
  world.look(1);
  world.look(1);
  world.at.set('core', live(0));
  for (let looks = 0; looks < 5; looks += 1) world.look();
  expect(world.where('core')).toEqual(live(0));
});

it('goes down while the rollout is paused, and not up', () => {
  const world = worldAt(50);
  world.event({ kind: 'pause', why: 'lunch' });
  world.event(to(30));
  world.look(1);
  world.look(1);
  expect(world.where('core')).toEqual(live(30));
  expect(() => world.event(to(31))).toThrow(/the rollout is paused/);
});

it('is refused where it makes no sense', () => {
  const refused = (world: RolloutWorld, percentage: number, message: RegExp): void => {
    const before = world.state;
    expect(() => world.event(to(percentage))).toThrow(message);
    expect(() => world.event(to(percentage))).toThrow(
      expect.objectContaining({ code: 'REFUSED_EVENT' }),
    );
    expect(world.state).toBe(before);
  };
  const below = new RolloutWorld();
  below.lookUntil('core', { stage: 'shadow', percentage: 0 });
  below.look(1);
  refused(below, 10, /cannot put core to 10 %: it is in shadow, and only live has a percentage/);
  const world = worldAt(50);
  for (const odd of [-1, 101, Number.NaN]) refused(world, odd, /from 0 to 100/);
  world.event({ kind: 'wishes', wishes: { core: live(60) } });
  refused(world, 61, /a source lets it go to live 60 % only/);
  world.event({ kind: 'roll back', component: 'core', why: 'odd' });
  world.look(1);
  refused(world, 10, /it is rolled back; resume it first/);
  world.event({ kind: 'wishes', wishes: { core: false } });
  world.look(1, 'decide');
  refused(world, 0, /a source says false/);
});
