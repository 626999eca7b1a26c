/** What can go wrong in control. */
export type ControlErrorCode =
  /** A flag has a value, or a name, that is not among the accepted ones. */
  | 'INVALID_FLAG'
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
