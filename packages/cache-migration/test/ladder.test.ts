import { expect, it } from 'vitest';
import { assertLegalStep, describeStep } from '../src/stages/ladder.js';
import { STAGES, stepTo, type Step } from '../src/stages/stage.js';

const PLACES: readonly Step[] = STAGES.flatMap((stage) =>
  stage === 'live'
    ? [0, 10, 100].map((percentage) => stepTo({ stage, percentage }))
    : [stepTo({ stage })],
);

/** Every legal step between these places, in words. */
const LEGAL = new Set([
  'off > dualwrite',
  'dualwrite > off',
  'dualwrite > shadow',
  'shadow > dualwrite',
  'shadow > live 0 %',
  'live 0 % > shadow',
  'live 0 % > live 0 %',
  'live 0 % > live 10 %',
  'live 0 % > live 100 %',
  'live 10 % > live 0 %',
  'live 10 % > live 10 %',
  'live 10 % > live 100 %',
  'live 100 % > live 0 %',
  'live 100 % > live 10 %',
  'live 100 % > live 100 %',
  'live 100 % > rampdown',
  'rampdown > live 100 %',
  'rampdown > live 0 %',
  'rampdown > complete',
]);

const steps = PLACES.flatMap((from) => PLACES.map((to) => ({ from, to })));

it.each(
  steps.map(({ from, to }) => [`${describeStep(from)} > ${describeStep(to)}`, from, to] as const),
)('%s', (words, from, to) => {
  const take = (): void => assertLegalStep(from, to);
  if (LEGAL.has(words)) expect(take).not.toThrow();
  else expect(take).toThrow(expect.objectContaining({ code: 'ILLEGAL_STEP' }));
});

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
