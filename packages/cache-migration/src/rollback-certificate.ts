import type { Side } from './sides/side.js';
import type { Moment } from './sides/trusted-since.js';
import type { Stage } from './stages/stage.js';

/** Where the migration stood when a certificate was asked for. */
interface Issue {
  readonly stage: Stage;
  readonly percentage: number;
  readonly epoch: number;
  /** Milliseconds since the epoch of the clock. */
  readonly at: number;
}

/** What stands between legacy and a rollback that misses nothing. */
export interface RollbackObstacle {
  /**
   * `not-written`: legacy takes no part in the stage. `cold`: it is distrusted as a whole.
   * `dirty-keys`: it has not confirmed them. `unsettled`: calls passed their limit and may still have
   * their effect. `in-flight`: writes have not ended.
   */
  readonly kind: 'not-written' | 'cold' | 'dirty-keys' | 'unsettled' | 'in-flight';
  /** How many; left out where it is all of legacy. */
  readonly count?: number;
  readonly message: string;
}

/** The rollback that is there all the same: what it does not know is a miss, never stale. */
export interface ColdAlternative {
  /** The call to make. */
  readonly call: string;
  /** How many keys it makes misses of, at most. */
  readonly misses: number | 'all';
  readonly message: string;
}

/** Legacy is as fresh as next: a rollback now serves nothing that is stale. */
export interface FreshCertificate extends Issue {
  readonly isFresh: true;
  /** The epoch in which legacy was last repaired, or else began to share its writes with next. */
  readonly sinceEpoch: number;
  /** When legacy was last emptied, if it was: a rollback makes misses of the keys that were not written since. */
  readonly emptiedAt?: number;
  readonly statement: string;
}

/** Legacy is not as fresh as next, or not for certain. */
export interface RefusedCertificate extends Issue {
  readonly isFresh: false;
  readonly obstacles: readonly RollbackObstacle[];
  readonly alternative: ColdAlternative;
}

/** What a rollback would find, as it was when it was asked for: a write that comes later may change it. */
export type RollbackCertificate = FreshCertificate | RefusedCertificate;

/** Certifies how fresh legacy is. */
export function certify(
  legacy: Side<unknown>,
  issue: Issue,
  trustedSince: Moment,
): RollbackCertificate {
  if (issue.stage === 'off') {
    const statement = 'there is nothing to roll back: legacy alone is read and written';
    return { ...issue, isFresh: true, sinceEpoch: issue.epoch, statement };
  }
  const obstacles = obstaclesOf(legacy, issue.stage);
  if (obstacles.length > 0) {
    return { ...issue, isFresh: false, obstacles, alternative: alternativeAt(issue, obstacles) };
  }
  const { at, epoch: sinceEpoch, emptiedAt } = trustedSince;
  const statement =
    'legacy is fresh: no key is dirty, nothing is in flight, and every write since ' +
    `${new Date(at).toISOString()} (epoch ${sinceEpoch}) was confirmed`;
  if (emptiedAt === undefined) return { ...issue, isFresh: true, sinceEpoch, statement };
  const emptied = `it was emptied at ${new Date(emptiedAt).toISOString()}, and misses what was not written since`;
  return { ...issue, isFresh: true, sinceEpoch, emptiedAt, statement: `${statement}; ${emptied}` };
}

function obstaclesOf(legacy: Side<unknown>, stage: Stage): readonly RollbackObstacle[] {
  if (stage === 'complete') {
    const message = 'legacy is not written in complete: it knows nothing of what came since';
    return [{ kind: 'not-written', message }];
  }
  const { dirtyCount, unsettledCount } = legacy.ledger;
  const inFlight = legacy.inFlightCount - unsettledCount;
  const found: (RollbackObstacle | false)[] = [
    legacy.isCold && {
      kind: 'cold',
      message: 'legacy is distrusted as a whole: it answers nothing until it was emptied',
    },
    dirtyCount > 0 && {
      kind: 'dirty-keys',
      count: dirtyCount,
      message: `legacy has not confirmed the last writes of ${keys(dirtyCount)}, and does not answer for them until they are repaired`,
    },
    unsettledCount > 0 && {
      kind: 'unsettled',
      count: unsettledCount,
      message: `${writes(unsettledCount)} to legacy passed the limit and may still have an effect`,
    },
    inFlight > 0 && {
      kind: 'in-flight',
      count: inFlight,
      message: `${writes(inFlight)} to legacy did not end yet`,
    },
  ];
  return found.filter((obstacle) => obstacle !== false);
}

function alternativeAt({ stage }: Issue, obstacles: readonly RollbackObstacle[]): ColdAlternative {
  if (stage === 'complete') {
    return {
      call: "manager.rollback('why', { cold: true })",
      misses: 'all',
      message:
        'legacy is emptied, then next answers in live 100 %, where nothing is a miss; on the way further down each key that legacy takes over is a miss until it is written or loaded again',
    };
  }
  const isAll = obstacles.some(({ kind }) => kind === 'cold');
  const misses = isAll
    ? 'all'
    : obstacles.reduce((sum, { count = 0, kind }) => (kind === 'unsettled' ? sum : sum + count), 0);
  const [where, when] =
    stage === 'live' || stage === 'rampdown'
      ? ['live 0 %', 'at once']
      : ['off', 'as soon as legacy has confirmed everything'];
  return {
    call: "manager.rollback('why')",
    misses,
    message:
      `goes to ${where} ${when}; ` +
      (misses === 'all'
        ? 'legacy is emptied, and every key is a miss until it is written or loaded again'
        : `at most ${keys(misses)} ${misses === 1 ? 'is a miss' : 'are misses'}, legacy answers for all others`),
  };
}

function keys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}

function writes(count: number): string {
  return count === 1 ? '1 write' : `${count} writes`;
}
