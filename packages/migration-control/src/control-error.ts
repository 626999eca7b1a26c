/** What can go wrong in control. */
export type ControlErrorCode =
  /** A flag has a value, or a name, that is not among the accepted ones. */
  'INVALID_FLAG';

/** An error of control; the message says what was expected and what came. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
