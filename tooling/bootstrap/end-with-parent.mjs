const INTERVAL_MS = 250;

/**
 * Takes the end of the parent for a SIGTERM. npm answers a SIGTERM by ending the shell between itself
 * and the script, which leaves the script running: it has to notice by itself.
 */
export function endWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS);
  timer.unref();
}
