import { ManualClock } from '@resync/cache-contract/testing';
import { createAdminHandler, type AdminHandler } from '../../src/admin/admin-handler.js';
import type { AdminHandlerOptions } from '../../src/admin/admin-options.js';
import type { RequestContext } from '../../src/admin/admission.js';
import { ScriptedOperator } from './scripted-operator.js';

export const TOKEN = 'a-token-for-tests-0123456789';
export const LOCAL: RequestContext = { remoteAddress: '127.0.0.1' };

/** What a refusal looks like to a client. */
export interface SeenProblem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
}

/** A handler over a scripted operator, as a client sees it. */
export class AdminWorld {
  readonly clock = new ManualClock(1_000_000);
  readonly operator = new ScriptedOperator();
  readonly errors: unknown[] = [];
  readonly handler: AdminHandler;

  constructor(options: Partial<AdminHandlerOptions> = {}) {
    this.handler = createAdminHandler({
      operator: this.operator,
      token: TOKEN,
      clock: this.clock,
      onError: (error) => this.errors.push(error),
      ...options,
    });
  }

  /** Asks with the token, from this machine, unless told otherwise. */
  ask(path: string, init: RequestInit = {}, context = LOCAL): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${TOKEN}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const request = new Request(`http://127.0.0.1:3000${path}`, { ...init, headers });
    return this.handler(request, context);
  }

  /** Posts JSON. */
  post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('content-type', 'application/json');
    return this.ask(path, { method: 'POST', body: JSON.stringify(body), ...init, headers });
  }
}

/** A refusal, whose form is checked. */
export async function problemOf(response: Response): Promise<SeenProblem> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`expected a problem; got ${response.status} ${await response.text()}`);
  }
  const problem = (await response.json()) as SeenProblem;
  if (problem.status !== response.status) throw new Error('the status is not that of the problem');
  if (!/^[A-Z].*[.;]?$/.test(problem.title)) throw new Error(`no title: ${problem.title}`);
  if (problem.detail.length < 10) throw new Error(`says nothing: ${problem.detail}`);
  return problem;
}
