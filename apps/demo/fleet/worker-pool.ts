import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { DemoError } from '../demo-error.js';
import type { FromWorker, ToWorker, WorkerSecond } from './fleet-messages.js';

/** What a pool is told. */
export interface WorkerPoolOptions {
  /** The built program of a worker. */
  readonly program: string;
  readonly count: number;
  /** What a worker is told first, each time that it is started. */
  readonly firstWords: (name: string) => readonly ToWorker[];
  readonly onNote: (sentence: string, component?: string) => void;
  /** When it is aborted, nobody is replaced any longer. */
  readonly signal: AbortSignal;
}

/** One worker that runs. */
export interface PooledWorker {
  readonly name: string;
  readonly worker: Worker;
  /** What it has seen last; undefined: nothing yet. */
  last: WorkerSecond | undefined;
}

/** By their numbers: w2 comes before w10. */
export function byWorkerName(
  one: { readonly name: string },
  other: { readonly name: string },
): number {
  return one.name.localeCompare(other.name, 'en', { numeric: true });
}

/** A worker has so many milliseconds to end by itself. */
const GRACE_MS = 2500;
const ANSWER_MS = 2000;
/** One that dies at once is not started again at once. */
const PAUSE_MS = 500;

/** The processes that serve: so many of them, whatever happens to one. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #running = new Map<string, PooledWorker>();
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #asked = 0;
  /** The address, once somebody serves there. */
  #url: string | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    cluster.setupPrimary({ exec: options.program, args: [], serialization: 'advanced' });
  }

  get running(): readonly PooledWorker[] {
    return [...this.#running.values()].sort(byWorkerName);
  }

  /**
   * Starts all of them; resolves with the address when all serve.
   *
   * @throws DemoError where one could not begin
   */
  async start(): Promise<string> {
    const names = Array.from({ length: this.#options.count }, (_, index) => `w${index + 1}`);
    const urls = await Promise.all(names.map((name) => this.#begin(name)));
    this.#url = urls[0];
    return urls[0] ?? '';
  }

  /** To all of them. */
  tell(message: ToWorker): void {
    for (const { worker } of this.#running.values()) send(worker, message);
  }

  /** What each of them answers, by name; who does not answer in time is left out. */
  async ask(
    question: Extract<ToWorker, { kind: 'ask' }>['question'],
  ): Promise<Map<string, unknown>> {
    const answers = new Map<string, unknown>();
    await Promise.all(
      this.running.map(async ({ name, worker }) => {
        this.#asked += 1;
        const id = this.#asked;
        const answered = new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ANSWER_MS);
          this.#answers.set(id, (answer) => {
            clearTimeout(timer);
            answers.set(name, answer);
            resolve();
          });
        });
        send(worker, { kind: 'ask', id, question });
        await answered;
        this.#answers.delete(id);
      }),
    );
    return answers;
  }

  /** Ends all of them; by force those that do not end by themselves. */
  async end(): Promise<void> {
    // Nobody is replaced that ends now.
    this.#url = undefined;
    const ending = this.running.map(async ({ worker }) => {
      if (worker.isDead()) return;
      const exited = once(worker, 'exit');
      send(worker, { kind: 'end' });
      const force = setTimeout(() => worker.process.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(force);
    });
    await Promise.all(ending);
  }

  /** Resolves with the address when it serves. */
  async #begin(name: string): Promise<string> {
    const worker = cluster.fork();
    const pooled: PooledWorker = { name, worker, last: undefined };
    this.#running.set(name, pooled);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') this.#firstWords(pooled);
        else if (message.kind === 'serving') resolve(message.url);
        else if (message.kind === 'failed') reject(new DemoError(message.why));
        else this.#heed(pooled, message);
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.#running.delete(name);
        reject(new DemoError(`${name} ended (${signal ?? code}) before it served`));
        this.#replace(name, signal ?? `exit code ${code}`);
      });
    });
  }

  #firstWords({ name, worker }: PooledWorker): void {
    for (const message of this.#options.firstWords(name)) send(worker, message);
  }

  #heed(pooled: PooledWorker, message: FromWorker): void {
    if (message.kind === 'second') pooled.last = message;
    else if (message.kind === 'note') this.#options.onNote(message.sentence, message.component);
    else if (message.kind === 'answer') this.#answers.get(message.id)?.(message.answer);
  }

  #replace(name: string, why: string): void {
    // What ends before all have served once is told by the start.
    const { onNote, signal: ending } = this.#options;
    if (ending.aborted || this.#url === undefined) return;
    onNote(`${name} has died (${why}); another process takes its place`);
    setTimeout(() => {
      if (ending.aborted || this.#url === undefined) return;
      this.#begin(name).then(
        () =>
          onNote(`${name} serves again, as process ${this.#running.get(name)?.worker.process.pid}`),
        (error: unknown) => onNote(`${name} could not begin: ${String(error)}`),
      );
    }, PAUSE_MS);
  }
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, undefined, () => undefined);
}
