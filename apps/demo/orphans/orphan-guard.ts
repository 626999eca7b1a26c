import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { NO_ORPHANS, type Orphans } from './orphans.js';

/**
 * Keeps what this process starts from outliving it, also where it is killed. A process beside it,
 * `orphan-watch.ts`, does that, which needs nothing of the platform but a channel that closes.
 */
export class OrphanGuard {
  readonly #program: string;
  /** Undefined: there is nothing to be kept yet. */
  #watch: ChildProcess | undefined;
  #orphans = NO_ORPHANS;

  /** @param program the built watch */
  constructor(program: string) {
    this.#program = program;
  }

  /** The folder goes with the guard. */
  keepFolder(folder: string): void {
    void this.#tell({ ...this.#orphans, folder });
  }

  /** The server goes with the guard, unless it has ended before. */
  readonly keep = (server: ChildProcess): void => {
    const { pid } = server;
    if (pid === undefined) return;
    void this.#tell({ ...this.#orphans, processes: [...this.#orphans.processes, pid] });
    // Its id may be another's from now on.
    server.once('exit', () => {
      const processes = this.#orphans.processes.filter((one) => one !== pid);
      void this.#tell({ ...this.#orphans, processes });
    });
  };

  /** Ends what is still there, as the end of this process would; resolves when it is gone. */
  async end(): Promise<void> {
    const watch = this.#watch;
    if (watch === undefined) return;
    await this.#tell(this.#orphans);
    if (!watch.connected) return;
    watch.disconnect();
    await once(watch, 'exit');
  }

  /** Resolves when it is on its way. A watch that is gone itself keeps nobody from anything. */
  #tell(orphans: Orphans): Promise<unknown> {
    this.#orphans = orphans;
    const watch = (this.#watch ??= fork(this.#program, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }));
    if (!watch.connected) return Promise.resolve();
    return new Promise((resolve) => {
      watch.send(orphans, undefined, undefined, resolve);
    });
  }
}
