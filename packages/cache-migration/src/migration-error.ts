import { CacheError } from '@resync/cache-contract';

/** What can go wrong in a migration, beside what can go wrong in a cache. */
export type MigrationErrorCode =
  /** The step is not to a neighbour; the message names the legal ones. */
  | 'ILLEGAL_STEP'
  /** A rollback overtook the step. */
  | 'SUPERSEDED'
  /** The side that would be alone after the step has not confirmed everything. */
  | 'NOT_TRUSTED'
  /** A side that several processes share is not served beyond `dualwrite` unless this is the only process. */
  | 'SHARED_SIDE'
  /** A write was not confirmed where it had to be; `cause` is why. It may or may not have happened. */
  | 'WRITE_FAILED'
  /** A side did not answer within its limit. */
  | 'TIMEOUT'
  /** A call was not sent, because too much on that side is unanswered. */
  | 'SHED'
  /** An option is not among the accepted ones. */
  | 'INVALID_OPTION';

/** An error of the migration itself; those of the caches come as they are, or as `cause`. */
export class MigrationError extends CacheError<MigrationErrorCode> {
  override readonly name = 'MigrationError';
}
