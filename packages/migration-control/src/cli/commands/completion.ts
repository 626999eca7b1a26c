import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { bashCompletion, fishCompletion, zshCompletion } from '../print/completion-scripts.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
const NAMES = Object.keys(SHELLS) as (keyof typeof SHELLS)[];

/** @param commands every command, this one included; asked for when it runs */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'a script that completes commands and options in your shell',
    operands: [{ name: 'shell', about: `one of ${NAMES.join(', ')}`, choices: NAMES }],
    examples: [
      {
        line: 'completion bash > ~/.local/share/bash-completion/completions/resync-migrate',
        about: 'bash',
      },
      { line: 'completion zsh > ~/.zfunc/_resync-migrate', about: 'zsh, with ~/.zfunc in fpath' },
      { line: 'completion fish > ~/.config/fish/completions/resync-migrate.fish', about: 'fish' },
    ],
    run: async ({ operands }) => {
      const shell = NAMES.find((name) => name === operands['shell']);
      if (shell === undefined) {
        throw new CommandError(
          'USAGE',
          `expected a shell of ${NAMES.join(', ')}; got ${JSON.stringify(operands['shell'] ?? '')}`,
        );
      }
      const script = SHELLS[shell](commands());
      return { verdict: 'ok', data: { shell, script }, text: script };
    },
  };
}
