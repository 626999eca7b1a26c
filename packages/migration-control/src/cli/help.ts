import type { Command, CommandOperand, CommandOption } from './command.js';
import { COMMANDS } from './commands.js';
import { GLOBAL_OPTIONS } from './global-options.js';
import { PROGRAM } from './program.js';

/** What there is. */
export function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${PROGRAM} steers the rollout of a new cache: up step by step, and back at once.

Usage: ${PROGRAM} <command> [options]

Commands:
${lines.join('\n')}

A first look:
  export RESYNC_TOKEN=...          the admin token of the service
  ${PROGRAM} status --url http://127.0.0.1:3000/admin
  ${PROGRAM} checklist

Options of every command:
${optionLines(GLOBAL_OPTIONS)}

Exit codes: 0 it was done, 1 refused or a check has failed, 2 the command line is wrong,
3 not reached, not let in, or no fleet of that name, 70 a defect of the command, 130 Ctrl-C.

${PROGRAM} <command> --help has examples. Variables: RESYNC_TOKEN, RESYNC_URL, RESYNC_REDIS, NO_COLOR.
`;
}

/** How one command is used. */
export function helpOf(command: Command): string {
  const { examples, more, name, operands = [], options = {}, summary } = command;
  const width = Math.max(...operands.map((operand) => inUsage(operand).length), 0);
  const operandLines = operands.map(
    (operand) => `  ${inUsage(operand).padEnd(width)}  ${operand.about}`,
  );
  const exampleLines = examples.map(({ about, line }) => `  ${PROGRAM} ${line}\n      ${about}`);
  const usage = [PROGRAM, name, ...operands.map(inUsage), '[options]'].join(' ');
  const sections = [
    `${usage}\n\n${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.${more === undefined ? '' : `\n${more}`}`,
    ...(operands.length === 0 ? [] : [operandLines.join('\n')]),
    ...(Object.keys(options).length === 0 ? [] : [`Options:\n${optionLines(options)}`]),
    `Examples:\n${exampleLines.join('\n')}`,
    `Options of every command:\n${optionLines(GLOBAL_OPTIONS)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** An operand as usage shows it. */
export function inUsage({ isOptional, name }: CommandOperand): string {
  return isOptional === true ? `[${name}]` : `<${name}>`;
}

function optionLines(options: Readonly<Record<string, CommandOption>>): string {
  const named = Object.entries(options).map(
    ([name, { about, value }]) =>
      [`--${name}${value === undefined ? '' : ` ${value}`}`, about] as const,
  );
  const width = Math.max(...named.map(([usage]) => usage.length));
  return named.map(([usage, about]) => `  ${usage.padEnd(width)}  ${about}`).join('\n');
}
