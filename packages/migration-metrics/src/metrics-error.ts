/** What can go wrong with metrics, all of it when they are set up. */
export type MetricsErrorCode =
  /** The registry has a metric of this name. */
  | 'ALREADY_REGISTERED'
  /** The component, its cache or its fleet is observed already. */
  | 'DUPLICATE'
  /** A name is none. */
  | 'INVALID_NAME';

/** The one family of errors; the message says what was expected and what came. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly code: MetricsErrorCode;

  constructor(code: MetricsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
