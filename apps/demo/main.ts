import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isLoopback, runDemo } from './demo.js';
import { fleetOptionsFrom } from './fleet/fleet-options.js';
import { runFleet } from './fleet/run-fleet.js';
import { runAsProgram, signalToEnd } from './program.js';
import { modeFrom } from './mode.js';
import { settingsFrom } from './settings.js';

const HELP = `Resync in small: a service that migrates its caches under load.

  npm start                 rehearse the migration, then keep serving; the page at / shows it,
                            and with the token from the terminal it steers
  npm run rehearsal         rehearse, write the report, end with the verdict as exit code

Options (after --):
  --report <file>   where the report goes as JSON (rehearsal: ./rehearsal-report.json)
  --skip-rehearsal  go straight to the rollout that one can steer from the page
  --workers <n>     so many processes on one port, on caches that they share on Redis; no rehearsal
  --from memcached  with --workers: the old caches are on a memcached
  --l1              with --workers: each process has a level one, and may read what is up to 2 s old
  --help            this text

Environment:
  PORT, HOST                       where to serve (3000, 127.0.0.1)
  REDIS_URL                        level two of the hierarchy on Redis, once migrated; with --workers:
                                   the fleet's, from its database on, with an append-only file
  CACHE_ENCRYPTION_KEY             32 bytes in base64: what goes to that Redis is encrypted
  SNAPSHOT_FILE                    where the hierarchy's entries outlive a restart
  TWS_BASE_URL, TWS_USER, TWS_PASSWORD, TWS_ENGINE_NAME, TWS_ENGINE_OWNER
                                   a workload scheduler in place of the stand-in (engine TWS of that user)
  LLM_BASE_URL, LLM_API_KEY        an OpenAI-compatible endpoint in place of the stand-in
  LLM_MODEL, LLM_COMPLEX_MODEL     its models (gpt-4o-mini for both)
  LLM_COST, LLM_COMPLEX_COST       their dollars for 1000 tokens (0.0006)
  LLM_BUDGET                       what may be spent, in dollars (10)
  APP_MIGRATION_USE_NEW_CACHE      false: serve from the old caches, rehearse nothing
  APP_MIGRATION_USE_NEW_TWS        false: the old client of the scheduler stays
  APP_MIGRATION_USE_NEW_RATE_LIMIT false: the old rate limiter stays
  APP_MIGRATION_ENABLE_METRICS     false: nothing on /metrics

Examples:
  PORT=8080 npm start
  npm start -- --workers 4
  REDIS_URL=redis://127.0.0.1:6379 npm run rehearsal -- --report redis.json
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rehearsal: { type: 'boolean', default: false },
      report: { type: 'string' },
      'skip-rehearsal': { type: 'boolean', default: false },
      workers: { type: 'string' },
      from: { type: 'string' },
      l1: { type: 'boolean' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const fleet = fleetOptionsFrom(values);
  const mode = modeFrom(values);
  const settings = settingsFrom(process.env);
  if (fleet !== undefined) {
    return runFleet({
      settings,
      fleet,
      worker: builtAt('fleet-worker.js'),
      orphanWatch: builtAt('orphan-watch.js'),
      loadGenerator: builtAt('load-generator.js'),
      page: builtAt('web'),
      print: (line) => void process.stdout.write(`${line}\n`),
      reach: isLoopback(settings.host) ? 'loopback' : 'anywhere',
      signal: signalToEnd(),
    });
  }
  return runDemo({
    settings,
    mode,
    reportFile: values.report ?? (mode === 'rehearse' ? 'rehearsal-report.json' : undefined),
    loadGenerator: builtAt('load-generator.js'),
    page: builtAt('web'),
    terminal: process.stdout,
    signal: signalToEnd(),
  });
}

/** Something that is built beside this program. */
function builtAt(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

await runAsProgram(main);
