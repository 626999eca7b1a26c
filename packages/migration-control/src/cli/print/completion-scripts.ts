import type { Command, CommandOption } from '../command.js';
import { GLOBAL_OPTIONS } from '../global-options.js';
import { PROGRAM } from '../program.js';

/** What may be written behind a command, and behind each of its options. */
interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly options: readonly (readonly [name: string, option: CommandOption])[];
}

function entriesOf(commands: readonly Command[]): readonly Entry[] {
  return commands.map(({ name, operands = [], options = {}, summary }) => ({
    name,
    summary,
    words: operands.flatMap(({ choices = [] }) => choices),
    options: Object.entries<CommandOption>({ ...options, ...GLOBAL_OPTIONS }),
  }));
}

const firstWord = (name: string): string => name.split(' ', 1)[0] ?? '';
const flags = ({ options }: Entry): string => options.map(([name]) => `--${name}`).join(' ');
const isFile = ({ value }: CommandOption): boolean => value === '<file>';

function withChoices(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, { choices }] of entries.flatMap(({ options }) => options)) {
    if (choices !== undefined) found.set(name, choices.join(' '));
  }
  return found;
}

/** Options whose value is a file. */
function fileOptions(entries: readonly Entry[]): readonly string[] {
  const all = entries.flatMap(({ options }) => options);
  return [...new Set(all.filter(([, option]) => isFile(option)).map(([name]) => `--${name}`))];
}

export function bashCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const names = [...new Set(entries.map(({ name }) => firstWord(name)))].join(' ');
  const cases = entries.map(
    (entry) =>
      `    ${firstWord(entry.name)}) words="${[secondWord(entry.name), ...entry.words, flags(entry)].join(' ').trim()}" ;;`,
  );
  const choices = [...withChoices(entries)].map(
    ([name, words]) =>
      `    --${name}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`,
  );
  return `# Completion of ${PROGRAM} for bash.
_resync_migrate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "$previous" in
${choices.join('\n')}
    ${fileOptions(entries).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _resync_migrate ${PROGRAM}
`;
}

export function zshCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const names = entries.map(
    ({ name, summary }) => `    ${quoted(`${firstWord(name)}:${summary}`)}`,
  );
  const cases = entries.map((entry) => {
    const options = entry.options.map(([name, option]) => `      ${zshOption(name, option)}`);
    const words = [secondWord(entry.name), ...entry.words].filter((word) => word !== '');
    const rest = words.length > 0 ? `'*:word:(${words.join(' ')})'` : `'*:operand:_default'`;
    return `    ${firstWord(entry.name)}) _arguments \\\n${[...options, `      ${rest}`].join(' \\\n')} ;;`;
  });
  return `#compdef ${PROGRAM}
# Completion of ${PROGRAM} for zsh.
_resync_migrate() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _resync_migrate ]; then _resync_migrate "$@"; else compdef _resync_migrate ${PROGRAM}; fi
`;
}

function zshOption(name: string, option: CommandOption): string {
  const about = option.about.replace(/[[\]:]/g, ' ');
  if (option.value === undefined) return quoted(`--${name}[${about}]`);
  const kind = option.choices ? `(${option.choices.join(' ')})` : isFile(option) ? '_files' : '';
  return quoted(`--${name}=[${about}]:${name}:${kind}`);
}

export function fishCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const lines = entries.flatMap((entry) => {
    const word = firstWord(entry.name);
    const isIt = `-n '__fish_seen_subcommand_from ${word}'`;
    const words = [secondWord(entry.name), ...entry.words].filter((one) => one !== '').join(' ');
    return [
      `complete -c ${PROGRAM} -n __fish_use_subcommand -a ${word} -d ${quoted(entry.summary)}`,
      ...(words === '' ? [] : [`complete -c ${PROGRAM} ${isIt} -a '${words}'`]),
      ...entry.options.map(
        ([name, option]) =>
          `complete -c ${PROGRAM} ${isIt} -l ${name}${fishValue(option)} -d ${quoted(option.about)}`,
      ),
    ];
  });
  return `# Completion of ${PROGRAM} for fish.\ncomplete -c ${PROGRAM} -f\n${lines.join('\n')}\n`;
}

function fishValue({ choices, value }: CommandOption): string {
  if (choices !== undefined) return ` -x -a '${choices.join(' ')}'`;
  if (value === undefined) return '';
  return value === '<file>' ? ' -r -F' : ' -x';
}

function secondWord(name: string): string {
  return name.split(' ')[1] ?? '';
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
