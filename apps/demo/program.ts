import { ControlError } from '@resync/migration-control';
import { DemoError } from './demo-error.js';

/** Runs a program; what whoever started it can put right is told in one line. */
export async function runAsProgram(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!isForUsers(error)) throw error;
    process.stderr.write(`resync: ${sentenceOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** Aborts on the first Ctrl-C or SIGTERM; the second one ends the process at once. */
export function signalToEnd(): AbortSignal {
  const ending = new AbortController();
  const end = (): void => {
    if (ending.signal.aborted) process.exit(130);
    ending.abort(new DemoError('ended by a signal'));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return ending.signal;
}

/** Of Node's words on an option that it does not know, the first ones; the others are about operands. */
function sentenceOf(error: Error): string {
  if (!isOfArguments(error)) return error.message;
  return `${error.message.split('. ', 1)[0]}; --help shows the options`;
}

function isForUsers(error: unknown): error is Error {
  return error instanceof DemoError || error instanceof ControlError || isOfArguments(error);
}

function isOfArguments(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
}
