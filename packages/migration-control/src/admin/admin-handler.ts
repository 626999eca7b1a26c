import { systemClock } from '@resync/cache-contract';
import { ControlError } from '../control-error.js';
import type { AdminHandlerOptions } from './admin-options.js';
import { adminRoutes, type AdminCall } from './admin-routes.js';
import { Admission, type RequestContext } from './admission.js';
import { EventFeed } from './event-feed.js';
import { eventStream } from './event-stream.js';
import { readJson } from './read-body.js';
import { Refusal, SAFE_HEADERS } from './refusal.js';

/** Answers requests below its base path; always with a response, and never by throwing. */
export interface AdminHandler {
  (request: Request, context?: RequestContext): Promise<Response>;
  /** Where its routes begin. */
  readonly basePath: string;
}

const EVENTS = 'GET /events';

/**
 * The admin surface of a rollout over HTTP, for whoever knows the token: what stands where, what was
 * decided, and every request that an operator may make. Every refusal is a problem of RFC 9457 whose
 * detail says what to do. No page of another site can reach it.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function createAdminHandler(options: AdminHandlerOptions): AdminHandler {
  const surface = new AdminSurface(options);
  const handler = (request: Request, context: RequestContext = {}): Promise<Response> =>
    surface.answer(request, context);
  return Object.assign(handler, { basePath: surface.basePath });
}

class AdminSurface {
  readonly basePath: string;
  readonly #options: AdminHandlerOptions;
  readonly #admission: Admission;
  readonly #routes: ReturnType<typeof adminRoutes>;
  readonly #feed: EventFeed;

  constructor(options: AdminHandlerOptions) {
    const { clock = systemClock, operator, token } = options;
    this.basePath = checkBasePath(options.basePath ?? '/admin');
    this.#options = options;
    this.#admission = new Admission({
      token,
      reach: options.reach ?? 'loopback',
      hosts: options.hosts,
      rate: options.rate ?? { perSecond: 20, burst: 60 },
      clock,
    });
    this.#routes = adminRoutes({ ...options, clock });
    const everyMs = options.heartbeatMs ?? 10_000;
    this.#feed = new EventFeed({ operator, clock, everyMs, onError: this.#onError });
  }

  async answer(request: Request, context: RequestContext): Promise<Response> {
    try {
      return await this.#carryOut(request, context);
    } catch (error) {
      return this.#refusalOf(error).response;
    }
  }

  async #carryOut(request: Request, context: RequestContext): Promise<Response> {
    if (this.#options.signal?.aborted === true) {
      throw new Refusal('closing', 'Ask again once the service is back.', { 'retry-after': '5' });
    }
    this.#admission.admit(request, context);
    const { pathname, searchParams } = new URL(request.url);
    const path = this.#pathBelow(pathname);
    const name = `${request.method} ${path}`;
    if (name === 'GET ') return json({ routes: this.#names });
    if (name === EVENTS) return this.#events(request);
    const route = this.#routes.get(name);
    if (route === undefined) throw this.#noRoute(path);
    const call: AdminCall = { request, query: searchParams, body: () => this.#body(request) };
    return json(await route(call));
  }

  get #names(): readonly string[] {
    return [...this.#routes.keys(), EVENTS];
  }

  /** Empty: the base itself. A path that is written in any other way than it is listed is not found. */
  #pathBelow(pathname: string): string {
    if (pathname === this.basePath || pathname === `${this.basePath}/`) return '';
    if (pathname.startsWith(`${this.basePath}/`)) return pathname.slice(this.basePath.length);
    throw this.#notFound();
  }

  #noRoute(path: string): Refusal {
    const methods = ['GET', 'POST'].filter(
      (method) => `${method} ${path}` === EVENTS || this.#routes.has(`${method} ${path}`),
    );
    if (path === '') methods.push('GET');
    if (methods.length === 0) return this.#notFound();
    const allow = methods.join(', ');
    return new Refusal('method-not-allowed', `Use ${allow} here.`, { allow });
  }

  #notFound(): Refusal {
    return new Refusal('not-found', `GET ${this.basePath} lists what there is.`);
  }

  #events(request: Request): Response {
    const { maxStreams = 20, signal } = this.#options;
    if (this.#feed.followers >= maxStreams) {
      throw new Refusal(
        'too-many-streams',
        `${maxStreams} follow already. End one of them, or ask for GET ${this.basePath}/state now and then.`,
        { 'retry-after': '10' },
      );
    }
    const lastId = request.headers.get('last-event-id') ?? undefined;
    return eventStream(this.#feed, { lastId, signal });
  }

  #body(request: Request): Promise<unknown> {
    const { maxBodyBytes = 16_384, bodyMs = 5000, clock = systemClock } = this.#options;
    return readJson(request, { maxBytes: maxBodyBytes, withinMs: bodyMs, clock });
  }

  #refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof ControlError) {
      const { code, message } = error;
      if (code === 'REFUSED_EVENT' || code === 'ILLEGAL_TARGET') {
        return new Refusal('refused', message);
      }
      if (code === 'CONTROL_STORE') {
        this.#onError(error);
        return new Refusal(
          'store-unavailable',
          `${message}. Look at GET /state before asking again.`,
        );
      }
    }
    this.#onError(error);
    return new Refusal(
      'failed',
      "It may have happened nevertheless: look at GET /state. The service was told why through the handler's option onError.",
    );
  }

  readonly #onError = (error: unknown): void => {
    try {
      this.#options.onError?.(error);
    } catch {
      // Who only listens stops nothing.
    }
  };
}

function json(body: object): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    headers: { ...SAFE_HEADERS, 'content-type': 'application/json' },
  });
}

/** @throws ControlError `INVALID_OPTION` */
function checkBasePath(path: string): string {
  if (/^(\/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])+$/.test(path)) return path;
  throw new ControlError(
    'INVALID_OPTION',
    `expected basePath to be like /admin, without a slash at its end; got ${JSON.stringify(path)}`,
  );
}
