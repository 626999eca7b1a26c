/** What can go wrong behind the contract. */
export type CacheErrorCode =
  /** The key is not one: see {@link Cache}. */
  | 'INVALID_KEY'
  /** The value cannot be stored: `undefined`, or one that the backend cannot hold. */
  | 'INVALID_VALUE'
  /** The lifetime is negative, not a number, or finite and over one year. */
  | 'INVALID_TTL'
  /** An option of a constructor or call is not among the accepted ones. */
  | 'INVALID_OPTION'
  /** The entry alone is over the cache's bound. */
  | 'TOO_LARGE'
  /** The cache was shut down. */
  | 'SHUT_DOWN'
  /** The backend failed; `cause` is its error. */
  | 'BACKEND';

/**
 * The one family of errors. `code` is literal and may be switched over; the message says what was
 * expected and what came; `cause` is what lay beneath.
 */
export class CacheError<Code extends string = CacheErrorCode> extends Error {
  override readonly name: string = 'CacheError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Names a value in a message: its type, and itself where it is short. Never throws, whatever it is given. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') {
    return value.length <= 40 ? JSON.stringify(value) : `a string of ${value.length} characters`;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
