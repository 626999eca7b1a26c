import { CacheError } from '@resync/cache-contract';

/** Why the server did not do what it was asked to. */
export type RedisFailure =
  /** No answer in time, or the command came too late to be carried out. */
  | 'timeout'
  /** Not sent: too much is unanswered already. */
  | 'overload'
  /** There is no connection, it broke, or the server is not ready to serve. */
  | 'offline'
  /** The server takes no writes. */
  | 'read-only'
  /** The server has no room. */
  | 'out-of-memory'
  /** Any other error that the server answered with; see `cause`. */
  | 'refused';

/**
 * A call that failed on the server or on the way. It is finished: what it asked for has happened or
 * will not happen any more, see {@link RedisStorage}.
 */
export class RedisError extends CacheError<'BACKEND'> {
  readonly failure: RedisFailure;

  constructor(failure: RedisFailure, message: string, options?: ErrorOptions) {
    super('BACKEND', message, options);
    this.failure = failure;
  }
}

/** Begins the message of a script that came after its deadline. */
export const LATE = 'RESYNCLATE';

// The server puts words of its own before and behind an error that comes from inside a script.
const BY_REPLY: readonly (readonly [RegExp, RedisFailure])[] = [
  [new RegExp(`\\b${LATE}\\b`), 'timeout'],
  [/\bREADONLY\b/, 'read-only'],
  [/\bOOM\b/, 'out-of-memory'],
  [/^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/, 'offline'],
];

const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  'AbortError',
  'ClientClosedError',
  'ClientOfflineError',
  'ConnectionTimeoutError',
  'DisconnectsClientError',
  'ReconnectStrategyError',
  'SocketClosedUnexpectedlyError',
  'SocketTimeoutError',
]);

/** Errors of the client for what it has not sent. */
const UNSENT: ReadonlySet<string> = new Set(['ClientClosedError', 'ClientOfflineError']);

/**
 * Whether the connection went while the command was under way: what its socket still holds may reach
 * the server later, by which time another connection has long been served.
 */
export function isLost(cause: unknown): boolean {
  return cause instanceof Error && isOfConnection(cause) && !UNSENT.has(cause.constructor.name);
}

/** What the client rejected a command with, as an error of the cache. */
export function redisError(command: string, cause: unknown): RedisError {
  return new RedisError(
    failureOf(cause),
    `expected an answer to ${command} from Redis; got ${String(cause)}`,
    { cause },
  );
}

function failureOf(cause: unknown): RedisFailure {
  if (!(cause instanceof Error)) return 'refused';
  if (isOfConnection(cause)) return 'offline';
  return BY_REPLY.find(([pattern]) => pattern.test(cause.message))?.[1] ?? 'refused';
}

function isOfConnection(cause: Error): boolean {
  const isOfSystem = typeof (cause as NodeJS.ErrnoException).syscall === 'string';
  return isOfSystem || CONNECTION_ERRORS.has(cause.constructor.name);
}
