import { expect, it } from 'vitest';
import { AdminWorld, LOCAL, problemOf, TOKEN } from './admin-world.js';

it.each([undefined, ''])('is off where the token is %j', async (token) => {
  const world = new AdminWorld({ token });
  for (const authorization of [`Bearer ${TOKEN}`, 'Bearer undefined', 'Bearer ', '']) {
    const problem = await problemOf(
      await world.ask('/admin/state', { headers: { authorization } }),
    );
    expect(problem).toMatchObject({ status: 503, type: 'urn:resync:admin:admin-off' });
  }
});

it.each([
  ['no token', ''],
  ['a wrong token', `Bearer ${TOKEN}x`],
  ['a part of the token', `Bearer ${TOKEN.slice(0, -1)}`],
  ['the token as Basic', `Basic ${btoa(`admin:${TOKEN}`)}`],
  ['the bare token', TOKEN],
  ['two tokens', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
  ['a token of a megabyte', `Bearer ${'x'.repeat(1_000_000)}`],
])('refuses %s', async (_, authorization) => {
  const response = await new AdminWorld().ask('/admin/state', { headers: { authorization } });
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="resync admin"');
  expect(await problemOf(response)).toMatchObject({ status: 401 });
});

it('takes the token from nowhere but its header', async () => {
  const world = new AdminWorld();
  const init = { headers: { authorization: '', cookie: `token=${TOKEN}`, 'x-token': TOKEN } };
  expect((await world.ask(`/admin/state?token=${TOKEN}`, init)).status).toBe(401);
});

it('says nothing of its routes to who does not know the token', async () => {
  const world = new AdminWorld();
  const init = { headers: { authorization: 'Bearer wrong' } };
  const [there, notThere] = await Promise.all(
    ['/admin/state', '/admin/nothing'].map(async (path) => problemOf(await world.ask(path, init))),
  );
  expect(there).toEqual(notThere);
});

it.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another port of this host', { 'sec-fetch-site': 'same-site' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another port', { origin: 'http://127.0.0.1:4000' }],
  ['a sandboxed page', { origin: 'null' }],
  ['an origin that is none', { origin: 'http://' }],
])('refuses a page of %s', async (_, headers: Record<string, string>) => {
  const world = new AdminWorld();
  const responses = [
    await world.ask('/admin/state', { headers }),
    await world.post('/admin/pause', {}, { headers }),
  ];
  for (const response of responses) {
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    expect(await problemOf(response)).toMatchObject({
      status: 403,
      type: 'urn:resync:admin:cross-site',
    });
  }
  expect(world.operator.handled).toEqual([]);
});

it('answers a page of its own', async () => {
  const headers = { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:3000' };
  expect((await new AdminWorld().post('/admin/pause', {}, { headers })).status).toBe(200);
});

it('grants no other site anything before it asks', async () => {
  const response = await new AdminWorld().ask('/admin/pause', {
    method: 'OPTIONS',
    headers: {
      authorization: '',
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    },
  });
  expect(response.status).toBe(403);
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
});

it.each(['10.0.0.7', '192.168.1.5', '::ffff:10.0.0.7', '2001:db8::1', '127.0.0.1.evil', ''])(
  'refuses the address %j',
  async (remoteAddress) => {
    const problem = await problemOf(
      await new AdminWorld().ask('/admin/state', {}, { remoteAddress }),
    );
    expect(problem).toMatchObject({ status: 403, type: 'urn:resync:admin:not-loopback' });
  },
);

it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])(
  'answers %s',
  async (remoteAddress) => {
    expect((await new AdminWorld().ask('/admin/state', {}, { remoteAddress })).status).toBe(200);
  },
);

it.each(['forwarded', 'x-forwarded-for', 'x-real-ip'])(
  'refuses what a proxy on this machine passes on, by %s',
  async (name) => {
    const world = new AdminWorld();
    const response = await world.ask('/admin/state', { headers: { [name]: '127.0.0.1' } });
    expect(await problemOf(response)).toMatchObject({ type: 'urn:resync:admin:not-loopback' });
  },
);

it('refuses a name that somebody has made to point here', async () => {
  const world = new AdminWorld();
  const request = (host: string) =>
    new Request(`http://${host}/admin/state`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const problem = await problemOf(await world.handler(request('rebound.example:3000'), LOCAL));
  expect(problem.type).toBe('urn:resync:admin:foreign-host');
  for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) {
    expect((await world.handler(request(host), LOCAL)).status).toBe(200);
  }
  const named = new AdminWorld({ hosts: ['rebound.example'] });
  expect((await named.handler(request('rebound.example:3000'), LOCAL)).status).toBe(200);
});

it('answers from anywhere where it was told to', async () => {
  const world = new AdminWorld({ reach: 'anywhere' });
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  expect((await world.ask('/admin/state', { headers }, { remoteAddress: '10.0.0.7' })).status).toBe(
    200,
  );
});

it.each([
  '/',
  '/state',
  '/admin/../state',
  '/admin/%2e%2e/admin/stat',
  '/admin%2fstate',
  '/admin/%73tate',
  '/ADMIN/state',
  '/admin/state/',
  '//admin/state',
  '/admin//state',
  '/admin/./.',
  '/admin/state;x=1',
  '/admin/state%00',
  '/administrator',
  '/admin/constructor',
  '/admin/__proto__',
])('finds nothing at %s', async (path) => {
  const response = await new AdminWorld().ask(path);
  if (new URL(path, 'http://x').pathname === '/admin/') expect(response.status).toBe(200);
  else expect(await problemOf(response)).toMatchObject({ status: 404 });
});

it.each([
  ['POST', '/admin/state', 'GET'],
  ['GET', '/admin/rollback', 'POST'],
  ['PUT', '/admin/rollback', 'POST'],
  ['DELETE', '/admin/events', 'GET'],
  ['HEAD', '/admin/state', 'GET'],
  ['PATCH', '/admin', 'GET'],
])('refuses %s %s and names the method', async (method, path, allow) => {
  const response = await new AdminWorld().ask(path, { method });
  expect(response.headers.get('allow')).toBe(allow);
  expect(await problemOf(response)).toMatchObject({ status: 405 });
});

it.each([
  ['nothing', '', 400],
  ['half of it', '{"component":', 400],
  ['a list', '[]', 400],
  ['null', 'null', 400],
  ['a text', '"core"', 400],
  ['no component', '{}', 400],
  ['a component that is no text', '{"component":{"name":"core"}}', 400],
  ['an unknown member', '{"component":"core","force":true}', 400],
  ['the prototype', '{"component":"core","__proto__":{"cold":true}}', 400],
  ['a reason of a thousand characters', `{"component":"core","why":"${'x'.repeat(1000)}"}`, 400],
  ['deep nesting', `${'['.repeat(8000)}${']'.repeat(8000)}`, 400],
  ['an unknown component', '{"component":"nobody"}', 404],
  ['too much', `{"component":"${'x'.repeat(20_000)}"}`, 413],
])('refuses a body of %s', async (_, body, status) => {
  const world = new AdminWorld();
  const headers = { 'content-type': 'application/json' };
  const response = await world.ask('/admin/rollback', { method: 'POST', body, headers });
  expect(await problemOf(response)).toMatchObject({ status });
  expect(world.operator.handled).toEqual([]);
});

it.each([-1, 100.5, '25', null, [25]])('refuses a percentage of %j', async (percentage) => {
  const response = await new AdminWorld().post('/admin/percentage', {
    component: 'core',
    percentage,
  });
  expect((await problemOf(response)).detail).toContain('percentage');
});

it('refuses bytes that are no UTF-8', async () => {
  const response = await new AdminWorld().ask('/admin/pause', {
    method: 'POST',
    body: new Uint8Array([0x7b, 0xff, 0x7d]),
    headers: { 'content-type': 'application/json' },
  });
  expect(await problemOf(response)).toMatchObject({ status: 400 });
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
  'refuses a body that is called %j, as a form can send it',
  async (type) => {
    const world = new AdminWorld();
    const response = await world.ask('/admin/pause', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': type },
    });
    expect(await problemOf(response)).toMatchObject({ status: 415 });
    expect(world.operator.handled).toEqual([]);
  },
);

it('waits for a body only so long', async () => {
  const world = new AdminWorld({ bodyMs: 2000 });
  let isCancelled = false;
  let waited: () => void = () => undefined;
  const isWaiting = new Promise<void>((resolve) => (waited = resolve));
  const parts = ['{"why":'];
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const part = parts.shift();
        if (part !== undefined) controller.enqueue(Buffer.from(part));
        else return new Promise(() => waited());
        return undefined;
      },
      cancel: () => void (isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  const asking = world.ask('/admin/pause', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    ...{ duplex: 'half' },
  });
  await isWaiting;
  world.clock.advance(2000);
  expect(await problemOf(await asking)).toMatchObject({ status: 408 });
  expect(isCancelled).toBe(true);
});

it('stops to read at the limit, however long the body would be', async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(32));
    },
  });
  const response = await new AdminWorld().ask('/admin/pause', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
    ...{ duplex: 'half' },
  });
  expect(await problemOf(response)).toMatchObject({ status: 413 });
  expect(sent).toBeLessThan(32_768);
});

it.each(['limit=0', 'limit=1001', 'limit=1.5', 'limit=x', 'component=nobody'])(
  'refuses a page of the audit with %s',
  async (query) => {
    const problem = await problemOf(await new AdminWorld().ask(`/admin/audit?${query}`));
    expect([400, 404]).toContain(problem.status);
  },
);

it('answers so many requests, says when to come again, and keeps its word', async () => {
  const world = new AdminWorld({ rate: { perSecond: 2, burst: 3 } });
  for (let request = 0; request < 3; request += 1) {
    expect((await world.ask('/admin/state')).status).toBe(200);
  }
  const refused = await world.ask('/admin/state');
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await problemOf(refused)).toMatchObject({ status: 429 });
  world.clock.advance(500);
  expect((await world.ask('/admin/state')).status).toBe(200);
});

it('counts strangers apart: whoever guesses tokens keeps nobody out', async () => {
  const world = new AdminWorld();
  const wrong = { headers: { authorization: 'Bearer wrong' } };
  const seen = new Set<number>();
  for (let request = 0; request < 100; request += 1) {
    seen.add((await world.ask('/admin/state', wrong)).status);
  }
  expect([...seen]).toEqual([401, 429]);
  expect((await world.ask('/admin/state')).status).toBe(200);
});

it('counts all addresses of one network together, and each other network apart', async () => {
  const world = new AdminWorld({ reach: 'anywhere', rate: { perSecond: 1, burst: 1 } });
  const from = (remoteAddress: string) => world.ask('/admin/state', {}, { remoteAddress });
  expect((await from('2001:db8:1:2::1')).status).toBe(200);
  expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429);
  expect((await from('2001:db8:1:3::1')).status).toBe(200);
  expect((await from('10.0.0.1')).status).toBe(200);
  expect((await from('::ffff:10.0.0.1')).status).toBe(429);
});
