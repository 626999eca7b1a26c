import type { Clock, PreflightReport } from '@resync/cache-contract';
import type { AdminOutcome } from '../../admin/admin-routes.js';
import { ControlError } from '../../control-error.js';
import type {
  OperatorEvent,
  RolloutOperator,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { CommandError } from '../command-error.js';
import { delay } from '../delay.js';
import type { Connection, RolloutNews } from './connection.js';

/** What a connection to an operator is told. */
export interface OperatorConnectionOptions {
  readonly name: string;
  readonly operator: RolloutOperator;
  readonly who: string;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/** Milliseconds until a control store that was lost is asked again. */
const RETRY_MS = 1000;

/** Steers a rollout by what is in its control store, with no service in between. */
export class OperatorConnection implements Connection {
  readonly name: string;
  readonly #options: OperatorConnectionOptions;
  readonly #onLost = new Set<() => void>();

  constructor(options: OperatorConnectionOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async plan(): Promise<RolloutPlan> {
    return this.#options.operator.plan;
  }

  report(): Promise<RolloutReport> {
    return this.#spoken(() => this.#options.operator.report());
  }

  request(event: OperatorEvent): Promise<AdminOutcome> {
    const { clock, operator, who } = this.#options;
    return this.#spoken(async () => {
      const start = clock.monotonic();
      await operator.handle(event, who);
      const tookMs = clock.monotonic() - start;
      return { tookMs, report: await operator.report() };
    });
  }

  audit({ limit, component }: Parameters<Connection['audit']>[0]): ReturnType<Connection['audit']> {
    return this.#spoken(async () => {
      const all = await this.#options.operator.audit();
      const fitting = all.filter(
        (record) =>
          component === undefined || record.component === component || record.component === 'all',
      );
      return { total: fitting.length, records: fitting.slice(-limit) };
    });
  }

  async preflight(): Promise<PreflightReport> {
    throw notThere('The caches', 'a preflight');
  }

  async figures(): Promise<never> {
    throw notThere('Figures', 'them');
  }

  async *follow(signal: AbortSignal): AsyncIterable<RolloutNews> {
    const { operator } = this.#options;
    const news: (RolloutNews | 'lost')[] = [];
    let wake: () => void = () => undefined;
    const unfollow = operator.follow((record) => {
      news.push({ kind: 'record', record });
      wake();
    });
    const lose = (): void => {
      news.push('lost');
      wake();
    };
    const onAbort = (): void => wake();
    this.#onLost.add(lose);
    signal.addEventListener('abort', onAbort);
    try {
      yield { kind: 'state', report: await this.report() };
      while (!signal.aborted) {
        if (news.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const batch = news.splice(0);
        for (const one of batch) if (one !== 'lost') yield one;
        if (batch.length > 0) yield* this.#stateOnceThere(signal);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#onLost.delete(lose);
      unfollow();
    }
  }

  /** The control store does not answer; who follows is told. */
  lose(): void {
    for (const listener of this.#onLost) listener();
  }

  /** The state, also where the control store has to be waited for. */
  async *#stateOnceThere(signal: AbortSignal): AsyncIterable<RolloutNews> {
    for (let isCut = false; !signal.aborted; isCut = true) {
      try {
        const report = await this.report();
        if (isCut) yield { kind: 'back' };
        yield { kind: 'state', report };
        return;
      } catch (error) {
        if (!(error instanceof CommandError && error.code === 'UNREACHABLE')) throw error;
        yield { kind: 'cut', why: error.message };
        await delay(this.#options.clock, RETRY_MS, signal);
      }
    }
  }

  close(): Promise<void> {
    return this.#options.close();
  }

  async #spoken<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      const isAnswer = error.code === 'REFUSED_EVENT' || error.code === 'ILLEGAL_TARGET';
      throw new CommandError(isAnswer ? 'REFUSED' : 'UNREACHABLE', error.message, { cause: error });
    }
  }
}

function notThere(what: string, command: string): CommandError {
  return new CommandError(
    'USAGE',
    `${what} are in the service, and not in its control store: ask its admin surface, with --url in place of --redis, for ${command}`,
  );
}
