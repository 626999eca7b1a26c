import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An npm script of a copy of the workspace, started as a user starts it. */
export class WorkspaceProcess {
  readonly #child;
  readonly #lines: string[] = [];
  readonly #ended: Promise<number | null>;
  readonly #begun = performance.now();
  #notify: () => void = () => undefined;

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
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        this.#notify();
      });
    }
    this.#ended = once(this.#child, 'exit').then(([code]) => code as number | null);
  }

  get output(): string {
    return this.#lines.join('\n');
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
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
        this.#ended.then((code) => {
          throw new Error(`it ended with ${code} before ${String(pattern)}:\n${this.output}`);
        }),
      ]);
    }
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Sends npm itself a SIGTERM; resolves with the seconds until npm and all that it led to are gone. */
  async terminate(): Promise<number> {
    const begun = performance.now();
    const family = this.#family();
    this.#child.kill('SIGTERM');
    await this.#ended;
    while (family.some(isRunning)) await new Promise((resolve) => setImmediate(resolve));
    return (performance.now() - begun) / 1000;
  }

  #family(): readonly number[] {
    const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
    const parents = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = [this.#child.pid ?? 0];
    for (const member of family) {
      for (const [pid, parent] of parents) {
        if (parent === member && pid !== undefined) family.push(pid);
      }
    }
    return family;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
