import { CommandError } from './command-error.js';

/** @throws CommandError `USAGE` */
export function parsePercentage(text: string, place: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?) *%?$/.exec(text) ?? [];
  const percentage = Number(number);
  if (number !== '' && percentage <= 100) return percentage;
  throw new CommandError(
    'USAGE',
    `expected ${place} from 0 to 100, such as 25; got ${JSON.stringify(text)}`,
  );
}
