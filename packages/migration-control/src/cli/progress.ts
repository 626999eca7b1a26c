import { printable, type Terminal } from './terminal.js';

const CLEAR_LINE = '\r\u001b[K';

/** What is being done, on one line that is replaced, where somebody looks on; nothing elsewhere. */
export class Progress {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  say(text: string): void {
    if (this.#terminal.isWatched) this.#terminal.err(`${CLEAR_LINE}${printable(text)} …`);
  }

  end(): void {
    if (this.#terminal.isWatched) this.#terminal.err(CLEAR_LINE);
  }
}
