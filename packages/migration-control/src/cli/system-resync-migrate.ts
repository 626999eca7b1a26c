#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { systemClock, type Clock } from '@resync/cache-contract';
import { runCommandLine } from './run-command-line.js';

/** The longest delay that a Node timer takes, in milliseconds (25 days); a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** The machine's clock; what is waited for keeps the process. */
const clock: Clock = {
  ...systemClock,
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The program: the one place that looks at the process. */
async function main(): Promise<void> {
  const { argv, env, stderr, stdout } = process;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  // Whoever reads no longer, as head does, has what they want.
  stdout.on('error', () => process.exit(0));
  const isDumb = env['TERM'] === 'dumb';
  const exit = await runCommandLine(argv.slice(2), {
    version: () => versionOf(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
    environment: env,
    folder: process.cwd(),
    clock,
    signal: interrupted.signal,
    userName,
    terminal: {
      out: (text) => void stdout.write(text),
      err: (text) => void stderr.write(text),
      isLive: stdout.isTTY && !isDumb,
      isWatched: stderr.isTTY && !isDumb,
      hasColours: stdout.isTTY && !isDumb && (env['NO_COLOR'] ?? '') === '',
    },
  });
  // A module of the user's may keep the process; what was written goes out first.
  stdout.write('', () => process.exit(exit));
}

/** The variables first: they are what somebody else's rights leave as they are. */
function userName(): string | undefined {
  const { LOGNAME, USER, USERNAME } = process.env;
  try {
    return USER ?? LOGNAME ?? USERNAME ?? userInfo().username;
  } catch {
    // In a container one may be a number alone.
    return undefined;
  }
}

function versionOf(manifest: string): string {
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

void main();
