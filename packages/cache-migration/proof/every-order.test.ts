import { expect, it } from 'vitest';
import { CHANGES, QUIET, scenariosOf, SHAPES } from '../test/simulation/exploration/scenarios.js';
import { createIncuriousManager } from '../test/simulation/simulated-manager.js';
import { printExploration } from './print-exploration.js';

it('no order whatever breaks a promise while the stage changes', async () => {
  const { findings } = await printExploration(
    'nothing goes wrong',
    scenariosOf(SHAPES, CHANGES, QUIET),
    { create: createIncuriousManager, delays: Infinity },
  );
  expect(findings).toEqual([]);
});
