import { fileURLToPath } from 'node:url';
import type { RolloutReport } from '@resync/migration-control';
import { hasMemcachedServer } from '@resync/tooling-memcached-server';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { describe, expect, it } from 'vitest';
import { L1_BOUND_MS } from '../fleet/level-one.js';
import type { LoadWindow } from '../load/load-messages.js';
import { LoadProcess } from '../load/load-process.js';
import { DemoProcess } from '../test/demo-process.js';
import { isRunning } from '../test/process-table.js';

const WORKERS = 4;
const FOUR = { args: ['--workers', `${WORKERS}`] };
const { signal } = new AbortController();
const WHY = { component: 'hierarchy', why: 'the proof' };
/** What a client sees of a process that was killed while it answered. */
const CUT_OFF = /fetch failed|terminated|ECONNRESET|other side closed|socket/;

type Component = RolloutReport['components'][number];

/** The admin surface, from whichever process answers. */
class Console {
  readonly #url: string;
  readonly #token: string;
  readonly #load: LoadProcess;

  /** @param load while one waits, it has to go on */
  constructor(link: string, load: LoadProcess) {
    this.#load = load;
    const [, url = '', token = ''] = /(http\S+)\/#token=(\w+)/.exec(link) ?? [];
    this.#url = url;
    this.#token = token;
  }

  async hierarchy(): Promise<Component> {
    const { components } = (await this.#ask('GET', '/admin/state')) as RolloutReport;
    const found = components.find(({ name }) => name === 'hierarchy');
    if (found === undefined) throw new Error('expected the hierarchy in the report');
    return found;
  }

  async until(condition: (found: Component) => boolean): Promise<Component> {
    for (;;) {
      const found = await this.hierarchy();
      if (condition(found)) return found;
      await nextRequest(this.#load);
    }
  }

  /** Waits until the control store answers again, and every process has acknowledged what it holds. */
  async untilBack(): Promise<void> {
    let isBack = false;
    while (!isBack) {
      await nextRequest(this.#load);
      const found = await this.hierarchy().catch(() => undefined);
      isBack = found !== undefined && arrived(found).length === WORKERS;
    }
  }

  async post(path: string, body: object): Promise<void> {
    await this.#ask('POST', path, body);
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

function nextRequest(load: LoadProcess): Promise<void> {
  const { requests } = load;
  return load.until(() => load.requests > requests, signal);
}

/** The processes that have acknowledged the state where the component is now. */
function arrived({ at, members = [] }: Component): readonly string[] {
  return members
    .filter(({ acknowledged }) => acknowledged?.epoch === at.epoch)
    .map(({ id }) => id.split('-', 1)[0] ?? id)
    .sort();
}

/** A fleet and its load, while the story lasts; afterwards nothing of it is left. */
async function withFleet(
  { args, mayLagMs = 0, family }: FleetStory,
  story: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const demo = new DemoProcess({}, args);
  const load = new LoadProcess(
    fileURLToPath(new URL('../dist/load-generator.js', import.meta.url)),
  );
  try {
    const url = await demo.url();
    const console = new Console(await demo.line(/#token=/), load);
    load.start({ url, seed: 2, requestsPerSecond: 60, probesPerSecond: 0, jobs: 500, mayLagMs });
    await console.until(({ at }) => at.stage === 'live' && at.percentage >= 10);
    await expectQuiet(load, 200);
    await story({ demo, load, console });
  } finally {
    await load.stop();
    const children = demo.children();
    demo.signal('SIGTERM');
    const { code } = await demo.ended();
    const left = children.filter(isRunning);
    expect([code, left, children.length]).toEqual([0, [], family]);
  }
}

interface FleetStory {
  readonly args: readonly string[];
  readonly mayLagMs?: number;
  /** How many processes the demo starts. */
  readonly family: number;
}

interface Fleet {
  readonly demo: DemoProcess;
  readonly load: LoadProcess;
  readonly console: Console;
}

/** The next requests are answered, and none of them with what is stale. */
async function expectQuiet(load: LoadProcess, requests: number): Promise<void> {
  expect(await windowOf(load, requests)).toMatchObject({ failed: 0, stale: 0, incidents: [] });
}

/** What is seen until so many more requests were answered. */
async function windowOf(load: LoadProcess, requests: number): Promise<LoadWindow> {
  const asked = load.requests;
  await load.until(() => load.requests > asked + requests, signal);
  return load.endWindow(signal);
}

describe.runIf(hasRedisServer(process.env))('a fleet', () => {
  it('climbs, loses a process, goes back together, and loses its Redis, without a stale read', () =>
    withFleet({ ...FOUR, family: WORKERS + 3 }, async ({ demo, load, console }) => {
      const processes = await demo.line(/w1 \(process/);
      const [, killed = ''] = /w2 \(process (\d+)\)/.exec(processes) ?? [];
      process.kill(Number(killed), 'SIGKILL');
      await demo.line(/w2 has died \(SIGKILL\)/);
      await demo.line(/w2 serves again/);
      const shaken = await load.endWindow(signal);
      expect(shaken.stale).toBe(0);
      expect(shaken.incidents.filter((incident) => !CUT_OFF.test(incident))).toEqual([]);

      await console.post('/admin/rollback', WHY);
      const back = await console.hierarchy();
      expect(back.at).toMatchObject({ stage: 'live', percentage: 0 });
      expect(arrived(back)).toEqual(['w1', 'w2', 'w3', 'w4']);
      await console.until(({ status }) => status === 'rolled back');
      await expectQuiet(load, 200);

      // With it go both caches and the control store.
      await console.post('/live/redis', {});
      await console.untilBack();
      let outage = await load.endWindow(signal);
      expect(outage.failed).toBeGreaterThan(0);
      // A breaker lets nothing through until a call in the background was answered.
      while (outage.failed > 0) {
        expect(outage.stale).toBe(0);
        outage = await windowOf(load, 100);
      }
      await expectQuiet(load, 200);
    }));

  it.runIf(hasMemcachedServer(process.env))(
    'comes from memcached, each process with a level one, and no read is older than its bound',
    () =>
      withFleet(
        {
          args: ['--workers', '2', '--from', 'memcached', '--l1'],
          mayLagMs: L1_BOUND_MS,
          // The load generator, a Redis, a memcached and the watch over both beside them.
          family: 2 + 4,
        },
        ({ load }) => expectQuiet(load, 200),
      ),
  );
});
