import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVICE = fileURLToPath(new URL('service.mjs', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../dist/cli/resync-migrate.js', import.meta.url));

export const TOKEN = 'a-token-for-tests-0123456789';

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A service with a rollout, and a folder in which commands against it are run. */
export class SteeredProcess {
  readonly url: string;
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child;
    this.url = url;
    this.folder = folder;
  }

  /** @param places the components, each as its name, with `=` and the steps that it has been promoted by */
  static async start(places: readonly string[]): Promise<SteeredProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'resync-command-'));
    const child = fork(SERVICE, [folder, TOKEN, ...places]);
    const [{ port }] = (await once(child, 'message')) as [AddressInfo];
    return new SteeredProcess(child, `http://127.0.0.1:${port}`, folder);
  }

  /** Runs the command against the service. */
  run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const own = { RESYNC_TOKEN: TOKEN, RESYNC_URL: `${this.url}/admin`, USER: 'ann' };
    return runCommand(args, { folder: this.folder, environment: { ...own, ...environment } });
  }

  /** What the service has served, and how much of it went wrong. */
  async served(): Promise<{ readonly requests: number; readonly failedRequests: number }> {
    const response = await fetch(`${this.url}/work`);
    return (await response.json()) as { requests: number; failedRequests: number };
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Where the command is run. */
export interface CommandSettings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called once it has written something. */
  readonly onOut?: () => void;
}

/** Runs the command as anybody does. */
export function runCommand(args: readonly string[], settings: CommandSettings): Promise<Ended> {
  const { folder, environment, onOut = () => undefined } = settings;
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    const words = [COMMAND, ...args];
    const child = execFile(process.execPath, words, { cwd: folder, env }, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, out, err });
    });
    child.stdout?.once('data', onOut);
  });
}
