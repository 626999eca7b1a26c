import { MigrationError } from '../migration-error.js';
import type { Stage, Step } from './stage.js';

/** A stage that may be entered next; in `live`, at which percentages. */
interface Rung {
  readonly stage: Stage;
  readonly percentage?: 'any' | 0 | 100;
}

/** The neighbours of each stage. `live` is one stage, but left at its ends only. */
const NEIGHBOURS = {
  off: [{ stage: 'dualwrite' }],
  dualwrite: [{ stage: 'off' }, { stage: 'shadow' }],
  shadow: [{ stage: 'dualwrite' }, { stage: 'live', percentage: 0 }],
  live: [{ stage: 'live', percentage: 'any' }],
  rampdown: [
    { stage: 'live', percentage: 100 },
    { stage: 'live', percentage: 0 },
    { stage: 'complete' },
  ],
  complete: [],
} as const satisfies Record<Stage, readonly Rung[]>;

const AFTER_LIVE: ReadonlyMap<number, Rung> = new Map([
  [0, { stage: 'shadow' }],
  [100, { stage: 'rampdown' }],
]);

function neighboursOf({ stage, percentage }: Step): readonly Rung[] {
  const next = stage === 'live' ? AFTER_LIVE.get(percentage) : undefined;
  return next === undefined ? NEIGHBOURS[stage] : [...NEIGHBOURS[stage], next];
}

/**
 * Refuses a step that is not to a neighbour.
 *
 * @throws MigrationError `ILLEGAL_STEP`, naming the legal steps
 */
export function assertLegalStep(from: Step, to: Step): void {
  const legal = neighboursOf(from);
  const isLegal = legal.some(
    ({ stage, percentage }) =>
      stage === to.stage &&
      (percentage === undefined || percentage === 'any' || percentage === to.percentage),
  );
  if (isLegal) return;
  const words = legal.map(describeRung).join(', ');
  throw new MigrationError(
    'ILLEGAL_STEP',
    from.stage === 'complete'
      ? 'complete is final: legacy has not been written since. rollback(why, { cold: true }) goes back with an emptied legacy'
      : `from ${describeStep(from)} the legal steps are ${words}; got ${describeStep(to)}`,
  );
}

/** A step in words, as in messages and logs. */
export function describeStep({ stage, percentage }: Step): string {
  return stage === 'live' ? `live ${percentage} %` : stage;
}

function describeRung({ stage, percentage }: Rung): string {
  if (percentage === undefined) return stage;
  return percentage === 'any' ? 'live at any percentage' : `live ${percentage} %`;
}
