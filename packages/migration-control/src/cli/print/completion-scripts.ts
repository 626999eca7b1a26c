import type { Command, CommandOperand, CommandOption } from '../command.js';
import { GLOBAL_OPTIONS } from '../global-options.js';
import { PROGRAM } from '../program.js';

/** What may be written behind a command, and behind each of its options. */
interface Entry {
  /** The first word of the command, by which a shell finds it. */
  readonly word: string;
  readonly summary: string;
  /** In this order behind it: the second word of its name, where there is one, and the operands. */
  readonly places: readonly Place[];
  readonly options: readonly (readonly [name: string, option: CommandOption])[];
}

/** What may stand in one place: one of these words, a file, or what no shell knows. */
interface Place {
  readonly name: string;
  readonly kind: 'words' | 'file' | 'unknown';
  readonly words: readonly string[];
}

function entriesOf(commands: readonly Command[]): readonly Entry[] {
  return commands.map(({ name, operands = [], options = {}, summary }) => {
    const [word = '', ...more] = name.split(' ');
    return {
      word,
      summary,
      places: [...more.map((second) => wordsIn(second, [second])), ...operands.map(placeOf)],
      options: Object.entries<CommandOption>({ ...options, ...GLOBAL_OPTIONS }),
    };
  });
}

function placeOf({ name, choices, isFile: isAFile }: CommandOperand): Place {
  if (choices !== undefined) return wordsIn(name, choices);
  return { name, kind: isAFile === true ? 'file' : 'unknown', words: [] };
}

function wordsIn(name: string, words: readonly string[]): Place {
  return { name, kind: 'words', words };
}

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

/** Options that have no value. */
function switches(entries: readonly Entry[]): readonly string[] {
  const all = entries.flatMap(({ options }) => options);
  const found = all.filter(([, { value }]) => value === undefined);
  return [...new Set(found.map(([name]) => `--${name}`))];
}

export function bashCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const names = [...new Set(entries.map(({ word }) => word))].join(' ');
  const options = entries.map((entry) => `    ${entry.word}) options="${flags(entry)}" ;;`);
  const places = entries.flatMap(({ word, places: all }) =>
    all.flatMap((place, index) => {
      if (place.kind === 'unknown') return [];
      const offered = place.kind === 'file' ? BASH_FILES : `words="${place.words.join(' ')}" ;;`;
      return [`    "${word} ${index}") ${offered}`];
    }),
  );
  const choices = [...withChoices(entries)].map(
    ([name, words]) =>
      `    --${name}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`,
  );
  return `# Completion of ${PROGRAM} for bash.
_resync_migrate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local words="" options="" index place=0
  case "$previous" in
${choices.join('\n')}
    ${fileOptions(entries).join('|')}) ${BASH_FILES}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac
  # Which operand it is: options do not count, nor do their values.
  for ((index = 2; index < COMP_CWORD; index += 1)); do
    case "\${COMP_WORDS[index]}" in
      ${switches(entries).join('|')}) ;;
      -*)
        [ "\${COMP_WORDS[index+1]}" = "=" ] && ((index += 1))
        ((index += 1)) ;;
      *) ((place += 1)) ;;
    esac
  done
  case "\${COMP_WORDS[1]} $place" in
${places.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words $options" -- "$current"))
}
complete -F _resync_migrate ${PROGRAM}
`;
}

/** Bash 3 offers them without a slash behind folders. */
const BASH_FILES = `COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null; return ;;`;

export function zshCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const names = entries.map(({ word, summary }) => `    ${quoted(`${word}:${summary}`)}`);
  const cases = entries.map((entry) => {
    const parts = [
      ...entry.options.map(([name, option]) => zshOption(name, option)),
      ...entry.places.map(zshPlace),
    ];
    return `    ${entry.word}) _arguments \\\n${parts.map((part) => `      ${part}`).join(' \\\n')} ;;`;
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

/** Of what no shell knows there are no words; an empty action would keep options from being offered. */
function zshPlace({ kind, name, words }: Place, index: number): string {
  const action = kind === 'file' ? '_files' : `(${words.join(' ') || ' '})`;
  return quoted(`${index + 1}:${name}:${action}`);
}

function zshOption(name: string, option: CommandOption): string {
  const about = option.about.replaceAll(/[[\]]/g, '\\$&');
  if (option.value === undefined) return quoted(`--${name}[${about}]`);
  const kind = option.choices ? `(${option.choices.join(' ')})` : isFile(option) ? '_files' : '';
  return quoted(`--${name}=[${about}]:${name}:${kind}`);
}

export function fishCompletion(commands: readonly Command[]): string {
  const entries = entriesOf(commands);
  const lines = entries.flatMap((entry) => [
    `complete -c ${PROGRAM} -n __fish_use_subcommand -a ${entry.word} -d ${quoted(entry.summary)}`,
    ...entry.places.flatMap((place, index) => fishPlace(entry, place, index)),
    ...entry.options.map(
      ([name, option]) =>
        `complete -c ${PROGRAM} ${fishWhere([entry.word])} -l ${name}${fishValue(option)} -d ${quoted(option.about)}`,
    ),
  ]);
  return `# Completion of ${PROGRAM} for fish.\ncomplete -c ${PROGRAM} -f\n${lines.join('\n')}\n`;
}

/** Words are offered until one of them is there; a file behind the words before it. */
function fishPlace({ word, places }: Entry, { kind, words }: Place, index: number): string[] {
  const before = places.slice(0, index).flatMap((place) => place.words);
  const where = [word, ...before];
  if (kind === 'file') return [`complete -c ${PROGRAM} ${fishWhere(where)} -F`];
  if (kind === 'unknown') return [];
  return [`complete -c ${PROGRAM} ${fishWhere(where, words)} -a '${words.join(' ')}'`];
}

function fishWhere(seen: readonly string[], unseen: readonly string[] = []): string {
  const conditions = [
    ...seen.map((word) => `__fish_seen_subcommand_from ${word}`),
    ...(unseen.length === 0 ? [] : [`not __fish_seen_subcommand_from ${unseen.join(' ')}`]),
  ];
  return `-n '${conditions.join('; and ')}'`;
}

function fishValue({ choices, value }: CommandOption): string {
  if (choices !== undefined) return ` -x -a '${choices.join(' ')}'`;
  if (value === undefined) return '';
  return value === '<file>' ? ' -r -F' : ' -x';
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
