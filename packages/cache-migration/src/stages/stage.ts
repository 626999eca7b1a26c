import { describeValue } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';

/** The stages in their order. */
export const STAGES = ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'] as const;

/** Where a migration stands; see the table in {@link ROUTES}. */
export type Stage = (typeof STAGES)[number];

/** The two caches of a migration. */
export type SideName = 'legacy' | 'next';

/** Where a migration is to go. */
export interface MigrationTarget {
  readonly stage: Stage;
  /** The share of keys that next answers for, 0 to 100; in `live` only. */
  readonly percentage?: number;
}

/** Where a migration stands. */
export interface MigrationState {
  readonly stage: Stage;
  /** The share of keys that next answers for: 0 before `live`, 100 after it. */
  readonly percentage: number;
  /** Every change of the stage or the percentage is a new epoch; the first is 1. */
  readonly epoch: number;
  /** Whether a side is distrusted as a whole: it answers nothing until it was emptied. */
  readonly cold: Readonly<Record<SideName, boolean>>;
}

/** A stage with its percentage. */
export interface Step {
  readonly stage: Stage;
  readonly percentage: number;
}

/**
 * A target as a step.
 *
 * @throws MigrationError `INVALID_OPTION`
 */
export function stepTo(target: MigrationTarget): Step {
  const { stage, percentage } = target;
  if (!STAGES.includes(stage)) {
    throw new MigrationError(
      'INVALID_OPTION',
      `expected a stage of ${STAGES.join(', ')}; got ${describeValue(stage)}`,
    );
  }
  if (stage === 'live') {
    if (typeof percentage === 'number' && percentage >= 0 && percentage <= 100) {
      return { stage, percentage };
    }
    throw new MigrationError(
      'INVALID_OPTION',
      `expected a percentage from 0 to 100 with the stage live; got ${describeValue(percentage)}`,
    );
  }
  const implied = stage === 'rampdown' || stage === 'complete' ? 100 : 0;
  if (percentage === undefined || percentage === implied) return { stage, percentage: implied };
  throw new MigrationError(
    'INVALID_OPTION',
    `expected no percentage with the stage ${stage}; got ${describeValue(percentage)}`,
  );
}
