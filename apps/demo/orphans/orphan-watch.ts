import { rmSync } from 'node:fs';
import { NO_ORPHANS, type Orphans } from './orphans.js';

// A process beside the primary. It learns from its closed channel that the primary is gone, however that
// ended, and ends what it has left behind.

/** Milliseconds apart, and so many times: a server that was just killed may still hold its files. */
const AGAIN = { retryDelay: 100, maxRetries: 20 };

let orphans = NO_ORPHANS;

process.on('message', (message: Orphans) => {
  orphans = message;
});
process.on('disconnect', () => {
  const { folder, processes } = orphans;
  for (const id of processes) end(id);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, ...AGAIN });
  process.exit(0);
});
// What reaches the whole process group is for the primary to answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

function end(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
