import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** As Debian calls it, and others. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/**
 * Whether a Chromium is on PATH; where there is none, one line says what is skipped. Under `CI=true`
 * that is an error.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export function hasBrowser(environment) {
  if (browserOn(environment) !== undefined) return true;
  if (environment['CI'] === 'true') {
    throw new Error('expected chromium on PATH, because CI=true; found none');
  }
  process.stderr.write('skipped: tests in a real browser, no chromium on PATH\n');
  return false;
}

/**
 * Starts it without a window and with a profile of its own, which goes with it.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Browser>}
 */
export async function startBrowser(environment) {
  const executablePath = browserOn(environment);
  if (executablePath === undefined) throw new Error('expected chromium on PATH; found none');
  // Its sandbox refuses to work for root, which is who tests run as in containers.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    headless: true,
    args: isRoot ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
  });
}

/** @param {NodeJS.ProcessEnv} environment */
function browserOn({ PATH = '' }) {
  return PATH.split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
