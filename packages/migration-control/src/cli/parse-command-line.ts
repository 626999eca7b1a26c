import { parseArgs } from 'node:util';
import { CommandError } from './command-error.js';
import { CommandOptions, type Command, type CommandOption } from './command.js';
import { COMMANDS } from './commands.js';
import { GLOBAL_OPTIONS } from './global-options.js';
import { inUsage } from './help.js';
import { PROGRAM } from './program.js';

/** A command line that names a command and fits it. */
export interface ParsedCommandLine {
  readonly command: Command;
  readonly operands: Readonly<Record<string, string | undefined>>;
  readonly options: CommandOptions;
}

/** What asks for help, before a command or behind it. */
export const HELP_OPTIONS: readonly string[] = ['--help', '-h'];

/**
 * The command that the words begin with, and how many of them are its name.
 *
 * @throws CommandError `USAGE`
 */
export function findCommand(words: readonly string[]): readonly [command: Command, words: number] {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const command = COMMANDS.find((one) => one.name === name);
    if (command !== undefined) return [command, count];
  }
  const [given = '', second] = words;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${given} `));
  const [first] = group;
  if (first !== undefined) {
    // Whoever asks for help has not got the name right yet.
    if (second !== undefined && HELP_OPTIONS.includes(second)) return [first, 1];
    const names = group.map(({ name }) => name).join(' or ');
    throw new CommandError(
      'USAGE',
      `expected ${names}; got ${words.slice(0, 2).join(' ')}: ${PROGRAM} ${first.name} --help says more`,
    );
  }
  const near = nearest(
    given,
    COMMANDS.map(({ name }) => name),
  );
  const hint = near === undefined ? `${PROGRAM} --help lists them` : `did you mean ${near}?`;
  throw new CommandError('USAGE', `expected a command; got ${JSON.stringify(given)}: ${hint}`);
}

/** @throws CommandError `USAGE` */
export function parseCommandLine(args: readonly string[]): ParsedCommandLine {
  const [command, count] = findCommand(args);
  const known: Readonly<Record<string, CommandOption>> = { ...command.options, ...GLOBAL_OPTIONS };
  const { positionals, values } = parsed(command, args.slice(count), known);
  const operands = command.operands ?? [];
  const missing = operands.slice(positionals.length).find(({ isOptional }) => isOptional !== true);
  const isAskedForHelp = values['help'] === true;
  if (missing !== undefined && !isAskedForHelp) {
    throw new CommandError(
      'USAGE',
      `expected ${inUsage(missing)}, ${missing.about}: ${PROGRAM} ${command.name} ${operands.map(inUsage).join(' ')}`,
    );
  }
  const extra = positionals[operands.length];
  if (extra !== undefined) {
    throw new CommandError(
      'USAGE',
      `expected no more than ${operands.length} ${operands.length === 1 ? 'word' : 'words'} behind ${command.name}; got ${JSON.stringify(extra)} too`,
    );
  }
  const named = operands.map(({ name }, index) => [name, positionals[index]] as const);
  return { command, operands: Object.fromEntries(named), options: new CommandOptions(values) };
}

function parsed(
  { name }: Command,
  args: readonly string[],
  known: Readonly<Record<string, CommandOption>>,
): { values: Record<string, string | boolean | undefined>; positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(known).map(([option, { value }]) => [
      option,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens, ...rest } = parseArgs({
    args: args.map((arg) => (HELP_OPTIONS.includes(arg) ? '--help' : arg)),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = known[token.name];
    if (option === undefined || !token.rawName.startsWith('--')) {
      const near = nearest(token.name, Object.keys(known));
      const hint =
        near === undefined ? `${PROGRAM} ${name} --help lists them` : `did you mean --${near}?`;
      throw new CommandError(
        'USAGE',
        `expected an option of ${name}; got ${token.rawName}: ${hint}`,
      );
    }
    const isMissing =
      token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (option.value !== undefined && isMissing) {
      throw new CommandError(
        'USAGE',
        `expected ${option.value} behind --${token.name}, ${option.about}`,
      );
    }
    if (option.value === undefined && token.value !== undefined) {
      throw new CommandError(
        'USAGE',
        `expected nothing behind --${token.name}; got ${JSON.stringify(token.value)}`,
      );
    }
  }
  return {
    values: rest.values,
    positionals: rest.positionals,
  };
}

/** The name that a typing error may have been meant for. */
function nearest(given: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: distance(given, name) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 ? best.name : undefined;
}

/** Letters to be put in, taken out or replaced (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= Math.min(one.length, 40); i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1)),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
