import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What a process prints, line by line. */
export class PrintedLines {
  readonly all: string[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(...streams: readonly Readable[]) {
    for (const stream of streams) {
      createInterface({ input: stream }).on('line', (line) => {
        this.all.push(line);
        for (const goOn of this.#waiting.splice(0)) goOn();
      });
    }
  }

  /**
   * The first line that matches, now or later.
   *
   * @param ended resolves with how the process ended, for the error where no line came before
   */
  async first(pattern: RegExp, ended: Promise<string>): Promise<string> {
    for (;;) {
      const found = this.all.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        ended.then((how) => {
          throw new Error(`expected ${String(pattern)}; it ended ${how}`);
        }),
      ]);
    }
  }
}
