import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Elsewhere, where they are run with packages that were installed from a registry. */
const FOLDER = process.env['EXAMPLES_FOLDER'] ?? fileURLToPath(new URL('..', import.meta.url));

/** An example as a process of its own. */
export class Program {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #listening: Promise<string>;

  constructor(name: string, environment: Readonly<Record<string, string>> = {}) {
    const path = join(FOLDER, name);
    this.#child = spawn(process.execPath, [path], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#child, 'close');
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('expected a pipe');
    const output = createInterface({ input: stdout });
    this.#listening = new Promise((resolve, reject) => {
      output.on('line', (line) => {
        this.lines.push(line);
        if (line.startsWith('listening on ')) resolve(line.slice('listening on '.length));
      });
      output.on('close', () => reject(new Error(`ended before it listened: ${this.lines.join()}`)));
    });
    this.#listening.catch(() => undefined);
  }

  /** Resolves with what it printed and its exit code when it has ended by itself. */
  async ended(): Promise<{ readonly lines: readonly string[]; readonly code: unknown }> {
    const [code] = await this.#ended;
    return { lines: this.lines, code };
  }

  /** The address of a server, once it listens. */
  listening(): Promise<string> {
    return this.#listening;
  }

  /** Asks it to end. */
  async stop(): Promise<unknown> {
    this.#child.kill('SIGTERM');
    return (await this.ended()).code;
  }
}
