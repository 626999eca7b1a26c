import { expect, it } from 'vitest';
import { modeFrom } from '../mode.js';

const NOTHING = { rehearsal: false, 'skip-rehearsal': false };

it.each([
  [{}, 'serve'],
  [{ report: 'report.json' }, 'serve'],
  [{ rehearsal: true, report: 'report.json' }, 'rehearse'],
  [{ 'skip-rehearsal': true }, 'steer'],
  [{ 'skip-rehearsal': true, workers: '4' }, 'steer'],
])('%j is %s', (given, mode) => {
  expect(modeFrom({ ...NOTHING, ...given })).toBe(mode);
});

it.each([
  [{ rehearsal: true, 'skip-rehearsal': true }, 'got both'],
  [{ rehearsal: true, workers: '4' }, 'a fleet rehearses nothing'],
  [{ report: 'report.json', workers: '4' }, 'a fleet rehearses nothing'],
  [{ report: 'report.json', 'skip-rehearsal': true }, 'got --skip-rehearsal too'],
])('%j contradicts itself', (given, message) => {
  expect(() => modeFrom({ ...NOTHING, ...given })).toThrow(message);
});
