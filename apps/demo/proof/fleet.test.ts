import { fileURLToPath } from 'node:url';
import type { RolloutReport } from '@resync/migration-control';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { expect, it } from 'vitest';
import { LoadProcess } from '../load/load-process.js';
import { DemoProcess, isRunning } from '../test/demo-process.js';

const HANG_GUARD_MS = 300_000;
const WORKERS = 4;
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
      const { requests } = this.#load;
      await this.#load.until(() => this.#load.requests > requests, new AbortController().signal);
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

/** The processes that have acknowledged the state where the component is now. */
function arrived({ at, members = [] }: Component): readonly string[] {
  return members
    .filter(({ acknowledged }) => acknowledged?.epoch === at.epoch)
    .map(({ id }) => id.split('-', 1)[0] ?? id)
    .sort();
}

it.runIf(hasRedisServer(process.env))(
  'four processes climb together, lose one, and go back together, without a stale read',
  { timeout: HANG_GUARD_MS },
  async () => {
    const demo = new DemoProcess({}, ['--workers', `${WORKERS}`]);
    const load = new LoadProcess(
      fileURLToPath(new URL('../dist/load-generator.js', import.meta.url)),
    );
    const { signal } = new AbortController();
    try {
      const url = await demo.url();
      const console = new Console(await demo.line(/#token=/), load);
      const [, killed = ''] = /w2 \(process (\d+)\)/.exec(await demo.line(/w1 \(process/)) ?? [];
      load.start({ url, seed: 2, requestsPerSecond: 60, probesPerSecond: 0, jobs: 500 });

      await console.until(({ at }) => at.stage === 'live' && at.percentage >= 10);
      await load.until(() => load.requests > 300, signal);
      const quiet = await load.endWindow(signal);
      expect(quiet).toMatchObject({ failed: 0, stale: 0, incidents: [] });

      process.kill(Number(killed), 'SIGKILL');
      await demo.line(/w2 has died \(SIGKILL\)/);
      await demo.line(/w2 serves again/);
      const shaken = await load.endWindow(signal);
      expect(shaken.stale).toBe(0);
      expect(shaken.incidents.filter((incident) => !CUT_OFF.test(incident))).toEqual([]);
      expect(shaken.failed).toBe(shaken.incidents.length);

      await console.post('/admin/rollback', WHY);
      const back = await console.hierarchy();
      expect(back.at).toMatchObject({ stage: 'live', percentage: 0 });
      expect(arrived(back)).toEqual(['w1', 'w2', 'w3', 'w4']);
      await console.until(({ status }) => status === 'rolled back');
      const asked = load.requests;
      await load.until(() => load.requests > asked + 200, signal);
      expect(await load.endWindow(signal)).toMatchObject({ failed: 0, stale: 0, incidents: [] });
    } finally {
      await load.stop();
      const family = demo.children();
      demo.signal('SIGTERM');
      const { code } = await demo.ended();
      const left = family.filter(isRunning);
      expect([code, left, family.length]).toEqual([0, [], WORKERS + 2]);
    }
  },
);
