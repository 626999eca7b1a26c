import { CommandError } from './command-error.js';

/** @throws CommandError `USAGE` */
export function parsePercentage(text: string, place: string): number {
  const percentage = Number(text.replace(/ *%$/, ''));
  if (text.trim() !== '' && percentage >= 0 && percentage <= 100) return percentage;
  throw new CommandError(
    'USAGE',
    `expected ${place} from 0 to 100, such as 25; got ${JSON.stringify(text)}`,
  );
}
