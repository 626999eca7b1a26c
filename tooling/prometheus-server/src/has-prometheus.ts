import { spawnSync } from 'node:child_process';

/**
 * Whether `prometheus` and `promtool` are on PATH; where one is not, one line says what is skipped.
 * Under `CI=true` that is an error.
 */
export function hasPrometheus(environment: NodeJS.ProcessEnv): boolean {
  const missing = ['prometheus', 'promtool'].filter(
    (program) => spawnSync(program, ['--version']).status !== 0,
  );
  if (missing.length === 0) return true;
  const names = missing.join(' and ');
  if (environment['CI'] === 'true') {
    throw new Error(`expected ${names} on PATH, because CI=true; found none`);
  }
  process.stderr.write(`skipped: tests on a real Prometheus, no ${names} on PATH\n`);
  return false;
}
