import { expect, it } from 'vitest';
import {
  AGEING,
  CHANGES,
  CHANGES_OF_MIND,
  FAULTY,
  LONE_SHAPES,
  LONG_SHAPES,
  QUIET,
  scenariosOf,
  SHAPES,
  SLOW,
  STALLED,
} from '../test/simulation/exploration/scenarios.js';
import {
  createIncuriousManager,
  createTightManager,
} from '../test/simulation/simulated-manager.js';
import { printExploration } from './print-exploration.js';

const NORMAL = createIncuriousManager;
const TIGHT = createTightManager;

it.each([
  ['two clients load', scenariosOf(LONG_SHAPES, CHANGES, QUIET), NORMAL, 3],
  ['time passes', scenariosOf(SHAPES, CHANGES, AGEING), NORMAL, 1],
  ['one call goes wrong', scenariosOf(SHAPES, CHANGES, FAULTY), NORMAL, 1],
  ['one call goes wrong and bounds are reached', scenariosOf(SHAPES, CHANGES, FAULTY), TIGHT, 0],
  ['a limit passes and one call hangs', scenariosOf(LONE_SHAPES, CHANGES, SLOW), NORMAL, 0],
  ['all limits pass and one call hangs', scenariosOf(LONE_SHAPES, CHANGES, STALLED), NORMAL, 0],
  ['changes do not wait', scenariosOf(SHAPES, CHANGES_OF_MIND, QUIET), NORMAL, 0],
] as const)(
  'no order within the bound breaks a promise when %s',
  async (name, scenarios, create, delays) => {
    const { findings } = await printExploration(name, scenarios, { create, delays });
    expect(findings).toEqual([]);
  },
);
