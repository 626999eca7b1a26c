import { spawnSync } from 'node:child_process';

/** Completes the last word of each line in a real shell, which has read the script. */
export type Completer = (options: {
  readonly script: string;
  readonly folder: string;
  readonly lines: readonly string[];
}) => readonly string[];

/** Whether it is on PATH; where it is not, one line says what is skipped. */
export function hasShell(name: string): boolean {
  const found = spawnSync(name, ['-c', 'exit']).status === 0;
  if (!found) process.stderr.write(`skipped: completion in a real ${name}, none on PATH\n`);
  return found;
}

/** What one word was completed to; several are in one string. */
export const SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', Completer>> = {
  bash: ({ script, folder, lines }) =>
    lines.map((line) =>
      run('bash', folder, [
        '--norc',
        '-c',
        'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _resync_migrate; echo "${COMPREPLY[*]}"',
        script,
        ...line.split(' '),
      ]).trim(),
    ),
  fish: ({ script, folder, lines }) =>
    lines.map((line) =>
      run('fish', folder, ['--no-config', '-c', `source ${script}; complete -C '${line}'`])
        .trim()
        .split('\n')
        .map((found) => found.split('\t', 1)[0] ?? '')
        .join(' '),
    ),
  // Its completion works in its line editor alone, so it is given a terminal and keys.
  zsh: ({ script, folder, lines }) =>
    run('zsh', folder, ['-f', '-c', ZSH, script, ...lines])
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' ').at(-1) ?? ''),
};

/** The marks are typed in two parts, so that the terminal's echo is not taken for them. */
const ZSH = String.raw`
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "bindkey -e; autoload -Uz compinit; compinit -u -D; source $0; print READY''NOW"
zpty -r shell found '*READYNOW*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\t\C-aprint -r -- \C-e :EN\'\'D\n'
  zpty -r shell found '*:END*'
  print -r -- "${'$'}{${'$'}{found% :END*}##*$'\n'}"
done
`;

function run(program: string, folder: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm' },
  });
  if (status !== 0 || stderr !== '') throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}
