/** What can go wrong in control. */
export type ControlErrorCode =
  /** A flag, a wish or an option has a value, or a name, that is not among the accepted ones. */
  | 'INVALID_FLAG'
  /** A rollout plan is not one; the message names every fault with its place. */
  | 'INVALID_PLAN'
  /** A file or an entry was not written by this package, or by a later version of it. */
  | 'INVALID_RECORD'
  /** The event does not fit the rollout as it stands; the message says why. */
  | 'REFUSED_EVENT'
  /** A source of the state does not answer; `cause` is why. */
  | 'SOURCE_BROKEN'
  /** An option is not among the accepted ones. */
  | 'INVALID_OPTION'
  /** The fleet must not go there from where it is; the message says what may be asked for instead. */
  | 'ILLEGAL_TARGET'
  /** The control store did not answer, or not with what is kept there; `cause` is why. */
  | 'CONTROL_STORE';

/** An error of control; the message says what was expected and what came. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
