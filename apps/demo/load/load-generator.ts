import type { ClosedLoop, LoadCommand, LoadPlan, LoadReport } from './load-messages.js';
import { Arrivals } from './arrivals.js';
import { LoadWindowRecorder } from './load-window.js';
import { traffic } from './traffic.js';
import { VersionChecker } from './version-checker.js';
import { Visitor } from './visitor.js';

// A process of its own: it is told by its parent what to do, and ends with it.

const TICK_MS = 2;
const REPORT_MS = 100;

let window = new LoadWindowRecorder();
let requests = 0;
let request: () => Promise<void> = async () => undefined;
let isLooping = false;
let stopArrivals: () => void = () => undefined;
/** Of the windows that have ended. */
let failedBefore = 0;
let staleBefore = 0;
let laggingBefore = 0;
let percentages: Readonly<Record<string, number>> = {};

/** To a parent that may be gone by now; this process ends when it learns of that. */
function report(message: LoadReport): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function start(plan: LoadPlan): void {
  const visitor = new Visitor({
    ...plan,
    versions: new VersionChecker(plan.mayLagMs),
    window: () => window,
    told: (told) => {
      percentages = told;
    },
  });
  const nextVisit = traffic(plan.seed, plan.jobs);
  request = async () => {
    await visitor.visit(nextVisit());
    requests += 1;
  };
  setRate(plan.requestsPerSecond);
  atRate(plan.probesPerSecond, () => void visitor.probe());
  setInterval(() => {
    const failed = failedBefore + window.failures;
    const stale = staleBefore + window.staleReads;
    const lagging = laggingBefore + window.laggingReads;
    report({ kind: 'progress', requests, failed, stale, lagging, percentages });
  }, REPORT_MS);
}

function setRate(perSecond: number): void {
  stopArrivals();
  stopArrivals = atRate(
    perSecond,
    () => void request(),
    (ms) => window.stoodStill(ms),
  );
}

/** Sends what is due, and tells for how many milliseconds it could not. Returns how to end that. */
function atRate(
  perSecond: number,
  send: () => void,
  stoodStill: (ms: number) => void = () => undefined,
): () => void {
  const arrivals = new Arrivals(perSecond, performance.now());
  const ticks = setInterval(() => {
    const { due, stoodStillMs } = arrivals.take(performance.now());
    if (stoodStillMs > 0) stoodStill(stoodStillMs);
    for (let sent = 0; sent < due; sent += 1) send();
  }, TICK_MS);
  return () => clearInterval(ticks);
}

async function runLoop({
  users,
  operations = Infinity,
  forMs = Infinity,
}: ClosedLoop): Promise<void> {
  const end = performance.now() + forMs;
  isLooping = true;
  const user = async (): Promise<void> => {
    for (let sent = 0; isLooping && sent < operations && performance.now() < end; sent += 1) {
      await request();
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  report({ kind: 'loop ended' });
}

process.on('message', (command: LoadCommand) => {
  switch (command.kind) {
    case 'start':
      start(command.plan);
      break;
    case 'rate':
      setRate(command.requestsPerSecond);
      break;
    case 'closed loop':
      void runLoop(command.loop);
      break;
    case 'end loop':
      isLooping = false;
      break;
    case 'end-window': {
      const ended = window.end();
      failedBefore += ended.failed;
      staleBefore += ended.stale;
      laggingBefore += ended.lagging;
      window = new LoadWindowRecorder();
      report({ kind: 'window', window: ended });
    }
  }
});
// Ctrl-C reaches the whole process group; the parent decides when this one ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
