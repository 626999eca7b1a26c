import { expect, it } from 'vitest';
import { painter, type Paint } from '../rehearsal/painter.js';

const ONE: Parameters<Paint>[0] = 'green';
const BOTH: Parameters<Paint>[0] = ['bold', 'cyan'];

it.each([{ format: ONE }, { format: BOTH }])(
  'paints $format only where there are colours',
  ({ format }) => {
    expect(painter('plain')(format, 'text')).toBe('text');
    expect(painter('coloured')(format, 'text')).toContain('\u001b[3');
  },
);
