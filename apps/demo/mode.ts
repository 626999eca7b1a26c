import type { DemoOptions } from './demo.js';
import { DemoError } from './demo-error.js';

/** What was given on the command line. */
export interface ModeArguments {
  readonly rehearsal: boolean;
  readonly 'skip-rehearsal': boolean;
  readonly report?: string | undefined;
  readonly workers?: string | undefined;
}

/**
 * What is rehearsed, and whether the service stays up.
 *
 * @throws DemoError where two options contradict each other
 */
export function modeFrom(given: ModeArguments): DemoOptions['mode'] {
  const { rehearsal, report, workers } = given;
  const isSkipped = given['skip-rehearsal'];
  if (rehearsal && isSkipped) {
    throw new DemoError('expected a rehearsal or --skip-rehearsal; got both');
  }
  if (workers !== undefined && (rehearsal || report !== undefined)) {
    throw new DemoError(
      'expected --workers without a rehearsal and its --report: a fleet rehearses nothing',
    );
  }
  if (isSkipped && report !== undefined) {
    throw new DemoError('expected --report where something is rehearsed; got --skip-rehearsal too');
  }
  if (rehearsal) return 'rehearse';
  return isSkipped ? 'steer' : 'serve';
}
