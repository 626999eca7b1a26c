import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly stderr: string;
}

/** The built demo, as a process of its own. */
export class DemoProcess {
  readonly #child;
  readonly #lines: string[] = [];
  readonly #ended: Promise<Ending>;
  #notify: () => void = () => undefined;

  constructor(environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    this.#child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#notify();
    });
    this.#ended = once(this.#child, 'close').then(([code]) => ({
      code: code as number | null,
      stderr,
    }));
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first line that matches, now or later. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.#lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#notify = resolve;
        }),
        this.#ended.then(({ code, stderr }) => {
          throw new Error(`the demo ended with ${code} before ${String(pattern)}:\n${stderr}`);
        }),
      ]);
    }
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
    const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, parent]) => (parent === this.#child.pid && pid !== undefined ? [pid] : []));
  }
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
