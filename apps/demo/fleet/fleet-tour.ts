import { numbered, steerFromShell } from '../next-steps.js';
import type { FleetOptions } from './fleet-options.js';

/** What one can do next, step by step, as the terminal shows it. */
export function fleetTour({
  url,
  token,
  workers,
  redis,
}: {
  readonly url: string;
  readonly token: string;
  readonly redis: 'up' | 'down' | undefined;
} & Pick<FleetOptions, 'workers'>): readonly string[] {
  const steps = [
    `open ${url}/#token=${token}: the ladders climb; each shows its ${workers} processes with their epochs`,
    'Promote a component: every process takes the step together',
    'kill -9 one of the processes above: another takes its place, and the rollout goes on',
    ...(redis === undefined
      ? []
      : [
          'Kill Redis: both caches and the control store are gone for some seconds, and come back; the judge takes back what was climbing, until you resume it',
        ]),
    'Roll back: it is done when every process has said that it reads the old cache',
    steerFromShell(url, token),
  ];
  return numbered(steps);
}
