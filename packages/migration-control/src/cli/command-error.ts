/** How a command ended; what a script can rely on. */
export const EXIT = {
  ok: 0,
  /** It was refused, or a check has failed. */
  no: 1,
  /** The command line, or a file that it names, is not as it has to be. */
  usage: 2,
  /** The service or the control store did not answer or let it in, or holds no fleet of that name. */
  unreachable: 3,
  /** A defect of the command itself. */
  defect: 70,
  /** Somebody pressed Ctrl-C. */
  interrupted: 130,
} as const;

export type CommandErrorCode = 'USAGE' | 'REFUSED' | 'UNREACHABLE' | 'INTERRUPTED';

const EXITS = {
  USAGE: EXIT.usage,
  REFUSED: EXIT.no,
  UNREACHABLE: EXIT.unreachable,
  INTERRUPTED: EXIT.interrupted,
} as const satisfies Record<CommandErrorCode, number>;

/** Why a command did not do what it was asked; the message is for the person who asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exit(): number {
    return EXITS[this.code];
  }
}
