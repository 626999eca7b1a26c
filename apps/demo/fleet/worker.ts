import type { FromWorker, ToWorker } from './fleet-messages.js';
import { startWorker } from './start-worker.js';
import type { ServingWorker } from './serving-worker.js';

// A process of the fleet: its primary tells it what to do, and it ends with it.

let isEnding = false;
let service: Promise<ServingWorker> | undefined;

/** To a primary that may be gone by now; this process ends when it learns of that. */
function tell(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function start(message: Extract<ToWorker, { kind: 'start' }>): void {
  service = startWorker(message.start, tell);
  service.then(
    (started) => started.report(),
    (error: unknown) => {
      tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    },
  );
}

/** Leaves the fleet, then ends; once. */
async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  try {
    await (await service)?.end();
  } finally {
    process.exit(0);
  }
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'start') start(message);
  else if (message.kind === 'end') void end();
  else void service?.then((started) => started.heed(message)).catch(() => undefined);
});
tell({ kind: 'ready' });
// Ctrl-C reaches the whole process group; the primary decides when this one ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void end());
process.on('disconnect', () => process.exit(0));
