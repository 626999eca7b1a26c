import { expect, it } from 'vitest';
import { assertLegalStep } from '../src/stages/ladder.js';
import { stepTo } from '../src/stages/stage.js';

// Which steps are legal is a column of the stage table.
it('names the legal steps', () => {
  expect(() => assertLegalStep(stepTo({ stage: 'off' }), stepTo({ stage: 'complete' }))).toThrow(
    'from off the legal steps are dualwrite; got complete',
  );
  expect(() =>
    assertLegalStep(stepTo({ stage: 'live', percentage: 25 }), stepTo({ stage: 'rampdown' })),
  ).toThrow('from live 25 % the legal steps are live at any percentage; got rampdown');
  expect(() =>
    assertLegalStep(stepTo({ stage: 'complete' }), stepTo({ stage: 'rampdown' })),
  ).toThrow(/cold: true/);
});

it.each([
  [{ stage: 'of' }, /expected a stage of off, dualwrite/],
  [{ stage: 'live' }, /expected a percentage from 0 to 100/],
  [{ stage: 'live', percentage: 101 }, /got number 101/],
  [{ stage: 'live', percentage: NaN }, /expected a percentage/],
  [{ stage: 'live', percentage: '50' }, /got "50"/],
  [{ stage: 'shadow', percentage: 50 }, /expected no percentage with the stage shadow/],
])('refuses the target %j', (target, message) => {
  expect(() => stepTo(target as Parameters<typeof stepTo>[0])).toThrow(message);
});
