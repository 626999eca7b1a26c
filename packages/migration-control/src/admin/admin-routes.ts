import type { Clock } from '@resync/cache-contract';
import { measurementsOf } from '../kpis/baseline.js';
import { evaluateKpis } from '../kpis/kpi.js';
import type { RolloutOperator } from '../operator/rollout-operator.js';
import type { AdminHandlerOptions } from './admin-options.js';
import { operatorName } from './operator-name.js';
import {
  checkBody,
  componentRequest,
  OPERATOR_REQUESTS,
  type OperatorRequest,
} from './operator-request.js';
import { Refusal } from './refusal.js';

/** A request that was let in. */
export interface AdminCall {
  readonly request: Request;
  readonly query: URLSearchParams;
  /** Reads the body. */
  readonly body: () => Promise<unknown>;
}

/** What one path and method does; what it returns is sent as JSON. */
export type AdminRoute = (call: AdminCall) => Promise<object>;

/** What an answer to a request that changed something holds. */
export interface AdminOutcome {
  /** Milliseconds from the request until what was asked for held. */
  readonly tookMs: number;
  readonly report: Awaited<ReturnType<RolloutOperator['report']>>;
}

type Settings = AdminHandlerOptions & { readonly clock: Clock };

/** Records of one answer. */
const MOST_RECORDS = 1000;
const MOST_PENDING = 50;

/** The routes by method and path below the base, those apart that stream. */
export function adminRoutes(settings: Settings): ReadonlyMap<string, AdminRoute> {
  const { operator, preflight } = settings;
  const perform = performer(settings);
  const changes = Object.keys(OPERATOR_REQUESTS) as OperatorRequest[];
  return new Map<string, AdminRoute>([
    ['GET /state', () => operator.report()],
    ['GET /plan', async () => operator.plan],
    ['GET /audit', ({ query }) => auditPage(operator, query)],
    ['GET /figures', ({ query }) => figures(settings, query)],
    ['GET /kpis', ({ query }) => kpis(settings, query)],
    [
      'POST /preflight',
      async ({ body }) => {
        const { component } = checkBody(componentRequest, await body());
        checkComponent(operator, component);
        if (preflight === undefined) throw notOffered('preflight');
        return { component, preflight: await preflight(component) };
      },
    ],
    ...changes.map((name) => [`POST /${name}`, perform(name)] as const),
  ]);
}

/** Routes that hand an event to the operator, a bounded number of them at once. */
function performer({ operator, clock }: Settings): (name: OperatorRequest) => AdminRoute {
  let pending = 0;
  return (name) => async (call) => {
    const event = checkBody(OPERATOR_REQUESTS[name], await call.body());
    const component = 'component' in event ? event.component : undefined;
    if (component !== undefined) checkComponent(operator, component);
    // A rollback is let through whatever else is waiting.
    if (pending >= MOST_PENDING && event.kind !== 'roll back') {
      throw new Refusal(
        'too-many-pending',
        `${pending} requests wait for the rollout already. Look at GET /state for what it waits for; a rollback is still accepted.`,
        { 'retry-after': '5' },
      );
    }
    const who = operatorName(call.request.headers.get('x-operator'));
    const start = clock.monotonic();
    pending += 1;
    try {
      await operator.handle(event, who);
    } finally {
      pending -= 1;
    }
    const tookMs = clock.monotonic() - start;
    const report = await operator.report();
    return { tookMs, report } satisfies AdminOutcome;
  };
}

async function auditPage(operator: RolloutOperator, query: URLSearchParams): Promise<object> {
  const limit = Number(query.get('limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_RECORDS) {
    throw new Refusal('bad-query', `Ask with limit as a whole number from 1 to ${MOST_RECORDS}.`);
  }
  const component = query.get('component');
  if (component !== null) checkComponent(operator, component);
  const all = await operator.audit();
  const fitting = all.filter(
    (record) => component === null || record.component === component || record.component === 'all',
  );
  return { total: fitting.length, records: fitting.slice(-limit) };
}

async function figures(settings: Settings, query: URLSearchParams): Promise<object> {
  const component = componentOf(settings.operator, query);
  if (settings.figures === undefined) throw notOffered('figures');
  const now = await settings.figures(component);
  const measurements = (await settings.measurements?.(component)) ?? {};
  return { component, figures: now, measurements };
}

async function kpis(settings: Settings, query: URLSearchParams): Promise<object> {
  const component = componentOf(settings.operator, query);
  if (settings.figures === undefined && settings.measurements === undefined) {
    throw notOffered('figures');
  }
  const now = await settings.figures?.(component);
  const further = (await settings.measurements?.(component)) ?? {};
  return { component, kpis: evaluateKpis({ ...(now && measurementsOf(now)), ...further }) };
}

function componentOf(operator: RolloutOperator, query: URLSearchParams): string {
  const component = query.get('component') ?? '';
  checkComponent(operator, component);
  return component;
}

function checkComponent({ plan }: RolloutOperator, component: string): void {
  const names = plan.components.map(({ name }) => name);
  if (names.includes(component)) return;
  throw new Refusal('unknown-component', `Name a component of ${names.join(', ')}.`);
}

function notOffered(option: 'preflight' | 'figures'): Refusal {
  return new Refusal(
    'not-offered',
    `The service was not given the option ${option} of its admin handler, so there is nothing to answer with.`,
  );
}
