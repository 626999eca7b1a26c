import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { runConformance, type ConformanceReport } from '@resync/cache-contract/conformance/run';
import { assertWritable } from './given-file.js';
import { followLastMinute } from './load/last-minute.js';
import type { LoadPlan } from './load/load-messages.js';
import { LoadProcess } from './load/load-process.js';
import { kpiTable } from './rehearsal/kpi-table.js';
import { liveView } from './rehearsal/live-view.js';
import { colouringOf } from './rehearsal/painter.js';
import { plainView } from './rehearsal/plain-view.js';
import { Rehearsal, SAMPLES } from './rehearsal/rehearsal.js';
import type { RehearsalReport } from './rehearsal/rehearsal-report.js';
import type { RehearsalView } from './rehearsal/rehearsal-view.js';
import { createImprovedCache } from './server/component-migration.js';
import { createHttpServer } from './server/http-server.js';
import { listen } from './server/listen.js';
import { Live } from './server/live/live.js';
import { newToken } from './server/live/steering-token.js';
import { startResync, type Resync } from './server/resync.js';
import { JOBS } from './server/upstreams.js';
import { numbered, steerFromShell } from './next-steps.js';
import type { Settings } from './settings.js';

/** How the demo is run. */
export interface DemoOptions {
  readonly settings: Settings;
  /** `serve`: rehearse, then stay up. `rehearse`: rehearse, then end. `steer`: stay up, rehearse nothing. */
  readonly mode: 'serve' | 'rehearse' | 'steer';
  /** Where the report goes as JSON; `undefined`: nowhere. */
  readonly reportFile: string | undefined;
  /** The built load generator. */
  readonly loadGenerator: string;
  /** The folder of the built page. */
  readonly page: string;
  readonly terminal: NodeJS.WriteStream;
  /** Ends everything, cleanly. */
  readonly signal: AbortSignal;
}

/** An empty stretch between the requests would look like an idle service. */
const REQUESTS_PER_SECOND = 200;
const PROBES_PER_SECOND = 20;
/** After the rehearsal: enough for the page to show something, and for the judge to see something. */
const GENTLE_REQUESTS_PER_SECOND = 80;
const FAULT = { component: 'hierarchy', percentage: 50 };

/** Runs the demo; resolves with the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { settings, mode, terminal, signal } = options;
  const print = (line: string): void => void terminal.write(`${line}\n`);
  // A rehearsal takes a minute, and its report is written at the end.
  if (options.reportFile !== undefined) await assertWritable('--report', options.reportFile);
  const resync = await startResync(settings);
  const server = createHttpServer(resync);
  const token = newToken();
  const live = new Live({
    migrations: resync.migrations,
    token,
    reach: isLoopback(settings.host) ? 'loopback' : 'anywhere',
    folder: options.page,
    metrics: resync.metrics?.migration,
  });
  const closers = [() => resync.close(), () => server.close(), () => live.close()];
  try {
    await live.mount(server);
    const url = await listen(server, settings);
    print(`Resync serves on ${url}`);
    if (settings.flags.useNewCache === false) {
      live.phase = 'fixed';
      const why =
        'APP_MIGRATION_USE_NEW_CACHE is false: the caches stay as they are, nothing is rehearsed';
      print(why);
      live.note(why);
      return mode === 'rehearse' ? 1 : await untilAborted(signal);
    }
    print(`  watch it on ${url}/, and steer it on ${url}/#token=${token}`);
    if (mode !== 'steer') {
      const report = await rehearseUnderLoad(resync, { url, live, options });
      for (const line of kpiTable(report, colouringOf(terminal))) print(line);
      await writeReport(report, options.reportFile, print);
      if (mode === 'rehearse') return report.verdict === 'passed' ? 0 : 1;
    }
    return await stayUp({ url, live, options }, token);
  } catch (error) {
    if (signal.aborted) return mode === 'rehearse' ? 1 : 0;
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
    if (signal.aborted) print('Resync has ended');
  }
}

/** Where the service is, and who shows it. */
interface Surface {
  readonly url: string;
  readonly live: Live;
  readonly options: DemoOptions;
}

/** A rollout by plan under a gentle load, until somebody ends it. */
async function stayUp({ url, live, options }: Surface, token: string): Promise<number> {
  const { terminal, signal } = options;
  const load = new LoadProcess(options.loadGenerator);
  const unfollow = followLastMinute(load, (windows) => live.lately(windows));
  try {
    live.load = load;
    load.start({ ...planFor(url), requestsPerSecond: GENTLE_REQUESTS_PER_SECOND });
    await live.beginRollout();
    terminal.write(
      `Resync stays up on ${url}: see ${url}/metrics and ${url}/api/migration. Ctrl-C ends it.\n`,
    );
    for (const line of nextSteps(url, token)) terminal.write(`${line}\n`);
    return await untilAborted(signal);
  } finally {
    unfollow();
    await load.stop();
  }
}

async function rehearseUnderLoad(
  resync: Resync,
  { url, live, options }: Surface,
): Promise<RehearsalReport> {
  const load = new LoadProcess(options.loadGenerator);
  try {
    live.phase = 'rehearsal';
    // It takes this process for a while, and nobody may wait for an answer meanwhile.
    const conformance = await runConformance(({ clock }) => createImprovedCache(60_000, { clock }));
    live.load = load;
    load.start(planFor(url));
    const report = await rehearse(resync, { load, live, conformance, options });
    live.reported(report);
    return report;
  } finally {
    live.load = undefined;
    await load.stop();
  }
}

function planFor(url: string): LoadPlan {
  return {
    url,
    seed: 1,
    requestsPerSecond: REQUESTS_PER_SECOND,
    probesPerSecond: PROBES_PER_SECOND,
    jobs: JOBS,
  };
}

/** A rehearsal that is prepared, and the load that it is under. */
interface UnderLoad extends Omit<Surface, 'url'> {
  readonly load: LoadProcess;
  readonly conformance: ConformanceReport;
}

async function rehearse(
  { migrations, services }: Resync,
  { load, live, conformance, options }: UnderLoad,
): Promise<RehearsalReport> {
  const { settings, terminal, signal } = options;
  const view = viewOf([
    live.view,
    terminal.isTTY
      ? liveView(terminal, colouringOf(terminal))
      : plainView((line) => void terminal.write(`${line}\n`)),
  ]);
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

/** Several views as one. */
function viewOf(views: readonly RehearsalView[]): RehearsalView {
  return {
    event: (text) => views.forEach((view) => view.event(text)),
    standings: (standings) => views.forEach((view) => view.standings(standings)),
    end: () => views.forEach((view) => view.end()),
  };
}

/** Whether only this machine can ask there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
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

/** What one can do next, as the terminal shows it; the link at the top has scrolled away by now. */
function nextSteps(url: string, token: string): readonly string[] {
  return numbered([
    `open ${url}/#token=${token}; promote a component, make its next fail or slow, roll it back`,
    steerFromShell(url, token),
    'npm start -- --workers 4: the same as four processes on one port',
  ]);
}
