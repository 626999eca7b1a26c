import { CacheError } from '@resync/cache-contract';

/** What can go wrong in a migration, beside what can go wrong in a cache. */
export type MigrationErrorCode =
  /** The step is not to a neighbour; the message names the legal ones. */
  | 'ILLEGAL_STEP'
  /** A rollback overtook the step. */
  | 'SUPERSEDED'
  /**
   * The side that would be alone after the step has not confirmed everything, or a write that began
   * before has not ended there. The stage is as it was: try again.
   */
  | 'NOT_TRUSTED'
  /** A side that several processes share is not served beyond `dualwrite` without a fleet, unless this is the only process; with one, both sides have to be fit for it. */
  | 'SHARED_SIDE'
  /** The stage is the fleet's to change: ask its controller. */
  | 'FLEET_DECIDES'
  /** This process is no member of its fleet, so that more than usual had to be confirmed; `cause` is why it was not. */
  | 'FENCED'
  /** A write was not confirmed where it had to be; `cause` is why. It may or may not have happened. */
  | 'WRITE_FAILED'
  /** A side did not answer within its limit. */
  | 'TIMEOUT'
  /** A call was not sent, because too much on that side is unanswered. */
  | 'SHED'
  /** Both sides failed to answer a call of a service; `cause` is an `AggregateError` of both errors. */
  | 'CALL_FAILED'
  /** A warm-up is not possible, or one is running already; the message says why. */
  | 'WARM_UP_REFUSED'
  /** An option is not among the accepted ones. */
  | 'INVALID_OPTION';

/** An error of the migration itself; those of the caches come as they are, or as `cause`. */
export class MigrationError extends CacheError<MigrationErrorCode> {
  override readonly name = 'MigrationError';
}

/** What whoever comes after `shutdown` gets. */
export function shutDownError(): CacheError {
  return new CacheError('SHUT_DOWN', 'the migration manager was shut down');
}
