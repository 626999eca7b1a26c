import { ControlError } from '../control-error.js';
import { readBaseline, type Baseline } from '../kpis/baseline.js';
import { CommandError } from './command-error.js';
import { readGivenFile } from './read-given-file.js';

/** The option that names a baseline. */
export const BASELINE_OPTION = {
  value: '<file>',
  about: 'what the command baseline has written',
} as const;

/**
 * A baseline that was taken of this component.
 *
 * @throws CommandError `USAGE`
 */
export async function readBaselineOf(
  component: string,
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<Baseline> {
  const baseline = await readGivenBaseline(folder, path);
  if (baseline.component === component) return baseline;
  throw new CommandError(
    'USAGE',
    `expected a baseline of ${component} in ${path}; got one of ${JSON.stringify(baseline.component)}`,
  );
}

/** @throws CommandError `USAGE` */
export async function readGivenBaseline(folder: string, path: string): Promise<Baseline> {
  const text = await readGivenFile(folder, path, 'a baseline');
  try {
    return readBaseline(text);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    throw new CommandError('USAGE', `${path}: ${error.message}`, { cause: error });
  }
}
