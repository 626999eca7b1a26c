import type { PreflightReport } from '@resync/cache-contract';
import type { AdminOutcome } from '../../admin/admin-routes.js';
import type { AuditRecord } from '../../audit/audit-log.js';
import type { OperatorEvent, RolloutReport } from '../../operator/rollout-operator.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { CommandError } from '../command-error.js';
import { delay } from '../delay.js';
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

/** What is asked. */
interface SurfaceRequest {
  readonly method?: 'POST';
  /** JSON. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Until when an answer is waited for. */
interface Attempt {
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly end: number;
}

/** Milliseconds until a stream that has ended is asked for again. */
const RECONNECT_MS = 1000;

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
    let lastId: string | undefined;
    let why: string | undefined;
    for (;;) {
      try {
        const response = await this.#events(signal, lastId);
        if (why !== undefined) yield { kind: 'back' };
        why = `${this.#options.url} has ended the stream`;
        for await (const { id, name, data } of readEvents(response)) {
          lastId = id ?? lastId;
          if (name === 'state') yield { kind: 'state', report: JSON.parse(data) as RolloutReport };
          if (name === 'record') yield { kind: 'record', record: JSON.parse(data) as AuditRecord };
        }
      } catch (error) {
        if (signal.aborted) return;
        const known = error instanceof CommandError ? error : this.#unreachable(error);
        // Who is refused at first is told; later the service may be starting again.
        if (why === undefined || known.code !== 'UNREACHABLE') throw known;
        why = known.message;
      }
      if (signal.aborted) return;
      yield { kind: 'cut', why };
      await delay(this.#options.clock, RECONNECT_MS, signal);
    }
  }

  async close(): Promise<void> {
    // Every answer has been read; the connection ends with the process.
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask(path, {});
  }

  async #ask<T>(path: string, request: SurfaceRequest): Promise<T> {
    try {
      return await this.#within(this.#options.signal, async (attempt) => {
        const response = await this.#fetch(path, request, attempt);
        return (await response.json()) as T;
      });
    } catch (error) {
      throw error instanceof CommandError ? error : this.#unreachable(error);
    }
  }

  /** What came after the last event that was seen; the stream ends with the signal. */
  #events(signal: AbortSignal, lastId: string | undefined): Promise<Response> {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    return this.#within(signal, (attempt) => this.#fetch('/events', { headers }, attempt));
  }

  /** Ends what takes longer than the limit, or when the signal says so, also later. */
  async #within<T>(signal: AbortSignal, ask: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#options;
    const late = new AbortController();
    const timer = clock.schedule(() => late.abort(), timeoutMs);
    const end = clock.monotonic() + timeoutMs;
    try {
      return await ask({ signal: AbortSignal.any([signal, late.signal]), end });
    } finally {
      timer.cancel();
    }
  }

  /** Asks again when it is told to and there is time: what is refused for its rate has not happened. */
  async #fetch(path: string, request: SurfaceRequest, { end, signal }: Attempt): Promise<Response> {
    const { clock, url } = this.#options;
    let response = await this.#send(path, request, signal);
    for (;;) {
      const waitMs = retryAfterOf(response);
      if (waitMs === undefined || clock.monotonic() + waitMs >= end) break;
      await response.body?.cancel();
      await delay(clock, waitMs, signal);
      response = await this.#send(path, request, signal);
    }
    if (!response.ok) throw await refusalOf(response, url);
    const type = response.headers.get('content-type') ?? '';
    if (!/^(application\/json|text\/event-stream)/.test(type)) {
      throw new CommandError('UNREACHABLE', notTheSurface(url));
    }
    return response;
  }

  async #send(path: string, request: SurfaceRequest, signal: AbortSignal): Promise<Response> {
    const { token, url, who } = this.#options;
    try {
      return await fetch(`${url}${path}`, {
        ...request,
        signal,
        // Somebody else than who was asked would get the token.
        redirect: 'error',
        headers: {
          ...request.headers,
          authorization: `Bearer ${token}`,
          'x-operator': encodeURIComponent(who),
          ...(request.body !== undefined && { 'content-type': 'application/json' }),
        },
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
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

/** Milliseconds after which a request that came too often may be made again; undefined: it was let in. */
function retryAfterOf({ headers, status }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return status === 429 && seconds >= 0 ? seconds * 1000 : undefined;
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
