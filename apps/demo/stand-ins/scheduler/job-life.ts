import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JobCommand, JobStatus } from '../../consumers/tws/job.js';
import type { JobRun } from '../../consumers/tws/tws-data.js';

/** Where a job begins. */
export interface JobLifeOptions {
  readonly seed: number;
  readonly status: JobStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly estimatedSeconds: number;
  /** Told of every change of the status, with the moment of it. */
  readonly onChange: (status: JobStatus, at: number) => void;
}

/** Runs that are remembered. */
const KEPT_RUNS = 20;
const MINUTE_MS = 60_000;
/** The share of runs that fail. */
const FAILING = 0.08;

const STATUS_AFTER: Readonly<Record<JobCommand, JobStatus>> = {
  hold: 'HOLD',
  release: 'READY',
  rerun: 'EXEC',
  cancel: 'CANCL',
};

/**
 * One job that waits, runs, ends or fails, and waits for its next run, as its seed and the time say.
 * It is brought up to date when it is asked for. Held and cancelled it stays as it is.
 */
export class JobLife {
  readonly #options: JobLifeOptions;
  readonly #uniform: () => number;
  #runs: readonly JobRun[] = [];
  #status: JobStatus;
  /** When the status changes by itself, in milliseconds since the epoch. */
  #until: number;
  #startedAt: number;

  constructor(options: JobLifeOptions) {
    const random = xoroshiro128plus(options.seed);
    this.#options = options;
    this.#uniform = () => uniformFloat64(random);
    this.#status = options.status;
    this.#startedAt = options.now;
    this.#until = options.now + this.#lengthOf(options.status);
  }

  get status(): JobStatus {
    return this.#status;
  }

  /** The last runs, the newest first; a run that goes on is the first. */
  get runs(): readonly JobRun[] {
    return this.#status === 'EXEC' ? [this.#run('EXEC', null), ...this.#runs] : this.#runs;
  }

  /** Lets everything happen that is due. */
  advance(now: number): void {
    while (this.#until <= now) this.#enter(this.#following(), this.#until);
  }

  execute(command: JobCommand, now: number): void {
    this.advance(now);
    this.#enter(STATUS_AFTER[command], now);
  }

  #enter(status: JobStatus, at: number): void {
    if (this.#status === 'EXEC') {
      const ended = status === 'SUCC' ? 'SUCC' : 'ABEND';
      this.#runs = [this.#run(ended, at), ...this.#runs].slice(0, KEPT_RUNS);
    }
    if (status === 'EXEC') this.#startedAt = at;
    this.#status = status;
    this.#until = at + this.#lengthOf(status);
    this.#options.onChange(status, at);
  }

  #following(): JobStatus {
    if (this.#status === 'READY') return 'EXEC';
    if (this.#status !== 'EXEC') return 'READY';
    return this.#uniform() < FAILING ? 'ABEND' : 'SUCC';
  }

  #lengthOf(status: JobStatus): number {
    const minutes = (from: number, to: number): number =>
      MINUTE_MS * (from + (to - from) * this.#uniform());
    switch (status) {
      case 'READY':
        return minutes(0.2, 2);
      case 'EXEC':
        return this.#options.estimatedSeconds * 1000 * (0.7 + 0.6 * this.#uniform());
      case 'SUCC':
        return minutes(2, 15);
      case 'ABEND':
        return minutes(5, 20);
      case 'HOLD':
      case 'CANCL':
        return Infinity;
    }
  }

  #run(status: JobStatus, endedAt: number | null): JobRun {
    return {
      startedAt: new Date(this.#startedAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
      status,
    };
  }
}
