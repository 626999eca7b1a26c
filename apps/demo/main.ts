import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ControlError } from '@resync/migration-control';
import { DemoError } from './demo-error.js';
import { runDemo } from './demo.js';
import { settingsFrom } from './settings.js';

const HELP = `Resync in small: a service that migrates its caches under load.

  npm start                 rehearse the migration, then keep serving; the page at / shows it,
                            and with the token from the terminal it steers
  npm run rehearsal         rehearse, write the report, end with the verdict as exit code

Options (after --):
  --report <file>   where the report goes as JSON (rehearsal: ./rehearsal-report.json)
  --skip-rehearsal  go straight to the rollout that one can steer from the page
  --help            this text

Environment:
  PORT, HOST                       where to serve (3000, 127.0.0.1)
  REDIS_URL                        level two of the hierarchy on Redis, once migrated
  LLM_BASE_URL, LLM_API_KEY, LLM_MODEL
                                   an OpenAI-compatible endpoint in place of the stand-in
  APP_MIGRATION_USE_NEW_CACHE      false: serve from the old caches, rehearse nothing
  APP_MIGRATION_ENABLE_METRICS     false: no migration metrics on /metrics

Examples:
  PORT=8080 npm start
  REDIS_URL=redis://127.0.0.1:6379 npm run rehearsal -- --report redis.json
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rehearsal: { type: 'boolean', default: false },
      report: { type: 'string' },
      'skip-rehearsal': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const mode = values.rehearsal ? 'rehearse' : values['skip-rehearsal'] ? 'steer' : 'serve';
  return runDemo({
    settings: settingsFrom(process.env),
    mode,
    reportFile: values.report ?? (mode === 'rehearse' ? 'rehearsal-report.json' : undefined),
    loadGenerator: fileURLToPath(new URL('load-generator.js', import.meta.url)),
    page: fileURLToPath(new URL('web', import.meta.url)),
    terminal: process.stdout,
    signal: signalToEnd(),
  });
}

/** Aborts on the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function signalToEnd(): AbortSignal {
  const ending = new AbortController();
  const end = (): void => {
    if (ending.signal.aborted) process.exit(130);
    ending.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return ending.signal;
}

function isForUsers(error: unknown): error is Error {
  return (
    error instanceof DemoError ||
    error instanceof ControlError ||
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!isForUsers(error)) throw error;
  process.stderr.write(`resync: ${error.message}\n`);
  process.exitCode = 1;
}
