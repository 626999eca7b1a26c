import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { runConformance } from '@resync/cache-contract/conformance/run';
import type { FastifyInstance } from 'fastify';
import { DemoError } from './demo-error.js';
import { LoadProcess } from './load/load-process.js';
import { kpiTable, type Colouring } from './rehearsal/kpi-table.js';
import { liveView } from './rehearsal/live-view.js';
import { plainView } from './rehearsal/plain-view.js';
import { Rehearsal, SAMPLES } from './rehearsal/rehearsal.js';
import type { RehearsalReport } from './rehearsal/rehearsal-report.js';
import { createImprovedCache } from './server/component-migration.js';
import { createHttpServer } from './server/http-server.js';
import { startResync, type Resync } from './server/resync.js';
import { JOBS } from './server/upstreams.js';
import type { Settings } from './settings.js';

/** How the demo is run. */
export interface DemoOptions {
  readonly settings: Settings;
  /** `serve`: rehearse, then stay up. `rehearse`: rehearse, then end. */
  readonly mode: 'serve' | 'rehearse';
  /** Where the report goes as JSON; `undefined`: nowhere. */
  readonly reportFile: string | undefined;
  /** The built load generator. */
  readonly loadGenerator: string;
  readonly terminal: NodeJS.WriteStream;
  /** Ends everything, cleanly. */
  readonly signal: AbortSignal;
}

/** An empty stretch between the requests would look like an idle service. */
const REQUESTS_PER_SECOND = 200;
const PROBES_PER_SECOND = 20;
const FAULT = { component: 'hierarchy', percentage: 50 };

/** Runs the demo; resolves with the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { settings, mode, terminal, signal } = options;
  const print = (line: string): void => void terminal.write(`${line}\n`);
  const resync = await startResync(settings);
  const server = createHttpServer(resync);
  const closers: (() => Promise<unknown>)[] = [() => resync.close(), () => server.close()];
  try {
    const url = await listen(server, settings);
    print(`Resync serves on ${url}`);
    if (settings.flags.useNewCache === false) {
      print(
        'APP_MIGRATION_USE_NEW_CACHE is false: the caches stay as they are, nothing is rehearsed',
      );
      return mode === 'rehearse' ? 1 : await untilAborted(signal);
    }
    const load = new LoadProcess(options.loadGenerator);
    let report: RehearsalReport;
    try {
      load.start({
        url,
        seed: 1,
        requestsPerSecond: REQUESTS_PER_SECOND,
        probesPerSecond: PROBES_PER_SECOND,
        jobs: JOBS,
      });
      report = await rehearse(resync, load, options);
    } finally {
      await load.stop();
    }
    for (const line of kpiTable(report, colouringOf(terminal))) print(line);
    await writeReport(report, options.reportFile, print);
    if (mode === 'rehearse') return report.verdict === 'passed' ? 0 : 1;
    print(
      `Resync stays up on ${url}: see ${url}/metrics and ${url}/api/migration. Ctrl-C ends it.`,
    );
    return await untilAborted(signal);
  } catch (error) {
    if (signal.aborted) return mode === 'rehearse' ? 1 : 0;
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
    if (signal.aborted) print('Resync has ended');
  }
}

async function rehearse(
  { migrations, services }: Resync,
  load: LoadProcess,
  { settings, terminal, signal }: DemoOptions,
): Promise<RehearsalReport> {
  const conformance = await runConformance(({ clock }) => createImprovedCache(60_000, { clock }));
  const view = terminal.isTTY
    ? liveView(terminal)
    : plainView((line) => void terminal.write(`${line}\n`));
  try {
    return await new Rehearsal({
      migrations,
      services: services.filter(({ component }) => mayMigrate(component, settings.flags)),
      fault: FAULT,
      load,
      samples: SAMPLES,
      view,
      conformance,
      signal,
    }).run();
  } finally {
    view.end();
  }
}

/** Services migrate unless their flag says that they stay. */
function mayMigrate(component: string, flags: Settings['flags']): boolean {
  const said = { tws: flags.useNewTws, 'rate-limit': flags.useNewRateLimit };
  return said[component as keyof typeof said] !== false;
}

async function listen(server: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new DemoError(`port ${port} on ${host} is taken; set PORT to a free one`);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new DemoError(`cannot listen on ${host}, port ${port} (${code}); set HOST and PORT`);
    }
    throw error;
  }
}

async function writeReport(
  report: RehearsalReport,
  file: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  print(`  report: ${file}`);
}

async function untilAborted(signal: AbortSignal): Promise<number> {
  if (!signal.aborted) await once(signal, 'abort');
  return 0;
}

function colouringOf(terminal: NodeJS.WriteStream): Colouring {
  return terminal.isTTY && terminal.hasColors() ? 'coloured' : 'plain';
}
