import type { PreflightReport } from '@resync/cache-contract';
import type { AdminOutcome } from '../../admin/admin-routes.js';
import type { AuditRecord } from '../../audit/audit-log.js';
import type { OperatorEvent, RolloutReport } from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { CommandError } from '../command-error.js';
import type { Connection, RolloutNews } from './connection.js';
import { readEvents } from './read-events.js';
import type { Clock } from '@resync/cache-contract';

/** Where an admin surface is, and who asks it. */
export interface HttpConnectionOptions {
  /** With its base path, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly who: string;
  /** Milliseconds for one answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

const PATHS = {
  pause: 'pause',
  resume: 'resume',
  promote: 'promote',
  approve: 'approve',
  'roll back': 'rollback',
  'set percentage': 'percentage',
} as const satisfies Record<OperatorEvent['kind'], string>;

/** Speaks to the admin surface of a service. */
export class HttpConnection implements Connection {
  readonly name: string;
  readonly #options: HttpConnectionOptions;

  constructor(options: HttpConnectionOptions) {
    this.name = options.url;
    this.#options = options;
  }

  plan(): Promise<RolloutPlan> {
    return this.#get('/plan');
  }

  report(): Promise<RolloutReport> {
    return this.#get('/state');
  }

  request({ kind, ...body }: OperatorEvent): Promise<AdminOutcome> {
    return this.#ask(`/${PATHS[kind]}`, { method: 'POST', body: JSON.stringify(body) });
  }

  audit({ limit, component }: Parameters<Connection['audit']>[0]): ReturnType<Connection['audit']> {
    const only = component === undefined ? '' : `&component=${encodeURIComponent(component)}`;
    return this.#get(`/audit?limit=${limit}${only}`);
  }

  async preflight(component: string): Promise<PreflightReport> {
    const body = JSON.stringify({ component });
    const answer = await this.#ask<{ preflight: PreflightReport }>('/preflight', {
      method: 'POST',
      body,
    });
    return answer.preflight;
  }

  figures(component: string): ReturnType<Connection['figures']> {
    return this.#get(`/figures?component=${encodeURIComponent(component)}`);
  }

  async *follow(signal: AbortSignal): AsyncIterable<RolloutNews> {
    try {
      const response = await this.#within(
        (answered) => this.#fetch('/events', { signal: answered }),
        signal,
      );
      for await (const { name, data } of readEvents(response)) {
        if (name === 'state') yield { kind: 'state', report: JSON.parse(data) as RolloutReport };
        if (name === 'record') yield { kind: 'record', record: JSON.parse(data) as AuditRecord };
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof CommandError ? error : this.#unreachable(error);
    }
  }

  async close(): Promise<void> {
    // Every answer has been read; the connection ends with the process.
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask(path, {});
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    try {
      return await this.#within(async (signal) => {
        const response = await this.#fetch(path, { ...init, signal });
        return (await response.json()) as T;
      }, this.#options.signal);
    } catch (error) {
      throw error instanceof CommandError ? error : this.#unreachable(error);
    }
  }

  /** Ends what takes longer than the limit, or when the signal says so, also later. */
  async #within<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, timeoutMs } = this.#options;
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const timer = clock.schedule(end, timeoutMs);
    signal.addEventListener('abort', end);
    try {
      return await ask(ending.signal);
    } finally {
      timer.cancel();
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { token, url, who } = this.#options;
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        ...init,
        // Somebody else than who was asked would get the token.
        redirect: 'error',
        headers: {
          authorization: `Bearer ${token}`,
          'x-operator': encodeURIComponent(who),
          ...(init.body !== undefined && { 'content-type': 'application/json' }),
        },
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
    if (!response.ok) throw await refusalOf(response, url);
    const type = response.headers.get('content-type') ?? '';
    if (!/^(application\/json|text\/event-stream)/.test(type)) {
      throw new CommandError('UNREACHABLE', notTheSurface(url));
    }
    return response;
  }

  #unreachable(error: unknown): CommandError {
    const { signal, timeoutMs, url } = this.#options;
    if (signal.aborted) return new CommandError('INTERRUPTED', 'interrupted');
    const why =
      error instanceof Error && error.name === 'AbortError' ? 'no answer' : causeOf(error);
    const within =
      why === 'no answer'
        ? ` within ${timeoutMs / 1000} s; what was asked for may happen nevertheless`
        : '';
    return new CommandError(
      'UNREACHABLE',
      `${url} cannot be reached: ${why}${within}. Does the service run there? Name its admin surface with --url or RESYNC_URL`,
      { cause: error },
    );
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}

async function refusalOf(response: Response, url: string): Promise<CommandError> {
  const { status } = response;
  let problem: { readonly title?: unknown; readonly detail?: unknown } = {};
  try {
    problem = (await response.json()) as typeof problem;
  } catch {
    // Whoever answers there is not the admin surface.
  }
  if (typeof problem.title !== 'string' || typeof problem.detail !== 'string') {
    return new CommandError('UNREACHABLE', `${notTheSurface(url)} (status ${status})`);
  }
  // What the surface says to a client of HTTP is no help on a command line.
  if (status === 401) {
    return new CommandError(
      'UNREACHABLE',
      `${problem.title}: expected that of ${url} in the variable RESYNC_TOKEN, or in a file that --token-file names`,
    );
  }
  const isLetIn = ![403, 408, 429, 500, 502, 503, 504].includes(status);
  return new CommandError(
    isLetIn ? 'REFUSED' : 'UNREACHABLE',
    `${problem.title}: ${problem.detail}`,
  );
}

function notTheSurface(url: string): string {
  return `${url} answers, and is not the admin surface of a rollout; name that with --url or RESYNC_URL`;
}
