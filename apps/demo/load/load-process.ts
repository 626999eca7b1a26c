import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type {
  ClosedLoop,
  LoadCommand,
  LoadPlan,
  LoadProgress,
  LoadReport,
  LoadWindow,
} from './load-messages.js';

const GRACE_MS = 1000;

/** The load generator, seen from the process that started it. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #events = new EventEmitter();
  readonly #exited: Promise<unknown>;
  #isStopping = false;
  #progress: LoadProgress = { requests: 0, failed: 0, stale: 0, lagging: 0, percentages: {} };

  /**
   * @param program the built generator
   * @param told one line where the generator ends that nobody has stopped; default: standard error
   */
  constructor(program: string, told: (line: string) => void = toStandardError) {
    this.#child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#exited = new Promise((resolve) => {
      const gone = (how: string): void => {
        if (!this.#isStopping)
          told(`the load generator is gone: ${how}; there is no load any more`);
        this.#isStopping = true;
        resolve(undefined);
      };
      this.#child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
      // Where it could not be started, there is no exit; what could not be sent, its exit tells of.
      this.#child.on('error', (error) => {
        if (this.#child.pid === undefined) gone(error.message);
      });
    });
    this.#child.on('message', (report: LoadReport) => {
      if (report.kind === 'progress') this.#progress = report;
      this.#events.emit(report.kind, report);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Requests that were answered, or failed, since the start. */
  get requests(): number {
    return this.#progress.requests;
  }

  get failed(): number {
    return this.#progress.failed;
  }

  /** Reads that were stale. */
  get stale(): number {
    return this.#progress.stale;
  }

  /** Reads that were older than what was acknowledged, and were allowed to be. */
  get lagging(): number {
    return this.#progress.lagging;
  }

  /** How much of each component next answers for, as the service has told with an answer. */
  get percentages(): LoadProgress['percentages'] {
    return this.#progress.percentages;
  }

  start(plan: LoadPlan): void {
    this.#send({ kind: 'start', plan });
  }

  /** From now on so many requests a second are sent. */
  setRate(requestsPerSecond: number): void {
    this.#send({ kind: 'rate', requestsPerSecond });
  }

  /** Lets so many users send one request after the other, until {@link endLoop}. */
  beginLoop(users: number): void {
    this.#send({ kind: 'closed loop', loop: { users } });
  }

  /** Resolves when the last request of the loop was answered. */
  async endLoop(signal: AbortSignal): Promise<void> {
    const ended = this.#next('loop ended', signal);
    this.#send({ kind: 'end loop' });
    await ended;
  }

  /** Resolves when all users have ended. One loop at a time. */
  async runLoop(loop: ClosedLoop, signal: AbortSignal): Promise<void> {
    const ended = this.#next('loop ended', signal);
    this.#send({ kind: 'closed loop', loop });
    await ended;
  }

  /** Ends the open window and begins the next one. */
  async endWindow(signal: AbortSignal): Promise<LoadWindow> {
    const ended = this.#next('window', signal);
    this.#send({ kind: 'end-window' });
    return ((await ended) as Extract<LoadReport, { kind: 'window' }>).window;
  }

  /** Waits until the condition holds, which is asked ten times a second, as the generator reports. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    while (!condition()) await this.#next('progress', signal);
  }

  /** Ends the process; by force where it does not end by itself. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#child.connected) this.#child.disconnect();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#exited;
    clearTimeout(force);
  }

  #send(command: LoadCommand): void {
    // Whoever waits for a report of one that is gone is told by `#next`.
    if (this.#child.connected) this.#child.send(command);
  }

  /** The next report of its kind; rejects where the generator ends or the signal comes first. */
  async #next(kind: LoadReport['kind'], signal: AbortSignal): Promise<LoadReport> {
    const ended = this.#exited.then(() => {
      throw new Error('the load generator ended');
    });
    const [report] = (await Promise.race([once(this.#events, kind, { signal }), ended])) as [
      LoadReport,
    ];
    return report;
  }
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
