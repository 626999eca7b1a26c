import { expect, it } from 'vitest';
import { figure } from '../web/views/words.js';

it.each([
  [null, '–'],
  [0, '0'],
  [7, '7'],
  [1234, '1,234'],
  [0.0034, '0.003'],
  [0.123, '0.12'],
  [7.26, '7.3'],
  [9.96, '10'],
  [72.6, '73'],
])('%s is shown as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
