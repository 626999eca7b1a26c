import { STAGES, type Stage } from '@resync/cache-migration';

/** A stage with its percentage: 0 before `live`, 100 after it. */
export interface Rung {
  readonly stage: Stage;
  readonly percentage: number;
}

export const OFF: Rung = { stage: 'off', percentage: 0 };
export const HARBOUR: Rung = { stage: 'live', percentage: 0 };

/** With the two decimals that a percentage has: control stores do not keep all digits of others. */
export function asPercentage(given: number): number {
  return Math.round(given * 100) / 100;
}

/** How far a rung is up the ladder. */
export function heightOf({ stage, percentage }: Rung): number {
  return STAGES.indexOf(stage) * 1000 + percentage;
}

export function isSameRung(one: Rung, other: Rung): boolean {
  return heightOf(one) === heightOf(other);
}

/** Whether next answers reads there. */
export function isBeyondHarbour(rung: Rung): boolean {
  return heightOf(rung) > heightOf(HARBOUR);
}

/**
 * The neighbour of a rung on the way to another one; undefined where it is there, and in `complete`,
 * which nothing but a cold rollback leaves.
 */
export function stepToward(from: Rung, to: Rung): Rung | undefined {
  const climb = heightOf(to) - heightOf(from);
  if (climb === 0 || from.stage === 'complete') return undefined;
  return climb > 0 ? above(from, to) : below(from, to);
}

function above(from: Rung, to: Rung): Rung {
  switch (from.stage) {
    case 'off':
      return { stage: 'dualwrite', percentage: 0 };
    case 'dualwrite':
      return { stage: 'shadow', percentage: 0 };
    case 'shadow':
      return HARBOUR;
    case 'live':
      if (to.stage === 'live') return to;
      return { stage: from.percentage === 100 ? 'rampdown' : 'live', percentage: 100 };
    case 'rampdown':
    case 'complete':
      return { stage: 'complete', percentage: 100 };
  }
}

function below(from: Rung, to: Rung): Rung {
  switch (from.stage) {
    case 'complete':
    case 'rampdown':
      return isBeyondHarbour(to) ? { stage: 'live', percentage: 100 } : HARBOUR;
    case 'live':
      if (to.stage === 'live') return to;
      return from.percentage === 0 ? { stage: 'shadow', percentage: 0 } : HARBOUR;
    case 'shadow':
      return { stage: 'dualwrite', percentage: 0 };
    case 'dualwrite':
    case 'off':
      return OFF;
  }
}

/** A rung in words, as in messages and logs. */
export function describeRung({ stage, percentage }: Rung): string {
  return stage === 'live' ? `live ${percentage} %` : stage;
}
