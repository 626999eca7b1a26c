import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../server/http-server.js';
import { Live } from '../server/live/live.js';
import type { PageHello } from '../server/live/page-messages.js';
import { startResync, type Resync } from '../server/resync.js';
import { settingsFrom } from '../settings.js';

const TOKEN = 'a token for this test';
const folder = fileURLToPath(new URL('../dist/web', import.meta.url));

let resync: Resync;
let server: FastifyInstance;
let live: Live;

beforeEach(async () => {
  resync = await startResync(settingsFrom({}));
  server = createHttpServer(resync);
  const { migrations } = resync;
  live = new Live({
    migrations,
    token: TOKEN.replaceAll(' ', '-'),
    reach: 'loopback',
    folder,
    metrics: undefined,
  });
  await live.mount(server);
});

afterEach(async () => {
  await live.close();
  await server.close();
  await resync.close();
});

async function post(url: string, payload: object, token = TOKEN.replaceAll(' ', '-')) {
  const headers = { authorization: `Bearer ${token}`, host: '127.0.0.1' };
  return server.inject({ method: 'POST', url, headers, payload });
}

/** What somebody is told who comes now. */
async function hello(): Promise<PageHello> {
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${url}/live/events`);
  let text = '';
  for await (const part of response.body ?? []) {
    text += new TextDecoder().decode(part as Uint8Array);
    const data = /^event: hello\ndata: (.+)\n\n/.exec(text)?.[1];
    if (data !== undefined) return JSON.parse(data) as PageHello;
  }
  throw new Error('the stream ended');
}

describe('the page', () => {
  it('is at /, takes nothing from elsewhere, and runs nothing that is written into it', async () => {
    const { statusCode, headers, body } = await server.inject({ method: 'GET', url: '/' });
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'self'; /);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(body).not.toMatch(/https?:\/\/|<style|style=|<script(?![^>]* src=)/);
  });

  it('is sent again only where it has changed', async () => {
    const first = await server.inject({ method: 'GET', url: '/page/page.js' });
    const again = await server.inject({
      method: 'GET',
      url: '/page/page.js',
      headers: { 'if-none-match': first.headers.etag },
    });
    expect([first.statusCode, again.statusCode]).toEqual([200, 304]);
  });

  it('serves nothing beside what was built', async () => {
    for (const url of ['/page/', '/page/..%2fmain.js', '/page/%2e%2e/main.js']) {
      expect((await server.inject({ method: 'GET', url })).statusCode).toBe(404);
    }
  });
});

describe('what is sent to the page', () => {
  it('is everything at once to whoever comes late', async () => {
    live.phase = 'rehearsal';
    live.view.event('llm: every call to the new cache fails from now on');
    const { snapshot, events, kpis } = await hello();
    expect(snapshot.components.map(({ name }) => name)).toEqual([
      'core',
      'health',
      'llm',
      'hierarchy',
    ]);
    expect(events).toMatchObject([{ component: 'llm', kind: 'fault' }]);
    expect(kpis.of).toBe('rehearsal');
    expect(kpis.rows).toHaveLength(12);
    expect(kpis.rows[0]).toMatchObject({
      verdict: 'not measured',
      measured: '–',
      target: '< 10 ms',
    });
  });

  it.each([
    ['last minute', 'nothing was rehearsed', []],
    ['rehearsal', 'there was one', [{ kpis: [], verdict: 'passed', reasons: [] }]],
  ] as const)('are the KPIs of the %s where %s', async (of, _, reports) => {
    for (const report of reports) live.reported(report);
    live.lately([]);
    expect((await hello()).kpis.of).toBe(of);
  });

  it('holds no token', async () => {
    await live.beginRollout();
    expect(JSON.stringify(await hello())).not.toContain(TOKEN.replaceAll(' ', '-'));
  });
});

describe('who steers', () => {
  it.each(['/admin/rollback', '/live/faults', '/live/memory'])(
    '%s needs the token',
    async (url) => {
      await live.beginRollout();
      const payload = { component: 'core', fault: 'failing', pressure: 'on' };
      expect((await post(url, payload, 'wrong-token-of-some-length')).statusCode).toBe(401);
      expect((await post(url, {}, 'wrong-token-of-some-length')).statusCode).toBe(401);
    },
  );

  it('waits for the end of the rehearsal', async () => {
    const { statusCode, body } = await post('/live/faults', { component: 'core', fault: 'slow' });
    expect([statusCode, body]).toEqual([409, expect.stringContaining('rehearsal')]);
  });

  it.each([
    { component: 'no such', fault: 'slow' },
    { component: 'core', fault: 'explode' },
    { component: 'core' },
  ])('is told where %j makes no sense', async (payload) => {
    await live.beginRollout();
    expect((await post('/live/faults', payload)).statusCode).toBe(400);
  });

  it('is told what there is to choose from', async () => {
    await live.beginRollout();
    const { body } = await post('/live/faults', { component: 'core', fault: 'explode' });
    expect(JSON.parse(body)).toEqual({
      status: 400,
      error: 'body/fault must be one of none, slower, slow, failing, hanging',
    });
  });

  it('makes the new cache fail, and work again', async () => {
    await live.beginRollout();
    const next = resync.migrations[3]?.chaos;
    const set = { component: 'hierarchy', fault: 'failing' };
    expect((await post('/live/faults', set)).statusCode).toBe(200);
    await expect(next?.get('a key')).rejects.toThrow('injected fault');
    await post('/live/faults', { ...set, fault: 'none' });
    expect(await next?.get('a key')).toBeUndefined();
  });

  it('lets what hung go on when the fault ends', async () => {
    await live.beginRollout();
    const next = resync.migrations[3]?.chaos;
    await post('/live/faults', { component: 'hierarchy', fault: 'hanging' });
    let isBack = false;
    const hanging = next?.get('a key').finally(() => (isBack = true));
    await server.inject('/api/migration');
    expect(isBack).toBe(false);
    await post('/live/faults', { component: 'hierarchy', fault: 'none' });
    expect(await hanging).toBeUndefined();
    expect(isBack).toBe(true);
  });
});

describe('a rollout after a rehearsal', () => {
  it('begins in off again, though all components were complete', async () => {
    for (const { router } of resync.migrations) {
      for (const stage of ['dualwrite', 'shadow'] as const) await router.transition({ stage });
      for (const percentage of [0, 100]) await router.transition({ stage: 'live', percentage });
      for (const stage of ['rampdown', 'complete'] as const) await router.transition({ stage });
    }
    await live.beginRollout();
    const stages = resync.migrations.map(({ router }) => router.state.stage);
    expect(stages.slice(1)).toEqual(['off', 'off', 'off']);
  });

  it('tells with each answer how much next answers for', async () => {
    const { headers } = await server.inject({ method: 'GET', url: '/api/jobs' });
    expect(headers['x-resync-percentages']).toBe('core=0,health=0,llm=0,hierarchy=0');
  });
});
