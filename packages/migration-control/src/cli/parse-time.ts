import { CommandError } from './command-error.js';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A time such as `30s` or `4h`, in milliseconds.
 *
 * @param option the option that it stands behind
 * @throws CommandError `USAGE`
 */
export function parseTime(text: string, option: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) *(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? NaN);
  if (ms > 0) return ms;
  throw new CommandError(
    'USAGE',
    `expected a time such as 500ms, 30s, 15m, 4h or 7d for --${option}; got ${JSON.stringify(text)}`,
  );
}
