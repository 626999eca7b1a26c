import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpServer } from '../server/http-server.js';
import { startResync, type Resync } from '../server/resync.js';
import { settingsFrom } from '../settings.js';
import { startLanguageModelServer } from '../stand-ins/language-model-server.js';

let resync: Resync;
let server: FastifyInstance;

beforeAll(async () => {
  resync = await startResync(settingsFrom({}));
  server = createHttpServer(resync);
});

afterAll(async () => {
  await server.close();
  await resync.close();
});

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const response = await server.inject({ method: 'GET', url });
  return { status: response.statusCode, body: response.json<unknown>() };
}

async function post(url: string, payload: unknown): Promise<{ status: number; body: unknown }> {
  const response = await server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { status: response.statusCode, body: response.json<unknown>() };
}

describe('jobs', () => {
  it('are listed, and shown one by one', async () => {
    const { status, body } = await get('/api/jobs');
    expect(status).toBe(200);
    expect(body).toHaveLength(500);
    expect((await get('/api/jobs/job-7')).body).toMatchObject({ id: 'job-7', version: 1 });
  });

  it('rise in version with every command, and are never shown older afterwards', async () => {
    for (const version of [2, 3, 4]) {
      const { body } = await post('/api/jobs/job-1/command', { command: 'rerun' });
      expect(body).toMatchObject({ id: 'job-1', version, status: 'EXEC' });
      expect((await get('/api/jobs/job-1')).body).toMatchObject({ version });
      expect((await get('/api/jobs')).body).toContainEqual(
        expect.objectContaining({ id: 'job-1', version }),
      );
    }
  });

  it.each([
    ['/api/jobs/no-such-job', 404],
    ['/api/jobs/..%2f..%2fetc', 400],
    ['/api/nothing', 404],
  ])('GET %s is %d', async (url, expected) => {
    const { status, body } = await get(url);
    expect(status).toBe(expected);
    expect(body).toMatchObject({ status: expected, error: expect.any(String) as unknown });
  });

  it.each([
    [{ command: 'explode' }, 400],
    [{}, 400],
    ['not json', 400],
    [{ command: 'rerun', extra: 'x'.repeat(70_000) }, 413],
  ])('POST with a bad body is refused', async (payload, expected) => {
    const { status } = await post('/api/jobs/job-1/command', payload);
    expect(status).toBe(expected);
  });
});

describe('chat', () => {
  it('asks the language model once for one question, whatever order its context comes in', async () => {
    const first = await post('/api/chat', {
      query: 'Why did job 3 fail?',
      context: { stream: 'S1', engine: 'E1' },
    });
    expect(first.body).toMatchObject({ isCached: false, answer: expect.any(String) as unknown });
    const second = await post('/api/chat', {
      query: 'Why did job 3 fail?',
      context: { engine: 'E1', stream: 'S1' },
    });
    expect(second.body).toMatchObject({ isCached: true });
    const other = await post('/api/chat', { query: 'Why did job 3 fail?' });
    expect(other.body).toMatchObject({ isCached: false });
  });

  it('goes to another endpoint where one is set', async () => {
    const standIn = await startLanguageModelServer({ seed: 1 });
    const other = await startResync(
      settingsFrom({ LLM_BASE_URL: `${standIn.url}/v1/`, LLM_MODEL: 'a-real-one' }),
    );
    const answer = await other.optimizer.ask({ query: 'Is it up?', context: {} });
    expect(answer).toMatchObject({ model: 'a-real-one', isCached: false });
    expect(answer.answer).toContain('a-real-one');
    await other.close();
    await standIn.close();
  });

  it.each([{}, { query: '' }, { query: 'x'.repeat(4001) }, { query: 'x', context: { a: {} } }])(
    'refuses a question that is none',
    async (payload) => {
      expect((await post('/api/chat', payload)).status).toBe(400);
    },
  );
});

describe('what is known of the service', () => {
  it('is its health, by the cache that it uses', async () => {
    expect(await get('/health')).toEqual({ status: 200, body: { status: 'healthy' } });
    const { body } = await get('/health/core');
    expect(body).toMatchObject({
      components: [
        { name: 'CacheSystem' },
        { name: 'HealthService' },
        { name: 'LlmOptimizer' },
        { name: 'JobDesk' },
      ],
    });
  });

  it('is degraded where that cache fails', async () => {
    const health = resync.migrations.find(({ component }) => component === 'health');
    if (health === undefined) throw new Error('no health migration');
    for (const stage of ['dualwrite', 'shadow'] as const) await health.router.transition({ stage });
    for (const percentage of [0, 100])
      await health.router.transition({ stage: 'live', percentage });
    await health.router.transition({ stage: 'rampdown' });
    health.chaos.inject({ kind: 'fail', error: new Error('disk on fire') });
    const { status, body } = await get('/health');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'degraded',
      fault: expect.stringContaining('disk on fire') as unknown,
    });
    health.chaos.heal();
    expect((await get('/health')).status).toBe(200);
  });

  it('is where each component stands', async () => {
    const { body } = await get('/api/migration');
    const { components } = body as { components: { component: string; state: object }[] };
    expect(components.map(({ component }) => component)).toEqual([
      'core',
      'health',
      'llm',
      'hierarchy',
    ]);
    const { services } = body as { services: { component: string; state: object }[] };
    expect(services).toMatchObject([
      { component: 'tws', state: { stage: 'off' }, counts: { fallbacks: { failed: 0 } } },
      { component: 'rate-limit', state: { stage: 'off' } },
    ]);
    expect(components[0]).toMatchObject({
      state: { stage: 'off', percentage: 0 },
      sides: { legacy: { dirtyKeys: 0 }, next: { isCold: true } },
    });
  });

  it('is on /metrics, for every component', async () => {
    const text = (await server.inject({ method: 'GET', url: '/metrics' })).body;
    for (const component of ['core', 'health', 'llm', 'hierarchy']) {
      expect(text).toContain(`migration_legacy_hits_total{component="${component}"}`);
    }
  });
});

describe('the scheduler', () => {
  it.each([
    ['/api/jobs/job-50/details', { task: '/opt/jobs/nightly-50.sh' }],
    ['/api/jobs/job-50/log', { id: 'job-50' }],
    ['/api/jobs/job-50/dependencies', { predecessors: ['job-10'] }],
    ['/api/plan', { jobs: 500 }],
    ['/api/plan/critical-path', { estimatedSeconds: expect.any(Number) as unknown }],
  ])('%s', async (url, expected) => {
    expect(await get(url)).toMatchObject({ status: 200, body: expected });
  });

  it.each(['/api/jobs/job-50/history', '/api/workstations', '/api/resources', '/api/events'])(
    '%s is a list',
    async (url) => {
      expect(await get(url)).toMatchObject({ status: 200, body: expect.any(Array) as unknown });
    },
  );

  it.each(['0', '169', 'x'])('has no events of %s hours', async (hours) => {
    expect((await get(`/api/events?hours=${hours}`)).status).toBe(400);
  });
});

describe('the cache', () => {
  it('is emptied by scope', async () => {
    await get('/api/jobs/job-60');
    expect((await get('/api/cache')).body).toMatchObject({
      size: { l1: expect.any(Number) as unknown, l2: expect.any(Number) as unknown },
    });
    const { status, body } = await post('/api/cache/invalidate', { scope: 'jobs' });
    expect(status).toBe(200);
    expect((body as { removed: number }).removed).toBeGreaterThan(0);
    expect((await post('/api/cache/invalidate', { scope: 'everything' })).status).toBe(400);
  });
});

describe('health', () => {
  it.each(['/health', '/health/ready', '/health/live'])('%s is well', async (url) => {
    expect(await get(url)).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  it('tells of every part', async () => {
    const { body } = await get('/health/detailed');
    expect(body).toMatchObject({
      status: 'healthy',
      parts: { health: {}, hierarchy: {}, tws: { status: 'healthy' } },
    });
  });

  it('is not ready while it ends', async () => {
    const other = await startResync(settingsFrom({}));
    const otherServer = createHttpServer(other);
    other.health.close();
    const ready = await otherServer.inject({ method: 'GET', url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    const live = await otherServer.inject({ method: 'GET', url: '/health/live' });
    expect(live.statusCode).toBe(200);
    await otherServer.close();
    await other.close();
  });
});

describe('rate limits', () => {
  const read = (user: string) =>
    server.inject({
      method: 'GET',
      url: '/api/jobs/job-2',
      headers: user === '' ? {} : { authorization: `Bearer ${user}` },
    });
  const command = (user: string) =>
    server.inject({
      method: 'POST',
      url: '/api/jobs/job-2/command',
      headers: { authorization: `Bearer ${user}`, 'content-type': 'application/json' },
      payload: '{"command":"rerun"}',
    });

  it('say what is left', async () => {
    const { headers } = await read('ann');
    expect(headers).toMatchObject({ 'ratelimit-limit': '1000', 'ratelimit-remaining': '999' });
    expect(headers).not.toHaveProperty('retry-after');
    expect((await command('ann')).headers).toMatchObject({ 'ratelimit-limit': '50' });
    expect((await read('')).headers).toMatchObject({ 'ratelimit-limit': '100' });
  });

  it('refuse one user in due form, and no other', async () => {
    const answers = [];
    for (let sent = 0; sent < 51; sent += 1) answers.push(await command('bob'));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(50);
    const refused = answers.at(-1);
    expect(refused?.statusCode).toBe(429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused?.headers).toMatchObject({ 'ratelimit-limit': '50', 'ratelimit-remaining': '0' });
    expect((await command('eve')).statusCode).toBe(200);
  });

  it('leave alone who watches the service', async () => {
    const { headers } = await server.inject({ method: 'GET', url: '/health/live' });
    expect(headers).not.toHaveProperty('ratelimit-limit');
  });
});
