import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PrintedLines } from '../test/printed-lines.js';
import { familyOf, isRunning } from '../test/process-table.js';

/** An npm script of a copy of the workspace, started as a user starts it. */
export class WorkspaceProcess {
  readonly #child;
  readonly #printed: PrintedLines;
  readonly #ended: Promise<number | null>;
  readonly #begun = performance.now();

  constructor(
    folder: string,
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#child = spawn('npm', args, {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#printed = new PrintedLines(this.#child.stdout, this.#child.stderr);
    this.#ended = once(this.#child, 'exit').then(([code]) => code as number | null);
  }

  get output(): string {
    return this.#printed.all.join('\n');
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** The first line that matches, now or later. */
  line(pattern: RegExp): Promise<string> {
    const ended = this.#ended.then((code) => `with ${code}:\n${this.output}`);
    return this.#printed.first(pattern, ended);
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Sends npm itself a SIGTERM; resolves with the seconds until npm and all that it led to are gone. */
  async terminate(): Promise<number> {
    const begun = performance.now();
    const family = familyOf(this.#child.pid);
    this.#child.kill('SIGTERM');
    await this.#ended;
    while (family.some(isRunning)) await new Promise((resolve) => setImmediate(resolve));
    return (performance.now() - begun) / 1000;
  }
}
