import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { CacheHierarchy } from '../../consumers/cache-hierarchy.js';
import { invalidate } from '../../consumers/cache-scopes.js';
import { JobDesk, TWS_TTLS } from '../../consumers/tws/job-desk.js';
import type { TwsApi } from '../../consumers/tws/tws-api.js';
import { TWSMigrationManager } from '../../consumers/tws/tws-migration-manager.js';
import { TwsRestClient } from '../../consumers/tws/tws-rest-client.js';
import {
  plainTransport,
  retryingTransport,
  type TwsRequest,
  type TwsTransport,
} from '../../consumers/tws/tws-transport.js';
import { UpstreamError } from '../../consumers/upstream-error.js';
import { startTwsServer, type TwsStandIn } from '../../stand-ins/tws-server.js';
import { ImprovedAsyncCache, MemoryStore } from '@resync/cache-improved';

const ENGINE = { user: 'u', password: 'p', engineName: 'E', engineOwner: 'o' };
const servers: TwsStandIn[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function startServer(clock = new ManualClock(1_800_000_000_000)) {
  const latency = { medianMs: 0.01, sigma: 0.1 };
  const server = await startTwsServer({ seed: 1, jobs: 100, clock, latency, ...ENGINE });
  servers.push(server);
  return { server, clock };
}

describe('the stand-in of the scheduler', () => {
  it('answers everything that the client asks', async () => {
    const { server, clock } = await startServer();
    const client = new TwsRestClient(plainTransport({ url: server.url, ...ENGINE }));
    await client.connect();
    expect(await client.listJobs()).toHaveLength(100);
    expect(await client.getJobStatus('job-7')).toMatchObject({ id: 'job-7', version: 1 });
    expect(await client.getJobDetails('job-7')).toMatchObject({ task: '/opt/jobs/nightly-7.sh' });
    expect(await client.getJobDependencies('job-90')).toEqual({
      id: 'job-90',
      predecessors: ['job-50', 'job-10'],
      successors: [],
    });
    expect(await client.listWorkstations()).toContainEqual(
      expect.objectContaining({ name: 'WS0', type: 'MASTER' }),
    );
    expect(await client.listResources()).toHaveLength(8);
    expect(await client.getCurrentPlan()).toMatchObject({ id: '2027-01-15', jobs: 100 });
    expect((await client.getCriticalPath()).jobs.length).toBeGreaterThan(1);
    clock.advance(600_000);
    expect((await client.getJobHistory('job-1')).length).toBeGreaterThan(0);
    expect((await client.getJobLog('job-1')).lines[0]).toContain('NIGHTLY_1 started');
    const events = await client.listEvents(1);
    expect(events.length).toBeGreaterThan(10);
    expect(await client.listEvents(0)).toHaveLength(0);
    await client.disconnect();
    await expect(client.listJobs()).rejects.toThrow(UpstreamError);
  });

  it.each([
    [{ password: 'wrong' }, 401],
    [{ engineName: 'wrong' }, 400],
  ])('refuses %j', async (wrong, status) => {
    const { server } = await startServer();
    const endpoint = { url: server.url, ...ENGINE, ...wrong };
    await expect(new TwsRestClient(plainTransport(endpoint)).connect()).rejects.toMatchObject({
      status,
    });
  });

  it('lives the same life by one seed, and another by another clock', async () => {
    const statuses = async (ms: number): Promise<readonly string[]> => {
      const { server, clock } = await startServer();
      clock.advance(ms);
      const client = new TwsRestClient(plainTransport({ url: server.url, ...ENGINE }));
      return (await client.listJobs()).map(({ status }) => status);
    };
    const after = await statuses(1_800_000);
    expect(await statuses(1_800_000)).toEqual(after);
    expect(await statuses(0)).not.toEqual(after);
    expect(new Set(after)).toEqual(new Set(['SUCC', 'EXEC', 'READY', 'ABEND']));
  });
});

describe('retries', () => {
  const down = new UpstreamError('down', { status: 503 });
  const signal = new AbortController().signal;
  const read: TwsRequest = { method: 'GET', path: '/', signal };

  /** Fails so often, and moves the clock on past every wait. */
  function flaky(failures: number, error: Error = down) {
    const clock = new ManualClock(0);
    let calls = 0;
    const inner: TwsTransport = async () => {
      calls += 1;
      void Promise.resolve().then(() => queueMicrotask(() => clock.advance(10_000)));
      if (calls <= failures) throw error;
      return 'fine';
    };
    const transport = retryingTransport(inner, { clock, random: () => 0.5 });
    return { transport, calls: () => calls };
  }

  it('try a read three times', async () => {
    const twice = flaky(2);
    expect(await twice.transport(read)).toBe('fine');
    const thrice = flaky(3);
    await expect(thrice.transport(read)).rejects.toBe(down);
    expect(thrice.calls()).toBe(3);
  });

  it('never send a command again', async () => {
    const { transport, calls } = flaky(1);
    await expect(transport({ ...read, method: 'POST' })).rejects.toBe(down);
    expect(calls()).toBe(1);
  });

  it('take no for an answer', async () => {
    const { transport, calls } = flaky(1, new UpstreamError('no', { status: 404 }));
    await expect(transport(read)).rejects.toThrow('no');
    expect(calls()).toBe(1);
  });
});

describe('the migration of the client', () => {
  async function setUp() {
    const { server } = await startServer();
    const transport = plainTransport({ url: server.url, ...ENGINE });
    let isBroken = false;
    /** Sends the request, and then fails: what it asked for has happened. */
    const breaking: TwsTransport = async (request) => {
      const answer = await transport(request);
      if (isBroken) throw new UpstreamError('the answer was lost');
      return answer;
    };
    const manager = new TWSMigrationManager({
      legacy: new TwsRestClient(transport),
      next: new TwsRestClient(breaking),
    });
    await manager.connect();
    for (const stage of ['dualwrite', 'shadow'] as const) await manager.transition({ stage });
    for (const percentage of [0, 100]) await manager.transition({ stage: 'live', percentage });
    return { manager, breakNext: () => (isBroken = true), server };
  }

  it('makes a read again on the old client', async () => {
    const { manager, breakNext } = await setUp();
    breakNext();
    expect(await manager.client.getJobStatus('job-3')).toMatchObject({ id: 'job-3' });
    await manager.disconnect();
  });

  it('never carries out a command twice', async () => {
    const { manager, breakNext } = await setUp();
    breakNext();
    await expect(manager.client.executeCommand('job-3', 'rerun')).rejects.toThrow('was lost');
    await manager.rollback('a test');
    expect(await manager.client.getJobStatus('job-3')).toMatchObject({ version: 2 });
    await manager.disconnect();
  });

  it('takes "no such job" for an answer of either', async () => {
    const { manager, server } = await setUp();
    await expect(manager.client.getJobStatus('none')).rejects.toMatchObject({ status: 404 });
    expect(server.requests.get('GET /twsd/model/jobdefinition/none')).toBe(1);
    await manager.disconnect();
  });
});

describe('the desk', () => {
  /** Counts what the scheduler is asked. */
  function setUp() {
    const clock = new ManualClock(1_000_000);
    const l2 = new ImprovedAsyncCache<unknown>({ clock });
    const hierarchy = new CacheHierarchy({
      l1: new MemoryStore({ clock, policy: 'lru' }),
      l1Ttl: 1000,
      l2,
      clock,
      prefix: 'resync:',
    });
    const asked: string[] = [];
    const tws = new Proxy({} as TwsApi, {
      get: (_target, name: string) => async () => {
        asked.push(name);
        return { name, version: asked.length };
      },
    });
    return { clock, l2, hierarchy, asked, desk: new JobDesk(hierarchy, tws) };
  }

  it.each([
    ['getJobStatus', TWS_TTLS.status, 30],
    ['getCurrentPlan', TWS_TTLS.plan, 60],
    ['getJobDetails', TWS_TTLS.details, 300],
    ['getJobHistory', TWS_TTLS.history, 300],
    ['listResources', TWS_TTLS.resources, 300],
    ['listEvents', TWS_TTLS.events, 300],
    ['getJobLog', TWS_TTLS.log, 600],
    ['getJobDependencies', TWS_TTLS.dependencies, 600],
  ] as const)(
    'asks for %s again after its lifetime, and no earlier',
    async (name, ttl, seconds) => {
      expect(ttl).toBe(seconds * 1000);
      const { clock, asked, desk } = setUp();
      const read = {
        getJobStatus: () => desk.get('job-1'),
        getCurrentPlan: () => desk.plan(),
        getJobDetails: () => desk.details('job-1'),
        getJobHistory: () => desk.history('job-1'),
        listResources: () => desk.resources(),
        listEvents: () => desk.events(24),
        getJobLog: () => desk.log('job-1'),
        getJobDependencies: () => desk.dependencies('job-1'),
      }[name];
      await read();
      clock.advance(ttl - 1);
      await read();
      expect(asked).toEqual([name]);
      clock.advance(1);
      await read();
      expect(asked).toEqual([name, name]);
    },
  );

  it('shows nothing older after a command', async () => {
    const { asked, desk } = setUp();
    await Promise.all([desk.get('job-1'), desk.details('job-1'), desk.list(), desk.plan()]);
    await desk.execute('job-1', 'hold');
    await Promise.all([desk.get('job-1'), desk.details('job-1'), desk.list(), desk.plan()]);
    expect(asked).toHaveLength(9);
  });

  it('forgets what is in a scope, and nothing else', async () => {
    const { asked, desk, hierarchy, l2 } = setUp();
    const readAll = async (): Promise<void> => {
      await Promise.all([desk.get('job-1'), desk.log('job-1'), desk.plan(), desk.events(1)]);
    };
    await readAll();
    expect(await l2.getKeys()).toContain('resync:job:job-1');
    expect(await invalidate(hierarchy, 'jobs')).toBe(2);
    asked.length = 0;
    await readAll();
    expect(asked.sort()).toEqual(['getJobLog', 'getJobStatus']);
    expect(await invalidate(hierarchy, 'all')).toBe(4);
    expect(await hierarchy.size()).toEqual({ l1: 0, l2: 0 });
  });
});
