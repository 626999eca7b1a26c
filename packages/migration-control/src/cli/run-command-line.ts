import { CommandError, EXIT } from './command-error.js';
import type { CommandOutcome } from './command.js';
import type { Connection } from './connection/connection.js';
import { openConnection, type Surroundings } from './connection/open-connection.js';
import { helpOf, overview } from './help.js';
import {
  findCommand,
  HELP_OPTIONS,
  parseCommandLine,
  type ParsedCommandLine,
} from './parse-command-line.js';
import { PROGRAM } from './program.js';
import { painter, printable } from './terminal.js';

/**
 * Runs a command line.
 *
 * @returns the exit code
 */
export async function runCommandLine(
  args: readonly string[],
  surroundings: Surroundings & { readonly version: () => string },
): Promise<number> {
  const { terminal } = surroundings;
  try {
    const text = introduction(args, surroundings.version);
    if (text !== undefined) {
      terminal.out(text);
      return EXIT.ok;
    }
    return await run(parseCommandLine(args), surroundings);
  } catch (error) {
    return tell(error, args, surroundings);
  }
}

/** What is asked for when no command is to be run. */
function introduction(args: readonly string[], version: () => string): string | undefined {
  const [first] = args;
  if (first === undefined || HELP_OPTIONS.includes(first)) return overview();
  if (first === '--version') return `${version()}\n`;
  if (first !== 'help') return undefined;
  return args.length === 1 ? overview() : helpOf(findCommand(args.slice(1))[0]);
}

async function run(parsed: ParsedCommandLine, surroundings: Surroundings): Promise<number> {
  const { command, operands, options } = parsed;
  const { clock, folder, signal, terminal } = surroundings;
  if (options.has('help')) {
    terminal.out(helpOf(command));
    return EXIT.ok;
  }
  let connection: Promise<Connection> | undefined;
  const connect = (): Promise<Connection> => (connection ??= openConnection(options, surroundings));
  try {
    const paint = painter(terminal);
    const call = { operands, options, terminal, paint, clock, folder, signal, connect };
    const outcome = await command.run(call);
    write(outcome, options.has('json') ? 'json' : 'text', surroundings);
    return outcome.verdict === 'ok' ? EXIT.ok : EXIT.no;
  } finally {
    await connection?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

function write(
  { data, text }: CommandOutcome,
  form: 'json' | 'text',
  { terminal }: Surroundings,
): void {
  if (form === 'text') terminal.out(text ?? '');
  else if (data !== undefined) terminal.out(`${JSON.stringify(data, undefined, 2)}\n`);
}

function tell(
  error: unknown,
  args: readonly string[],
  { environment, terminal }: Surroundings,
): number {
  const isKnown = error instanceof CommandError;
  const message = error instanceof Error ? error.message : String(error);
  const code = isKnown ? error.code : 'DEFECT';
  if (args.includes('--json')) {
    terminal.err(`${JSON.stringify({ error: { code, message } })}\n`);
  } else {
    const hint = isKnown ? '' : ' This is a defect: RESYNC_DEBUG=1 shows where.';
    terminal.err(`${PROGRAM}: ${printable(message)}${hint}\n`);
  }
  if (!isKnown && environment['RESYNC_DEBUG'] === '1' && error instanceof Error) {
    terminal.err(`${error.stack ?? ''}\n`);
  }
  return isKnown ? error.exit : EXIT.defect;
}
