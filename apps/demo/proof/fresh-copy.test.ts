import { freePort } from '@resync/tooling-free-port';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RehearsalReport } from '../rehearsal/rehearsal-report.js';
import { otherThanSpeed } from './speed.js';
import { WorkspaceProcess } from './workspace-process.js';

// A machine with Node and a network: an empty HOME, no pnpm, nothing installed, nothing built.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_COPIED = ['node_modules', 'dist', '.git', '.turbo'];
// What others build meanwhile comes and goes beside its configuration.
const isLeftOut = (name: string): boolean =>
  NOT_COPIED.includes(name) || /\.(bundled|timestamp)[_-]/.test(name);

const machine = mkdtempSync(join(tmpdir(), 'resync-fresh-'));
const folder = join(machine, 'resync');
const processes: WorkspaceProcess[] = [];
let port = 0;

beforeAll(async () => {
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => path === root || !isLeftOut(basename(path)),
  });
  mkdirSync(join(machine, 'home'));
  port = await freePort();
});

afterEach(async () => {
  for (const started of processes.splice(0)) await started.terminate();
});

afterAll(() => rmSync(machine, { recursive: true, force: true }));

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const started = new WorkspaceProcess(folder, args, {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: join(machine, 'home'),
    PORT: `${port}`,
    ...environment,
  });
  processes.push(started);
  return started;
}

function say(text: string): void {
  process.stdout.write(`fresh copy: ${text}\n`);
}

// In this order: the second run finds what the first one left.
describe('a machine that has nothing', { shuffle: false }, () => {
  it('npm start reaches the KPI table and stays up, and ends when npm is ended', async () => {
    const demo = run(['start']);
    await demo.line(/^Resync serves on /);
    say(`first npm start served after ${demo.seconds.toFixed(1)} s`);
    await demo.line(/^Resync stays up on /);
    say(`KPI table after ${demo.seconds.toFixed(1)} s`);
    expect(demo.output).toMatch(/requests, 0 failed, 0 stale reads/);
    const verdict = /rehearsal (passed|failed: .+)$/m.exec(demo.output)?.[1] ?? 'none';
    say(`verdict: ${verdict}`);
    const reasons = verdict === 'passed' ? [] : verdict.replace('failed: ', '').split('; ');
    expect(otherThanSpeed(reasons)).toEqual([]);

    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const component of ['core', 'health', 'llm', 'hierarchy']) {
      for (const metric of [
        'migration_legacy_hits_total',
        'migration_new_hits_total',
        'migration_fallbacks_total',
        'migration_errors_total',
        'migration_operation_latency_seconds_count',
      ]) {
        expect(metrics).toMatch(new RegExp(`^${metric}\\{component="${component}"`, 'm'));
      }
    }
    expect(metrics).toMatch(
      // On a busy machine the breaker may be open before a single read has found out by itself.
      /^migration_fallbacks_total\{component="hierarchy",reason="(error|open)"\} [1-9]/m,
    );
    say(`SIGTERM to npm: everything gone after ${(await demo.terminate()).toFixed(2)} s`);
  });

  it('a second npm start serves at once, and ends in the middle of its rehearsal', async () => {
    const demo = run(['start']);
    await demo.line(/^Resync serves on /);
    say(`second npm start served after ${demo.seconds.toFixed(1)} s`);
    expect(demo.output).not.toContain('installing');
    await demo.line(/baseline/);
    const seconds = await demo.terminate();
    say(`SIGTERM to npm in the rehearsal: everything gone after ${seconds.toFixed(2)} s (limit 5)`);
  });

  it('npm run rehearsal ends by itself with a report', async () => {
    const file = join(machine, 'report.json');
    const rehearsal = run(['run', 'rehearsal', '--', '--report', file]);
    await rehearsal.line(/^Resync serves on /);
    const served = rehearsal.seconds;
    const code = await rehearsal.ended();
    if (code !== 0) process.stderr.write(`${rehearsal.output}\n`);
    say(`rehearsal took ${(rehearsal.seconds - served).toFixed(1)} s after the build (limit 90)`);
    const report = JSON.parse(readFileSync(file, 'utf8')) as RehearsalReport;
    expect(report.traffic).toMatchObject({ failed: 0, stale: 0 });
    expect(otherThanSpeed(report.reasons)).toEqual([]);
    expect(code).toBe(report.verdict === 'passed' ? 0 : 1);
    expect(report.kpis.map(({ verdict }) => verdict)).not.toContain('not measured');
  });
});
