import type { CommandOptions } from '../command.js';
import { parseTime } from '../parse-time.js';

const DEFAULT_MS = 60_000;

/**
 * Milliseconds to wait for an answer, as the options say.
 *
 * @throws CommandError `USAGE`
 */
export function timeoutOf(options: CommandOptions): number {
  const given = options.text('timeout');
  return given === undefined ? DEFAULT_MS : parseTime(given, 'timeout');
}
