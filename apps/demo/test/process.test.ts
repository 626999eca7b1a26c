import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DemoProcess } from './demo-process.js';
import { isRunning } from './process-table.js';

const isPosix = process.platform !== 'win32';

describe.runIf(isPosix)('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s in the middle of the rehearsal ends everything, and leaves nobody behind',
    async (signal) => {
      const demo = new DemoProcess();
      await demo.line(/baseline/);
      const children = demo.children();
      expect(children).toHaveLength(1);
      demo.signal(signal);
      expect(await demo.ended()).toEqual({ code: 0, stderr: '' });
      expect(children.filter(isRunning)).toEqual([]);
    },
  );

  it('ends a rehearsal without a verdict as failed', async () => {
    const demo = new DemoProcess({}, ['--rehearsal']);
    await demo.line(/warming up/);
    demo.signal('SIGTERM');
    expect(await demo.ended()).toEqual({ code: 1, stderr: '' });
  });
});

describe('what cannot be started says so in one line', () => {
  it('a taken port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const demo = new DemoProcess({ PORT: `${port}` });
    expect(await demo.ended()).toEqual({
      code: 1,
      stderr: `resync: port ${port} on 127.0.0.1 is taken; set PORT to a free one\n`,
    });
    other.close();
  });

  it.each([
    [{ PORT: 'http' }, /^resync: expected PORT to be a number from 0 to 65535; got "http"\n$/],
    [{ PORT: '70000' }, /got "70000"\n$/],
    [
      { APP_MIGRATION_USE_NEW_CACHE: 'maybe' },
      /^resync: expected APP_MIGRATION_USE_NEW_CACHE to be one of true, 1, .*; got "maybe"\n$/,
    ],
    [
      { APP_MIGRATION_USE_CACHE: 'true' },
      /^resync: expected a flag of .*got APP_MIGRATION_USE_CACHE\n$/,
    ],
    [
      { REDIS_URL: 'localhost:6379' },
      /^resync: expected REDIS_URL to be a URL with redis: or rediss:; what came .* is not shown\n$/,
    ],
    [
      { REDIS_URL: 'redis://127.0.0.1:1' },
      /^resync: expected a Redis at REDIS_URL; .*ECONNREFUSED.*\n$/,
    ],
    [
      { LLM_BASE_URL: 'ftp://x' },
      /^resync: expected LLM_BASE_URL to be a URL with http: or https:; /,
    ],
  ])('%j', async (environment: Record<string, string>, message) => {
    const { code, stderr } = await new DemoProcess(environment).ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('a file of somebody else as the snapshot, which stays as it is', async () => {
    const file = fileURLToPath(import.meta.url);
    const text = readFileSync(file, 'utf8');
    const { code, stderr } = await new DemoProcess({ SNAPSHOT_FILE: file }).ended();
    expect({ code, text: readFileSync(file, 'utf8') }).toEqual({ code: 1, text });
    expect(stderr).toMatch(
      /^resync: expected SNAPSHOT_FILE to name a snapshot, .* left as it is\n$/,
    );
  });

  it.each([
    [['--rehearse'], "Unknown option '--rehearse'; --help shows the options"],
    [['now'], "Unexpected argument 'now'; --help shows the options"],
    [['--workers'], "Option '--workers <value>' argument missing; --help shows the options"],
    [
      ['--report', 'no-such-folder/report.json'],
      'expected --report in a folder that can be written to; got "no-such-folder/report.json" (ENOENT)',
    ],
  ])('%j', async (args, message) => {
    const { code, stderr } = await new DemoProcess({}, args).ended();
    expect({ code, stderr }).toEqual({ code: 1, stderr: `resync: ${message}\n` });
  });
});

it.each(['--help', '-h'])('explains itself: %s', async (option) => {
  const demo = new DemoProcess({}, [option]);
  expect((await demo.ended()).code).toBe(0);
  expect(demo.lines.join('\n')).toMatch(/npm run rehearsal[^]*PORT=8080 npm start/);
});

it('rehearses nothing where the flag says that the caches stay', async () => {
  const demo = new DemoProcess({
    APP_MIGRATION_USE_NEW_CACHE: 'false',
    APP_MIGRATION_ENABLE_METRICS: 'false',
  });
  const url = await demo.url();
  await demo.line(/nothing is rehearsed/);
  const migration = (await (await fetch(`${url}/api/migration`)).json()) as {
    components: { state: { stage: string } }[];
  };
  expect(migration.components.map(({ state }) => state.stage)).toEqual([
    'off',
    'off',
    'off',
    'off',
  ]);
  expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('migration_');
  demo.signal('SIGTERM');
  expect((await demo.ended()).code).toBe(0);
});
