import type { LoadCommand, LoadPlan, LoadReport } from './load-messages.js';
import { LoadWindowRecorder } from './load-window.js';
import { traffic } from './traffic.js';
import { VersionChecker } from './version-checker.js';
import { Visitor } from './visitor.js';

// A process of its own: it is told by its parent what to do, and ends with it.

const TICK_MS = 10;
const REPORT_MS = 100;

let window = new LoadWindowRecorder();
let requests = 0;

function report(message: LoadReport): void {
  process.send?.(message);
}

function start({ url, seed, requestsPerSecond, jobs, probesPerSecond }: LoadPlan): void {
  const visitor = new Visitor({ url, versions: new VersionChecker(), window: () => window });
  const nextVisit = traffic(seed, jobs);
  atRate(requestsPerSecond, () => {
    void visitor.visit(nextVisit()).then(() => {
      requests += 1;
    });
  });
  atRate(probesPerSecond, () => void visitor.probe());
  setInterval(() => report({ kind: 'progress', requests }), REPORT_MS);
}

/** Open loop: what is due is sent, however slow the answers are. */
function atRate(perSecond: number, send: () => void): void {
  const begun = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
    for (; sent < due; sent += 1) send();
  }, TICK_MS);
}

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'start') start(command.plan);
  else {
    const ended = window.end();
    window = new LoadWindowRecorder();
    report({ kind: 'window', window: ended });
  }
});
// Ctrl-C reaches the whole process group; the parent decides when this one ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
