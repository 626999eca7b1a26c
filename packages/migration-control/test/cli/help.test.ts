import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { helpOf } from '../../src/cli/help.js';
import { parseCommandLine } from '../../src/cli/parse-command-line.js';
import { runCommand, type Ended } from './command-process.js';
import { wordsOf } from './words-of.js';

/** Without a service, and without a token. */
const run = (...args: readonly string[]): Promise<Ended> =>
  runCommand(args, { folder: tmpdir(), environment: {} });

/** A line as far as it is the command's, and not what the shell does with it. */
const ownPart = (line: string): string => line.split(/ (?:&&|>>?|\|) /)[0] ?? '';

it('explains every command, with examples', async () => {
  const { out } = await run('--help');
  const names = [...out.matchAll(/^ {2}([a-z]+(?:-[a-z]+)?(?: validate)?) {2,}\S/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(names).toEqual(COMMANDS.map(({ name }) => name));
  for (const name of names) {
    const { code, out: help } = await run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(help).toContain(`Examples:\n  resync-migrate ${name}`);
  }
});

it.each(COMMANDS)('$name has examples that are lines of its own', (command) => {
  expect(command.examples.length).toBeGreaterThan(0);
  for (const { line } of command.examples) {
    expect(helpOf(command)).toContain(`  resync-migrate ${line}\n`);
    expect(parseCommandLine(wordsOf(ownPart(line)))).toMatchObject({ command });
  }
});

it.each(['plan --help', 'plan -h', 'help plan validate', 'plan validate -h'])(
  'is asked for as %s',
  async (line) => {
    expect(await run(...line.split(' '))).toMatchObject({
      code: 0,
      out: expect.stringContaining('resync-migrate plan validate <file>') as string,
    });
  },
);

it('tells the version', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: '0.0.0\n' });
});
