import { expect, it } from 'vitest';
import { exploreAll } from './simulation/exploration/explore-all.js';
import {
  AGEING,
  CHANGES,
  FAULTY,
  LONG_SHAPES,
  QUIET,
  scenariosOf,
  SHAPES,
} from './simulation/exploration/scenarios.js';
import { createIncuriousManager } from './simulation/simulated-manager.js';

// The bounds of every day; those of the proof are wider.
it.each([
  ['nothing goes wrong', [...SHAPES, ...LONG_SHAPES], QUIET, 1],
  ['time passes', SHAPES, AGEING, 0],
  ['any one call goes wrong', SHAPES, FAULTY, 0],
] as const)(
  'no order within the bound breaks a promise while the stage changes and %s',
  async (_, shapes, surroundings, delays) => {
    const scenarios = scenariosOf(shapes, CHANGES, surroundings);
    const total = await exploreAll(scenarios, createIncuriousManager, { delays });
    expect(total.findings).toEqual([]);
    expect(total.schedules).toBeGreaterThan(10 * scenarios.length);
  },
);
