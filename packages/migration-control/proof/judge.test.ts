import { expect, it } from 'vitest';
import { simulateRollout, type Ending, type Watch } from '../test/judge/simulated-rollout.js';
import { SimulatedSides, type World } from '../test/judge/simulated-sides.js';

const RUNS = 10_000;
/** 10, 25, 50 and 100 %, each judged after each of its windows. */
const WATCH: Watch = { steps: 4, windowsPerStep: 16, pairsPerWindow: 100 };

function simulate(
  runs: number,
  world: Omit<World, 'seed'>,
  watch: Watch & { readonly firstSeed?: number } = WATCH,
): readonly Ending[] {
  const { firstSeed = 0 } = watch;
  return Array.from({ length: runs }, (_, run) =>
    simulateRollout({ seed: firstSeed + run, ...world }, watch),
  );
}

/** Prints how many were rolled back, and after how many pairs; returns the share. */
function report(title: string, ends: readonly Ending[]): number {
  const pairs = ends.filter(({ isRolledBack }) => isRolledBack).map((end) => end.pairs);
  pairs.sort((one, other) => one - other);
  const at = (share: number): number | undefined => pairs[Math.floor(share * (pairs.length - 1))];
  const after = pairs.length === 0 ? '' : `, after ${at(0.5)} pairs (median), ${at(0.99)} (99 %)`;
  process.stdout.write(`${title}: ${pairs.length} of ${ends.length} rolled back${after}\n`);
  return pairs.length / ends.length;
}

const load = (window: number): number => 1 + 3 * Math.abs(Math.sin(window / 7));

it.each([0, 1, 2, 3])(
  'rolls back two equal sides in at most a hundredth of whole rollouts, part %d',
  (part) => {
    const ends = simulate(RUNS / 4, {}, { ...WATCH, firstSeed: (part * RUNS) / 4 });
    expect(report(`two equal sides, part ${part}`, ends)).toBeLessThanOrEqual(0.01);
  },
);

it('catches a next that is 25 % slower in at least 99 %', () => {
  expect(report('25 % slower', simulate(RUNS, { slowdown: 1.25 }))).toBeGreaterThanOrEqual(0.99);
});

/** Whether a sign test at 1 %, done anew after every window, ever says that next is over its limit. */
function isAlarmedByLooking(seed: number): boolean {
  const { steps, windowsPerStep, pairsPerWindow } = WATCH;
  const service = new SimulatedSides({ seed, slowdown: 1.1 }, pairsPerWindow);
  let surplus = 0;
  for (let window = 1; window <= steps * windowsPerStep; window += 1) {
    const { legacyMs, nextMs } = service.observe().pairs;
    for (let pair = 0; pair < pairsPerWindow; pair += 1) {
      surplus += (nextMs[pair] ?? 0) > 1.1 * (legacyMs[pair] ?? 0) ? 1 : -1;
    }
    if (surplus / Math.sqrt(window * pairsPerWindow) > 2.326) return true;
  }
  return false;
}

it('holds its promise at the limit itself, where a test that is done anew at every look does not', () => {
  const ends = simulate(1000, { slowdown: 1.1 });
  const alarmed = Array.from({ length: 1000 }, (_, seed) => isAlarmedByLooking(seed));
  const alarms = alarmed.filter((isAlarmed) => isAlarmed).length;
  process.stdout.write(`a sign test at 1 %, done anew at every look: ${alarms} of 1000 alarmed\n`);
  expect(alarms).toBeGreaterThan(20);
  expect(report('10 % slower, which is the limit', ends)).toBeLessThanOrEqual(0.01);
});

it('does not mind a load that shifts on both sides', () => {
  expect(report('equal under a load that shifts', simulate(1000, { load }))).toBeLessThanOrEqual(
    0.01,
  );
  const slow = simulate(1000, { load, slowdown: 1.25 });
  expect(report('25 % slower under such a load', slow)).toBeGreaterThanOrEqual(0.99);
});

it('leaves a cold next alone, and catches a slow one that is cold', () => {
  expect(report('a cold next', simulate(1000, { isCold: true }))).toBeLessThanOrEqual(0.01);
  const slow = simulate(1000, { isCold: true, slowdown: 1.25 });
  expect(report('a cold next, 25 % slower', slow)).toBeGreaterThanOrEqual(0.99);
});

it('is not fooled where a comparison of what callers saw would be', () => {
  const worlds = Array.from({ length: 200 }, (_, seed) => new SimulatedSides({ seed }, 1));
  const fooled = worlds.filter((world) => {
    const { legacy, next } = world.unpairedMeans(10, 20_000);
    return next > 1.1 * legacy;
  });
  process.stdout.write(
    `of two equal sides, the one with other keys seems 10 % slower in ${fooled.length} of ${worlds.length}\n`,
  );
  expect(fooled.length).toBeGreaterThan(20);
});

it('opens the gates of two equal sides', () => {
  const watch: Watch = { steps: 1, windowsPerStep: 100, pairsPerWindow: 100, gates: 'watched' };
  const opened = simulate(200, {}, watch)
    .map(({ firstOpenAfter = Infinity }) => firstOpenAfter)
    .sort((one, other) => one - other);
  process.stdout.write(
    `gates of two equal sides open after ${opened[100]} pairs (median), ${opened[180]} (90 %)\n`,
  );
  expect(opened[180]).toBeLessThan(Infinity);
});

it('opens no gate for a side that is 5 % slower, but in one of twenty', () => {
  const watch: Watch = { steps: 1, windowsPerStep: 50, pairsPerWindow: 100, gates: 'watched' };
  const ends = simulate(300, { slowdown: 1.05 }, watch);
  const opened = ends.filter(({ firstOpenAfter }) => firstOpenAfter !== undefined).length;
  process.stdout.write(`5 % slower: gates opened in ${opened} of 300\n`);
  expect(opened).toBeLessThanOrEqual(15);
});
