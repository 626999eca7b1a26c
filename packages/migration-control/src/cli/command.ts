import type { Clock } from '@resync/cache-contract';
import type { Connection } from './connection/connection.js';
import type { Paint, Terminal } from './terminal.js';

/** One `--option` of a command. */
export interface CommandOption {
  /** What stands behind it, as in help: `<file>`. Undefined: nothing does. */
  readonly value?: string;
  readonly about: string;
  /** What may stand behind it, for the shell. */
  readonly choices?: readonly string[];
}

/** One word that stands behind the name of a command. */
export interface CommandOperand {
  readonly name: string;
  readonly about: string;
  readonly isOptional?: true;
  readonly choices?: readonly string[];
  readonly isFile?: true;
}

/** A command line that shows how a command is used. */
interface CommandExample {
  readonly line: string;
  readonly about: string;
}

/** What a command was asked, and what it may use. */
export interface CommandCall {
  readonly operands: Readonly<Record<string, string | undefined>>;
  readonly options: CommandOptions;
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly clock: Clock;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Aborted when somebody presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Connects when it is first asked for; closed by who has made the call. */
  readonly connect: () => Promise<Connection>;
}

/** The options that were given, by name. */
export class CommandOptions {
  readonly #given: Readonly<Record<string, string | boolean | undefined>>;

  constructor(given: Readonly<Record<string, string | boolean | undefined>>) {
    this.#given = given;
  }

  text(name: string): string | undefined {
    const value = this.#given[name];
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return this.#given[name] !== undefined && this.#given[name] !== false;
  }
}

/** What came of a command. */
export interface CommandOutcome {
  /** `no`: it was refused, or a check has failed. */
  readonly verdict: 'ok' | 'no';
  /** For `--json`; undefined: it was written as it came. */
  readonly data?: object;
  /** For people. */
  readonly text?: string;
}

/** One command. */
export interface Command {
  /** One word or two. */
  readonly name: string;
  /** Half a sentence for the list of commands. */
  readonly summary: string;
  /** What else one has to know. */
  readonly more?: string;
  readonly operands?: readonly CommandOperand[];
  readonly options?: Readonly<Record<string, CommandOption>>;
  readonly examples: readonly CommandExample[];
  readonly run: (call: CommandCall) => Promise<CommandOutcome>;
}
