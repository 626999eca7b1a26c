import { ControlError } from '@resync/migration-control';
import { DemoError } from './demo-error.js';

/** Runs a program; what whoever started it can put right is told in one line. */
export async function runAsProgram(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!isForUsers(error)) throw error;
    process.stderr.write(`resync: ${error.message}\n`);
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

function isForUsers(error: unknown): error is Error {
  return (
    error instanceof DemoError ||
    error instanceof ControlError ||
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true
  );
}
