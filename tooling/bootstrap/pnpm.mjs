import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runChild } from './child.mjs';
import { root } from './root.mjs';

/**
 * Runs the pinned pnpm, which npm fetches and keeps: nothing is installed on the machine.
 *
 * @param {string[]} args
 * @param {import('./child.mjs').Output} output
 */
export function pnpm(args, output) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const env = {
    ...process.env,
    // Without a network it is better to say so soon than to try for minutes.
    npm_config_fetch_retries: '2',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '4000',
    npm_config_update_notifier: 'false',
    TURBO_TELEMETRY_DISABLED: '1',
  };
  const [program, ...first] = npm();
  return runChild(program, [...first, 'exec', '--yes', '--', packageManager, ...args], {
    cwd: root,
    env,
    output,
    shell: program === 'npm' && process.platform === 'win32',
  });
}

/**
 * How npm is called: by its file where npm itself called us, which needs no shell on any platform.
 *
 * @returns {[string, ...string[]]}
 */
function npm() {
  const file = process.env['npm_execpath'];
  const isNpm = file !== undefined && basename(file) === 'npm-cli.js' && existsSync(file);
  return isNpm ? [process.execPath, file] : ['npm'];
}
