import { expect, it } from 'vitest';
import { createAdminHandler } from '../../src/admin/admin-handler.js';
import { ControlError } from '../../src/control-error.js';
import { AdminWorld, LOCAL, problemOf, TOKEN } from './admin-world.js';

const FIGURES = {
  at: 0,
  seconds: 10,
  requests: 2000,
  failedRequests: 0,
  p95: 12,
  operations: 4000,
  meanLatency: 0.1,
  heapBytes: 1000,
  hitRate: 0.9,
};

it('shows the state, the plan and the records', async () => {
  const world = new AdminWorld();
  world.operator.record('one');
  world.operator.record('two', 'llm');
  world.operator.record('three', 'all');
  expect(await (await world.ask('/admin/state')).json()).toEqual(await world.operator.report());
  expect(await (await world.ask('/admin/plan')).json()).toEqual(world.operator.plan);
  const page = await (await world.ask('/admin/audit?limit=2')).json();
  expect(page).toMatchObject({ total: 3, records: [{ sentence: 'two' }, { sentence: 'three' }] });
  const core = await (await world.ask('/admin/audit?component=core')).json();
  expect(core).toMatchObject({ total: 2, records: [{ sentence: 'one' }, { sentence: 'three' }] });
});

it('lists its routes at its base', async () => {
  const { routes } = (await (await new AdminWorld().ask('/admin')).json()) as { routes: string[] };
  expect(routes).toContain('POST /rollback');
  expect(routes).toContain('GET /events');
});

it('lets nobody keep or guess an answer', async () => {
  const { headers } = await new AdminWorld().ask('/admin/state');
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

it.each([
  ['pause', { why: 'lunch' }, { kind: 'pause', why: 'lunch' }],
  ['pause', {}, { kind: 'pause', why: 'no reason given' }],
  ['resume', { why: 'back' }, { kind: 'resume', why: 'back' }],
  ['resume', { component: 'llm' }, { kind: 'resume', component: 'llm', why: 'no reason given' }],
  ['promote', { component: 'core', why: 'x' }, { kind: 'promote', component: 'core', why: 'x' }],
  ['approve', { component: 'core', why: 'x' }, { kind: 'approve', component: 'core', why: 'x' }],
  ['rollback', { component: 'core', why: 'x' }, { kind: 'roll back', component: 'core', why: 'x' }],
  [
    'rollback',
    { component: 'core', why: 'x', cold: true },
    { kind: 'roll back', component: 'core', why: 'x', cold: true },
  ],
  [
    'percentage',
    { component: 'core', why: 'x', percentage: 25 },
    { kind: 'set percentage', component: 'core', why: 'x', percentage: 25 },
  ],
])('%s hands %j to the operator', async (path, body, event) => {
  const world = new AdminWorld();
  const response = await world.post(`/admin/${path}`, body);
  expect(response.status).toBe(200);
  expect(world.operator.handled).toEqual([{ event, who: 'admin' }]);
  expect(await response.json()).toMatchObject({ tookMs: 0, report: { isPaused: false } });
});

it('says how long it took until the request held', async () => {
  const world = new AdminWorld();
  world.operator.outcome = async () => world.clock.advance(300);
  const response = await world.post('/admin/rollback', { component: 'core' });
  expect(await response.json()).toMatchObject({ tookMs: 300 });
});

it.each([
  ['ann', 'ann (admin)'],
  ['J%C3%BCrgen%20O%27Neill', "Jürgen O'Neill (admin)"],
  ['ann\u0085 \u001b[31mroot'.replace(/[^\x20-\x7e]/g, ''), 'ann 31mroot (admin)'],
  ['%0Aforged: line', 'forged line (admin)'],
  ['%E2%80%AEtxt', 'txt (admin)'],
  ['<script>', 'script (admin)'],
  ['%', 'admin'],
  ['x'.repeat(1000), `${'x'.repeat(60)} (admin)`],
])('writes down %j as %j', async (given, who) => {
  const world = new AdminWorld();
  await world.post('/admin/pause', {}, { headers: { 'x-operator': given } });
  expect(world.operator.handled[0]?.who).toBe(who);
});

it('keeps a reason on one line', async () => {
  const world = new AdminWorld();
  await world.post('/admin/pause', { why: 'one\r\ntwo\u001b[2J\u2028three\u0000' });
  expect(world.operator.handled[0]?.event).toEqual({ kind: 'pause', why: 'one two [2J three' });
});

it.each([
  ['REFUSED_EVENT', 409, 'urn:resync:admin:refused'],
  ['ILLEGAL_TARGET', 409, 'urn:resync:admin:refused'],
  ['CONTROL_STORE', 503, 'urn:resync:admin:store-unavailable'],
] as const)('answers %s of the operator with %i', async (code, status, type) => {
  const world = new AdminWorld();
  world.operator.outcome = async () => {
    throw new ControlError(code, 'it is rolled back; resume it first');
  };
  const problem = await problemOf(await world.post('/admin/promote', { component: 'core' }));
  expect(problem).toMatchObject({ status, type });
  expect(problem.detail).toContain('resume it first');
});

it('tells the service, and not the client, what went wrong inside', async () => {
  const world = new AdminWorld();
  world.operator.outcome = async () => {
    throw new Error('secret of the inside');
  };
  const problem = await problemOf(await world.post('/admin/promote', { component: 'core' }));
  expect(problem).toMatchObject({ status: 500, type: 'urn:resync:admin:failed' });
  expect(JSON.stringify(problem)).not.toContain('secret');
  expect(world.errors).toEqual([new Error('secret of the inside')]);
});

it('lets a rollback through while everything else waits', async () => {
  const world = new AdminWorld({ rate: { perSecond: 1000, burst: 1000 } });
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const full = new Promise<void>((resolve) => {
    world.operator.outcome = () => {
      if (world.operator.handled.length === 50) resolve();
      return released;
    };
  });
  const waiting = Array.from({ length: 50 }, () => world.post('/admin/pause', {}));
  await full;
  expect(await problemOf(await world.post('/admin/pause', {}))).toMatchObject({
    status: 503,
    type: 'urn:resync:admin:too-many-pending',
  });
  world.operator.outcome = undefined;
  expect((await world.post('/admin/rollback', { component: 'core' })).status).toBe(200);
  release();
  for (const response of await Promise.all(waiting)) expect(response.status).toBe(200);
  expect((await world.post('/admin/pause', {})).status).toBe(200);
});

it('offers preflight, figures and KPIs where it was given them', async () => {
  const report = {
    differences: [],
    hazards: [],
    blocks: 0,
    warnings: 0,
    notProbed: 0,
    findings: [],
  };
  const world = new AdminWorld({
    preflight: async () => report,
    figures: () => FIGURES,
    measurements: () => ({ uptime: { value: 100, samples: 60 } }),
  });
  const preflight = await world.post('/admin/preflight', { component: 'core' });
  expect(await preflight.json()).toEqual({ component: 'core', preflight: report });
  const figures = await world.ask('/admin/figures?component=core');
  expect(await figures.json()).toMatchObject({ component: 'core', figures: FIGURES });
  const { kpis } = (await (await world.ask('/admin/kpis?component=core')).json()) as {
    kpis: { name: string; verdict: string }[];
  };
  const met = kpis.filter(({ verdict }) => verdict === 'met').map(({ name }) => name);
  expect(met).toEqual(['latency', 'p95', 'errors', 'uptime']);
});

it.each([
  ['POST', '/admin/preflight', { component: 'core' }],
  ['GET', '/admin/figures?component=core', undefined],
  ['GET', '/admin/kpis?component=core', undefined],
])('says that %s %s is not offered', async (method, path, body) => {
  const world = new AdminWorld();
  const response = await (method === 'POST' ? world.post(path, body) : world.ask(path));
  expect(await problemOf(response)).toMatchObject({ status: 501 });
});

it('refuses everything once the service closes', async () => {
  const closing = new AbortController();
  const world = new AdminWorld({ signal: closing.signal });
  closing.abort();
  expect(await problemOf(await world.ask('/admin/state'))).toMatchObject({ status: 503 });
});

it.each([
  { token: 'short' },
  { token: 'with a space, and long enough' },
  { token: `${TOKEN}\n` },
  { basePath: 'admin' },
  { basePath: '/admin/' },
  { basePath: '/ad min' },
  { basePath: '' },
])('is not made with %j', (options) => {
  const world = new AdminWorld();
  const make = () => createAdminHandler({ operator: world.operator, token: TOKEN, ...options });
  expect(make).toThrow(ControlError);
  if (options.token !== undefined) expect(make).not.toThrow(options.token);
});

it('may begin elsewhere', async () => {
  const world = new AdminWorld({ basePath: '/internal/rollout' });
  expect((await world.ask('/internal/rollout/state')).status).toBe(200);
  expect((await world.ask('/admin/state')).status).toBe(404);
});

it('is not for requests of unknown origin', async () => {
  const world = new AdminWorld();
  expect(await problemOf(await world.ask('/admin/state', {}, {}))).toMatchObject({ status: 403 });
  expect((await world.ask('/admin/state', {}, LOCAL)).status).toBe(200);
});
