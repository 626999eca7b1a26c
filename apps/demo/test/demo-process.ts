import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PrintedLines } from './printed-lines.js';
import { childrenOf } from './process-table.js';

/** The programs that are built, by what they are. */
const PROGRAMS = { demo: 'main.js', scenario: 'scenario.js' };

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly stderr: string;
}

/** The built demo, as a process of its own. */
export class DemoProcess {
  readonly #child;
  readonly #printed: PrintedLines;
  readonly #ended: Promise<Ending>;

  constructor(
    environment: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
    what: keyof typeof PROGRAMS = 'demo',
  ) {
    const program = fileURLToPath(new URL(`../dist/${PROGRAMS[what]}`, import.meta.url));
    this.#child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    this.#printed = new PrintedLines(this.#child.stdout);
    this.#ended = once(this.#child, 'close').then(([code]) => ({
      code: code as number | null,
      stderr,
    }));
  }

  get lines(): readonly string[] {
    return this.#printed.all;
  }

  /** The first line that matches, now or later. */
  line(pattern: RegExp): Promise<string> {
    const ended = this.#ended.then(({ code, stderr }) => `with ${code}:\n${stderr}`);
    return this.#printed.first(pattern, ended);
  }

  async url(): Promise<string> {
    const line = await this.line(/^Resync serves on /);
    return line.replace('Resync serves on ', '');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has ended by itself. */
  ended(): Promise<Ending> {
    return this.#ended;
  }

  /** Processes that it started and that are there now. */
  children(): readonly number[] {
    return childrenOf(this.#child.pid);
  }
}
