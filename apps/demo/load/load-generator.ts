import type { LoadCommand, LoadPlan, LoadReport } from './load-messages.js';
import { Arrivals } from './arrivals.js';
import { LoadWindowRecorder } from './load-window.js';
import { traffic } from './traffic.js';
import { VersionChecker } from './version-checker.js';
import { Visitor } from './visitor.js';

// A process of its own: it is told by its parent what to do, and ends with it.

const TICK_MS = 10;
const REPORT_MS = 100;

let window = new LoadWindowRecorder();
let requests = 0;
/** Of the windows that have ended. */
let failedBefore = 0;
let staleBefore = 0;
let percentages: Readonly<Record<string, number>> = {};

/** To a parent that may be gone by now; this process ends when it learns of that. */
function report(message: LoadReport): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function start({ url, seed, requestsPerSecond, jobs, probesPerSecond }: LoadPlan): void {
  const visitor = new Visitor({
    url,
    versions: new VersionChecker(),
    window: () => window,
    told: (told) => {
      percentages = told;
    },
  });
  const nextVisit = traffic(seed, jobs);
  const request = (): void => {
    void visitor.visit(nextVisit()).then(() => {
      requests += 1;
    });
  };
  atRate(requestsPerSecond, request, (ms) => window.stoodStill(ms));
  atRate(probesPerSecond, () => void visitor.probe());
  setInterval(() => {
    const failed = failedBefore + window.failures;
    const stale = staleBefore + window.staleReads;
    report({ kind: 'progress', requests, failed, stale, percentages });
  }, REPORT_MS);
}

/** Sends what is due, and tells for how many milliseconds it could not. */
function atRate(
  perSecond: number,
  send: () => void,
  stoodStill: (ms: number) => void = () => undefined,
): void {
  const arrivals = new Arrivals(perSecond, performance.now());
  setInterval(() => {
    const { due, stoodStillMs } = arrivals.take(performance.now());
    if (stoodStillMs > 0) stoodStill(stoodStillMs);
    for (let sent = 0; sent < due; sent += 1) send();
  }, TICK_MS);
}

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'start') start(command.plan);
  else {
    const ended = window.end();
    failedBefore += ended.failed;
    staleBefore += ended.stale;
    window = new LoadWindowRecorder();
    report({ kind: 'window', window: ended });
  }
});
// Ctrl-C reaches the whole process group; the parent decides when this one ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
